"""What each quarter was to spend and spent: the difference of two statements, which count from 1 October on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from ita_portal.fiscal import FiscalQuarter, FiscalYear

from ..choices import PlanKind
from ..models import LineVersion, Statement
from ..money import Money, total

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the spending plan says of a quarter. unknown: lines that do not say it."""

    amount: Decimal | None
    lines: int
    unknown: int


@dataclass(frozen=True, slots=True)
class QuarterSpending:
    """A quarter. so_far: from 1 October to its latest statement; spent: in the quarter alone, None where it cannot be
    told; statement: the latest one that tells of it, None for none; whole: whether it reaches the quarter's end."""

    quarter: FiscalQuarter
    planned: Planned | None
    statement: Statement | None
    so_far: Money | None
    spent: Decimal | None

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
        return self.so_far.disbursed if self.so_far is not None else None

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


def in_quarter(number: int, so_far: Mapping[int, Money]) -> Decimal | None:
    """What a quarter spent: so far at its end, less so far at the end of the one before; None where one is missing."""
    now = so_far.get(number)
    if now is None or now.disbursed is None:
        return None
    if number == 1:
        return now.disbursed
    before = so_far.get(number - 1)
    return None if before is None or before.disbursed is None else now.disbursed - before.disbursed


def quarters_of(
    year: int, rows: Any, statements: Sequence[Statement], planned: Mapping[int, Planned] | None,
    known: Mapping[int, Money] | None = None,
) -> list[QuarterSpending]:  # fmt: skip
    """The four quarters of some lines: one query for each quarter that was told. known: sums at hand, by statement."""
    last = last_in_quarter(statements)
    so_far = {number: (known or {}).get(statement.pk) or total(rows, statement) for number, statement in last.items()}
    return [
        QuarterSpending(
            quarter,
            (planned or {}).get(quarter.number),
            last.get(quarter.number),
            so_far.get(quarter.number),
            in_quarter(quarter.number, so_far),
        )
        for quarter in FiscalYear(year).quarters
    ]
