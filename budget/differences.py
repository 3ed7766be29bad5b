"""What changed between two revisions: lines added, removed, changed, and by how much. Pure: no query of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .models import LineVersion

COMPARED = (
    "programme", "work", "group", "category", "revenue_group", "item", "detail", "division_id", "source", "original",
    "transferred_in", "transferred_out", "revised", "q1", "q2", "q3", "q4", "place", "month_from", "month_to", "method",
    "serves_id",
)  # fmt: skip
"""What counts as a change. That a line stands elsewhere in the list does not."""

Fate = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that is not the same. before, after: None where it was or is not there. fields: names that differ."""

    fate: Fate
    before: LineVersion | None
    after: LineVersion | None
    fields: tuple[str, ...] = ()

    @property
    def version(self) -> LineVersion:
        """The later of the two."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference without a line")
        return found

    @property
    def delta(self) -> Decimal | None:
        """By how much the revised amount changed, in baht; None where one of the two amounts is not known."""
        was = Decimal(0) if self.before is None else self.before.revised
        now = Decimal(0) if self.after is None else self.after.revised
        return None if was is None or now is None else now - was


def differences(before: Iterable[LineVersion], after: Iterable[LineVersion]) -> list[Difference]:
    """Of two revisions' lines, those that differ: in the order of the later one, what was removed at the end."""
    was = {version.line_id: version for version in before}
    found = []
    for version in after:
        old = was.pop(version.line_id, None)
        if old is None:
            found.append(Difference("added", None, version))
        elif fields := tuple(name for name in COMPARED if getattr(old, name) != getattr(version, name)):
            found.append(Difference("changed", old, version, fields))
    return found + [Difference("removed", old, None) for old in was.values()]
