"""Budget lines that a purchase may be paid from: found by words or code, each with what is spent of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from .models import Line, LineVersion, Purchase, Statement

MOST_FOUND = 20
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A line in force, with what a statement tells of it (None: not known) and what published purchases cost."""

    version: Any
    bought: Decimal
    as_of: Any

    @property
    def line(self) -> Line:
        """The line itself."""
        found: Line = self.version.line
        return found

    @property
    def value(self) -> str:
        """What stands in the form: `ordinance/0001`."""
        return self.line.public_id

    @property
    def left(self) -> Decimal | None:
        """Revised, less what is paid and committed; None where nothing is known."""
        if self.version.revised is None or self.version.disbursed is None:
            return None
        left: Decimal = self.version.revised - self.version.disbursed - (self.version.obligated or 0)
        return left


def _choices(year: int, rows: Any) -> list[LineChoice]:
    statement = Statement.objects.latest_of(year)
    versions = list(rows.with_spending(statement).select_related("line__plan", "division")[: MOST_FOUND + 1])
    keys = [version.line_id for version in versions]
    bought: dict[int, Decimal] = {}
    if keys:
        priced = Purchase.objects.public().filter(line__in=keys).order_by().values("line")
        bought = {row["line"]: row["paid"] or Decimal(0) for row in priced.annotate(paid=Sum("agreed_price"))}
    as_of = statement.as_of if statement else None
    return [LineChoice(version, bought.get(version.line_id, Decimal(0)), as_of) for version in versions]


def _lines(year: int) -> Any:
    return LineVersion.objects.current().of_year(year).budget().order_by("revision", "position")


def find_lines(year: int, words: str) -> tuple[Sequence[LineChoice], bool]:
    """Lines that hold every word, or whose code it is; and whether there are more. Three queries."""
    words = " ".join(words.replace("\x00", " ").split())[:LONGEST_SEARCH]
    if not words:
        return [], False
    exact = lines_at(year, words)
    if exact:
        return exact, False
    found = _choices(year, _lines(year).holding(words.lower()))
    return found[:MOST_FOUND], len(found) > MOST_FOUND


def lines_at(year: int, code: str) -> list[LineChoice]:
    """The lines of a code: one for `ordinance/0001`, one in each plan of the budget for `0001`."""
    slug, slash, bare = code.strip().replace("\x00", "").rpartition("/")
    found = _choices(year, _lines(year).filter(line__code=bare[:LONGEST_SEARCH]))
    return [choice for choice in found if not slash or choice.line.plan.slug == slug]


def line_choice(year: int, line: Line) -> LineChoice | None:
    """A line as a choice; None where it is in force no longer."""
    found = _choices(year, _lines(year).filter(line=line))
    return found[0] if found else None
