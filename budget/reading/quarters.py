"""What each quarter was to spend and spent: the difference of two statements, which count from 1 October on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, Q, Sum

from ita_portal.fiscal import FiscalQuarter, FiscalYear

from ..choices import PlanKind
from ..models import LineVersion, Statement
from ..money import Period, Span, between

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the spending plan says of a quarter. unknown: lines that do not say it."""

    amount: Decimal | None
    lines: int
    unknown: int


Gap = Literal["", "untold", "before"]
"""Why a quarter alone cannot be told. untold: no statement lies in it; before: none ends with the quarter before it."""


@dataclass(frozen=True, slots=True)
class QuarterSpending:
    """A quarter. alone: what was spent in it, over the lines of which both statements tell; so_far: from 1 October to
    its latest statement; None where there is none. statement: the latest one that lies in it."""

    quarter: FiscalQuarter
    planned: Planned | None
    statement: Statement | None
    so_far: Period | None
    alone: Period | None
    gap: Gap

    @property
    def number(self) -> int:
        """1-4."""
        return self.quarter.number

    @property
    def planned_amount(self) -> Decimal | None:
        """What the spending plan says; None where it says nothing."""
        return self.planned.amount if self.planned is not None else None

    @property
    def disbursed(self) -> Decimal | None:
        """Disbursed from 1 October to its latest statement."""
        return self.so_far.amount if self.so_far is not None else None

    @property
    def spent(self) -> Decimal | None:
        """Spent in the quarter alone; None where it cannot be told."""
        return self.alone.amount if self.alone is not None else None

    @property
    def unknown(self) -> int:
        """Lines that what was spent leaves out; 0 where nothing can be told of any."""
        return self.alone.unknown if self.alone is not None and self.alone.amount is not None else 0

    @property
    def whole(self) -> bool:
        """Whether it is told up to its end."""
        return self.statement is not None and bool(self.statement.ends_quarter)


def current_statements(year: int) -> list[Statement]:
    """The statements in force of a year, by month. One query."""
    return list(Statement.objects.current().filter(year_id=year).order_by("month"))


def last_in_quarter(statements: Sequence[Statement]) -> dict[int, Statement]:
    """The latest statement that lies in each quarter."""
    return {(statement.month + 2) // 3: statement for statement in statements}


def planned_by_quarter(year: int, *columns: str) -> dict[Any, dict[int, Planned]]:
    """What the spending plan in force says: value of the columns → quarter → amount. One query; empty without plan."""
    sums = {f"sum{number}": Sum(f"q{number}") for number in QUARTERS}
    unknown = {f"unknown{number}": Count("pk", filter=Q(**{f"q{number}": None})) for number in QUARTERS}
    rows = LineVersion.objects.current().of_year(year).filter(revision__plan__kind=PlanKind.SPENDING).order_by()
    if not columns:
        found = [rows.aggregate(count=Count("pk"), **sums, **unknown)]
    else:
        found = list(rows.values(*columns).annotate(count=Count("pk"), **sums, **unknown))
    return {
        _value(row, columns): {
            number: Planned(row[f"sum{number}"], row["count"], row[f"unknown{number}"]) for number in QUARTERS
        }
        for row in found
        if row["count"]
    }


def _value(row: Mapping[str, Any], columns: Sequence[str]) -> Any:
    return tuple(row[column] for column in columns) if len(columns) != 1 else row[columns[0]]


def quarter_spans(statements: Sequence[Statement]) -> tuple[dict[int, Span], dict[int, Gap]]:
    """Between which statements each quarter lies, and why where between none.

    The one before ends with the quarter before: from an earlier one on, the difference would hold months of that.
    """
    last = last_in_quarter(statements)
    spans: dict[int, Span] = {}
    gaps: dict[int, Gap] = {}
    for number in QUARTERS:
        until, before = last.get(number), last.get(number - 1)
        gaps[number] = ""
        if until is None:
            gaps[number] = "untold"
        elif number == 1:
            spans[number] = (None, until)
        elif before is None or not before.ends_quarter:
            gaps[number] = "before"
        else:
            spans[number] = (before, until)
    return spans, gaps


def quarters_of(
    year: int, rows: Any, statements: Sequence[Statement], planned: Mapping[int, Planned] | None
) -> list[QuarterSpending]:
    """The four quarters of some lines. One query."""
    last = last_in_quarter(statements)
    spans, gaps = quarter_spans(statements)
    whole: list[Span] = [(None, statement) for statement in last.values()]
    found = between(rows, [*whole, *spans.values()]).get((), [])
    so_far = dict(zip(last, found, strict=False))
    alone = dict(zip(spans, found[len(whole) :], strict=False))
    return [
        QuarterSpending(
            quarter,
            (planned or {}).get(quarter.number),
            last.get(quarter.number),
            so_far.get(quarter.number),
            alone.get(quarter.number),
            gaps[quarter.number],
        )
        for quarter in FiscalYear(year).quarters
    ]
