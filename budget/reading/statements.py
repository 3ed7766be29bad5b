"""Which statements of spending were published, and their corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Statement
from ..money import Money, split
from .years import budget_of


@dataclass(frozen=True, slots=True)
class StatementMonth:
    """A fiscal month. current: what is in force, None where nothing was told; earlier: what it corrected, the latest
    first; money: the budget by it."""

    month: int
    current: Statement | None
    earlier: Sequence[Statement]
    money: Money | None


def statement_months(year: int) -> list[StatementMonth]:
    """The twelve months of a year: one query, and one for each statement in force."""
    found = Statement.objects.filter(year_id=year, state="published").order_by("-number")
    by_month: dict[int, list[Statement]] = {}
    for statement in found:
        by_month.setdefault(statement.month, []).append(statement)
    rows = budget_of(year)
    months = []
    for month in range(1, 13):
        own = by_month.get(month, [])
        current = next((one for one in own if one.is_current), None)
        money = split(rows, current, "revision__plan__year_id").get(year) if current else None
        months.append(StatementMonth(month, current, [one for one in own if not one.is_current], money))
    return months
