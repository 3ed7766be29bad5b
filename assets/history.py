"""What happened to an asset: changes of its entry, loans and counts in one row, newest first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ita_portal.admin_history import act_words, acting, changes_of, people_of
from ita_portal.thai import short_date
from organization.models import User

from .choices import Act
from .models import Asset, Loan, LoanEntry, LoanLine
from .querysets import KEEP_REGISTER

PAGE = 40
_LEFT_OUT = frozenset({"search", "label", "created_at"})
"""Columns that people do not write."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the entry, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. by: who did it, empty: a command. url: where more is told."""

    at: dt.datetime
    by: str
    what: str
    note: str = ""
    url: str = ""
    reference: str = ""
    changes: list[Change] = field(default_factory=list)


def parse_moment(text: str) -> dt.datetime | None:
    """The moment in an address; None where it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def history_of(asset: Asset, user: User, *, before: dt.datetime | None) -> tuple[list[Happening], dt.datetime | None]:
    """A page of what happened before a moment, and the moment before which the next page begins (None: no more).

    Loans only where `user` may see them; counts for the asset officer.
    """
    limit = PAGE + 1
    found = [*_changes(asset, before, limit), *_loans(asset, user, before, limit)]
    if user.has_perm(KEEP_REGISTER):
        found += _counts(asset, before, limit)
    found.sort(key=lambda happening: happening.at, reverse=True)
    if len(found) <= PAGE:
        return found, None
    # What happened at the same moment stays together.
    end = PAGE
    while end < len(found) and found[end].at == found[PAGE - 1].at:
        end += 1
    return found[:end], found[end - 1].at if end < len(found) else None


def _changes(asset: Asset, before: dt.datetime | None, limit: int) -> Iterable[Happening]:
    events = changes_of(asset)
    if before:
        events = events.filter(pgh_created_at__lt=before)
    found = list(events[:limit])
    people, names = people_of(found), _Names(found)
    for event in found:
        changes = [
            Change(names.label(name), names.value(name, old), names.value(name, new))
            for name, (old, new) in (event.pgh_diff or {}).items()
            if name not in _LEFT_OUT
        ]
        what = {"insert": _("Entered in the register"), "update": _("Entry changed")}.get(event.pgh_label)
        yield Happening(
            event.pgh_created_at, str(people.get(acting(event)) or ""), what or act_words(event.pgh_label),
            changes=changes,
        )  # fmt: skip


class _Names:
    """Fields and values of the entry as people call them. One query for each table that a change points to."""

    def __init__(self, events: Iterable[Any]) -> None:
        self.fields: dict[str, Any] = {found.attname: found for found in Asset._meta.concrete_fields}
        keys: dict[str, set[Any]] = defaultdict(set)
        for event in events:
            for name, values in (event.pgh_diff or {}).items():
                if isinstance(self.fields.get(name), models.ForeignKey):
                    keys[name] |= {value for value in values if value is not None}
        self.rows = {
            name: self.fields[name].related_model._default_manager.in_bulk(found) for name, found in keys.items()
        }

    def label(self, name: str) -> str:
        found = self.fields.get(name)
        return str(found.verbose_name) if found is not None else name

    def value(self, name: str, value: Any) -> str:
        found = self.fields.get(name)
        if value in (None, ""):
            return "–"
        if name in self.rows:
            return str(self.rows[name].get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(found, models.DateField):
            return short_date(dt.date.fromisoformat(str(value)[:10]))
        return str(dict(getattr(found, "flatchoices", None) or ()).get(value, value))


def _loans(asset: Asset, user: User, before: dt.datetime | None, limit: int) -> Iterable[Happening]:
    loans = list(LoanLine.objects.filter(asset=asset).values_list("loan_id", flat=True))
    if not loans:
        return
    visible = Loan.objects.visible_to(user).filter(pk__in=loans).values_list("pk", flat=True)
    entries = LoanEntry.objects.filter(loan_id__in=list(visible)).select_related("by", "loan__borrower")
    if before:
        entries = entries.filter(at__lt=before)
    for entry in entries.order_by("-at", "-pk")[:limit]:
        yield Happening(
            entry.at, str(entry.by), _("Loan: %(act)s") % {"act": Act(entry.act).label}, note=entry.note,
            url=reverse("assets:loan", args=[entry.loan.public_id]),
            reference=f"{entry.loan.reference} · {entry.loan.borrower}",
        )  # fmt: skip


def _counts(asset: Asset, before: dt.datetime | None, limit: int) -> Iterable[Happening]:
    entries = asset.count_items.filter(counted_at__isnull=False).select_related("session", "counted_by")
    if before:
        entries = entries.filter(counted_at__lt=before)
    for entry in entries.order_by("-counted_at")[:limit]:
        assert entry.counted_at is not None  # noqa: S101 - what was counted has a time
        year = entry.session.fiscal_year
        yield Happening(
            entry.counted_at, str(entry.counted_by or ""),
            _("Yearly count %(year)s: %(result)s") % {"year": year, "result": entry.get_result_display()},
            note=" · ".join(filter(None, (entry.get_condition_display(), entry.found_place, entry.note))),
            url=reverse("assets:count", args=[year]), reference=str(year),
        )  # fmt: skip
