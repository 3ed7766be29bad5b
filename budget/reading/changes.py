"""What changed in a line, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ita_portal.thai import baht

from ..choices import Method
from ..differences import Difference
from ..models import LineVersion
from .words import month_name

_METHODS: dict[str, Any] = dict(Method.choices)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column that differs, before and after. thai: whether the values are the municipality's own words."""

    label: str
    before: str
    after: str
    thai: bool = False


def field_changes(change: Difference | None, year: int) -> list[FieldChange]:
    """Of a line that changed: what changed in it. Without a query where the divisions were read with the lines."""
    if change is None or change.before is None or change.after is None:
        return []
    found = []
    for name in change.fields:
        label = str(getattr(LineVersion._meta.get_field(name), "verbose_name", name))
        if name == "serves_id":
            found.append(FieldChange(_("budget line that pays for it"), _("another line"), _("changed")))
            continue
        values = [_told(version, name, year) for version in (change.before, change.after)]
        thai = name in ("work", "item", "detail", "division_id", "place")
        found.append(FieldChange(label, values[0], values[1], thai))
    return found


def _told(version: LineVersion, name: str, year: int) -> str:
    value = getattr(version, name)
    if name == "division_id":
        return str(version.division) if version.division else "–"
    if value is None or value == "":
        return "–"
    if isinstance(value, Decimal):
        return baht(value)
    if name in ("month_from", "month_to"):
        return month_name(year, value)
    if name == "method":
        return str(_METHODS.get(value, value))
    shown = getattr(version, f"get_{name}_display", None)
    return str(shown()) if shown else str(value)
