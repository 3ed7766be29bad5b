"""The row-by-row part of an import: what was done to a row, counted and said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .documents.text import tidy
from .models import Plan


@dataclass
class ImportOutcome:
    """What an import did, or in a dry run would do. Counts are of rows; lines say each change in words.

    plan is None where a dry run would make a new one.
    """

    fiscal_year: int
    dry_run: bool
    plan: Plan | None = None
    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    lines: list[str] = field(default_factory=list)

    def note(self, what: str, text: str, detail: str) -> None:
        """Count one row; `what` is created, changed, removed or unchanged."""
        setattr(self, what, getattr(self, what) + 1)
        if what == "unchanged":
            return
        sentence = {
            "created": _("new: %(place)s “%(text)s”"),
            "changed": _("changed: %(place)s “%(text)s”"),
            "removed": _("removed: %(place)s “%(text)s”"),
        }[what]
        short = text if len(text) <= 90 else f"{text[:89]}…"
        self.lines.append(sentence % {"place": detail, "text": short})


def area_place(number: int) -> str:
    """`issue area 4`, as lines and problems name it."""
    return _("issue area %(number)s") % {"number": number}


def sync(
    row: Any,
    values: dict[str, Any],
    outcome: ImportOutcome,
    text: str,
    place: str,
    *,
    also_changed: bool = False,
) -> None:
    """Save `row` only where it says something else than `values`, compared as tidy text; count and say it.

    also_changed: something that hangs on the row differs, although its own columns may not.
    """
    is_new = row.pk is None
    differing = [] if is_new else [name for name, value in values.items() if _stored(row, name) != value]
    if not is_new and not differing and not also_changed:
        outcome.note("unchanged", text, place)
        return
    for name in values if is_new else differing:
        setattr(row, name, values[name])
    if is_new or differing:
        row.save()
    # A row that only moved says the same as before.
    moved = not is_new and differing == ["position"] and not also_changed
    outcome.note("created" if is_new else "unchanged" if moved else "changed", text, place)


def _stored(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return tidy(value) if isinstance(value, str) else value


def remove_unmatched(old: Iterable[Any], matched: Iterable[Any], outcome: ImportOutcome, place: str) -> None:
    """Delete those of `old` that nothing in the file continues."""
    kept = {row.pk for row in matched if row is not None}
    for row in old:
        if row.pk not in kept:
            row.delete()
            outcome.note("removed", row.text, place)
