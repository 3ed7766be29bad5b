"""Which part of the register a list, a file or a sheet of labels shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .forms.register import RegisterFilter
from .importing.columns import word_of
from .models import Asset
from .querysets import AssetQuerySet

PAGE = 50
MOST_COUNTED = 500
"""Up to which number the list says how many there are; counting more would read much of the table."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of the register. assets: in the order of their numbers. query: it as an address. words: it in Thai."""

    form: RegisterFilter
    assets: AssetQuerySet
    query: str
    words: str


def choice_of(request: HttpRequest) -> Choice:
    """The part that the address asks for; what makes no sense in it is left out."""
    chosen = RegisterFilter(request.GET).chosen()
    kept = {name: str(getattr(value, "pk", value)) for name, value in chosen.items() if value}
    return Choice(RegisterFilter(initial=chosen), _filtered(chosen), urlencode(kept), _words(chosen))


def _filtered(chosen: dict[str, Any]) -> AssetQuerySet:
    found: AssetQuerySet = Asset.objects.select_related("category", "division", "custodian").order_by("number")
    match chosen["retired"]:
        case "":
            found = found.in_register()
        case "only":
            found = found.filter(retired_on__isnull=False)
    for name in ("division", "category", "condition", "custodian"):
        if chosen[name]:
            found = found.filter(**{name: chosen[name]})
    if chosen["lendable"]:
        found = found.filter(lendable=chosen["lendable"] == "yes")
    return found.searched(chosen["q"]) if chosen["q"] else found


def _words(chosen: dict[str, Any]) -> str:
    """For the head of a document."""
    parts = []
    if chosen["division"]:
        parts.append(f"หน่วยงาน {chosen['division']}")
    if chosen["category"]:
        parts.append(f"ประเภท {chosen['category']}")
    if chosen["condition"]:
        parts.append(f"สภาพ {word_of('condition', chosen['condition'], 'th')}")
    if chosen["custodian"]:
        parts.append(f"ผู้รับผิดชอบ {chosen['custodian']}")
    if chosen["lendable"]:
        parts.append("ให้ยืมได้" if chosen["lendable"] == "yes" else "ไม่ให้ยืม")
    if chosen["retired"] == "only":
        parts.append("จำหน่ายออกจากทะเบียนแล้ว")
    if chosen["q"]:
        parts.append(f"คำค้น “{chosen['q']}”")
    return " · ".join(parts)


def counted(choice: Choice) -> str:
    """How many there are, in words; beyond a limit only that. A search is counted no further than a page."""
    most = PAGE if "q=" in choice.query else MOST_COUNTED
    # In the list's own order: a word that most of them hold is then found without looking at all of them.
    count = len(choice.assets.values_list("pk")[: most + 1])
    if count > most:
        return _("More than %(count)s assets") % {"count": most}
    return ngettext("%(count)s asset", "%(count)s assets", count) % {"count": count}
