"""How many complaints there were, by the month in which they were filed.

A complaint counts in the month of its filing, for good; it is finished or in progress as it stands now. So every row
holds: received = finished + in progress. Destroyed complaints go on counting by what is left of them (`Tombstone`).

All is counted by the database, in a number of queries that does not grow with the complaints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Expression, F, IntegerField, Min, Q, Value
from django.db.models.functions import TruncMonth

from ita_portal.fiscal import FiscalHalf, FiscalQuarter, FiscalYear

from .choices import FINISHED, Category
from .models import Case, Tombstone

YEARS_BACK = 10
"""Years before this one whose statistics can be asked for even where nothing was counted then."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Complaints of a period. in_time, late: first answers given within the limit, and after it or still owed."""

    received: int = 0
    finished: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def in_progress(self) -> int:
        """Those on which the municipality still works."""
        return self.received - self.finished

    @property
    def share_in_time(self) -> float | None:
        """Of the first answers that were due or given, the part given in time (0 to 1); None where none was."""
        judged = self.in_time + self.late
        return self.in_time / judged if judged else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.received + other.received,
            self.finished + other.finished,
            self.in_time + other.in_time,
            self.late + other.late,
            self.overdue + other.overdue,
        )


def total(parts: Iterable[Counts]) -> Counts:
    """All of `parts` together."""
    return sum(parts, Counts())


@dataclass(frozen=True, slots=True)
class YearCounts:
    """A fiscal year. months: 12 pairs of first day and counts, from October. categories: all of them, most first."""

    year: FiscalYear
    months: list[tuple[dt.date, Counts]]
    categories: list[tuple[Category, int]]

    def quarter(self, quarter: FiscalQuarter) -> Counts:
        """The counts of one of its quarters."""
        return self._between(quarter.start, quarter.end)

    def half(self, half: FiscalHalf) -> Counts:
        """The counts of one of its half-years."""
        return self._between(half.start, half.end)

    @property
    def whole(self) -> Counts:
        """The counts of the year."""
        return total(counts for _month, counts in self.months)

    def _between(self, first: dt.date, last: dt.date) -> Counts:
        return total(counts for month, counts in self.months if first <= month <= last)


def months_of(year: FiscalYear) -> list[dt.date]:
    """The first days of its twelve months, from October."""
    first = year.start
    return [dt.date(first.year + (first.month + n - 1) // 12, (first.month + n - 1) % 12 + 1, 1) for n in range(12)]


def count_year(year: FiscalYear, day: dt.date) -> YearCounts:
    """The complaints filed in `year` as they stand on `day`. One query."""
    months = dict.fromkeys(months_of(year), Counts())
    categories = dict.fromkeys(Category, 0)
    cases = Case.objects.filter(filed_on__range=(year.start, year.end)).annotate(month=TruncMonth("filed_on"))
    graves = Tombstone.objects.filter(month__range=(year.start, year.end))
    # One statement, so that a complaint that is being destroyed counts once.
    rows = _rows(cases, _of_cases(day)).union(_rows(graves, _of_tombstones()), all=True)
    for month, category, *numbers in rows:
        months[month] += Counts(*numbers)
        categories[Category(category)] += numbers[0]
    return YearCounts(year, list(months.items()), sorted(categories.items(), key=lambda item: -item[1]))


def _rows(found: Any, counted: dict[str, Expression]) -> Any:
    grouped = found.order_by().values_list("month", "category")
    return grouped.annotate(**counted).values_list("month", "category", *counted)


IN_TIME = Q(answered_on__lte=F("due_on"))


def _owed(day: dt.date) -> Q:
    """The first answer should have been given before `day`, and was not."""
    return ~Q(state__in=FINISHED) & Q(answered_on=None, due_on__lt=day)


def _late(day: dt.date) -> Q:
    return Q(answered_on__gt=F("due_on")) | Q(answered_on=None, finished_on__gt=F("due_on")) | _owed(day)


def _of_cases(day: dt.date) -> dict[str, Expression]:
    return {
        "received": Count("pk"),
        "finished": Count("pk", filter=Q(state__in=FINISHED)),
        "in_time": Count("pk", filter=IN_TIME),
        "late": Count("pk", filter=_late(day)),
        "overdue": Count("pk", filter=_owed(day)),
    }


def _of_tombstones() -> dict[str, Expression]:
    return {
        "received": Count("pk"),
        "finished": Count("pk"),
        "in_time": Count("pk", filter=Q(answered_in_time=True)),
        "late": Count("pk", filter=Q(answered_in_time=False)),
        "overdue": Value(0, output_field=IntegerField()),
    }


def first_year(current: FiscalYear) -> FiscalYear:
    """The fiscal year of the oldest complaint, or `current` where there is none. Two queries."""
    days = [
        Case.objects.aggregate(first=Min("filed_on"))["first"],
        Tombstone.objects.aggregate(first=Min("month"))["first"],
    ]
    return min([FiscalYear.of(day) for day in days if day is not None], default=current)


def safe_categories(
    categories: Sequence[tuple[Category, int]], smallest: int
) -> tuple[list[tuple[Category, int]], int] | None:
    """The categories that may be shown, and the number of all others together; None where none may.

    A count below `smallest` could point at a person. So could the rest that is left when all others are subtracted
    from the total: what is put together is therefore nothing, or at least `smallest` of at least two categories.
    """
    ranked = sorted(categories, key=lambda item: -item[1])
    shown = [item for item in ranked if item[1] >= smallest]
    others = [count for _category, count in ranked if 0 < count < smallest]
    while shown and others and (sum(others) < smallest or len(others) < 2):
        others.append(shown.pop()[1])
    return (shown, sum(others)) if shown else None


@dataclass(frozen=True, slots=True)
class Flow:
    """The work of a quarter: what came in, what was finished in it whenever it came, what was open at its end."""

    received: int
    finished: int
    open_at_end: int
    in_time: int
    judged: int


def count_flow(quarters: Sequence[FiscalQuarter], day: dt.date) -> dict[FiscalQuarter, Flow]:
    """The work of each of `quarters`, as known on `day`. Two queries for all of them."""
    if not quarters:
        return {}
    last = max(quarter.end for quarter in quarters)
    cases = Case.objects.filter(filed_on__lte=last).aggregate(**_flow_of_cases(quarters, day))
    graves = Tombstone.objects.filter(month__lte=last).aggregate(**_flow_of_tombstones(quarters))
    numbers = {key: cases[key] + graves[key] for key in cases}
    return {
        quarter: Flow(**{name: numbers[f"{name}_{n}"] for name in Flow.__dataclass_fields__})
        for n, quarter in enumerate(quarters)
    }


def _flow_of_cases(quarters: Sequence[FiscalQuarter], day: dt.date) -> dict[str, Expression]:
    counted: dict[str, Expression] = {}
    for n, quarter in enumerate(quarters):
        filed = Q(filed_on__range=(quarter.start, quarter.end))
        counted |= {
            f"received_{n}": Count("pk", filter=filed),
            f"finished_{n}": Count("pk", filter=Q(finished_on__range=(quarter.start, quarter.end))),
            f"open_at_end_{n}": Count(
                "pk",
                filter=Q(filed_on__lte=quarter.end) & (Q(finished_on=None) | Q(finished_on__gt=quarter.end)),
            ),
            f"in_time_{n}": Count("pk", filter=filed & IN_TIME),
            f"judged_{n}": Count("pk", filter=filed & (IN_TIME | _late(day))),
        }
    return counted


def _flow_of_tombstones(quarters: Sequence[FiscalQuarter]) -> dict[str, Expression]:
    counted: dict[str, Expression] = {}
    for n, quarter in enumerate(quarters):
        filed = Q(month__range=(quarter.start, quarter.end))
        counted |= {
            f"received_{n}": Count("pk", filter=filed),
            f"finished_{n}": Count("pk", filter=Q(finished_month__range=(quarter.start, quarter.end))),
            f"open_at_end_{n}": Count("pk", filter=Q(month__lte=quarter.end, finished_month__gt=quarter.end)),
            f"in_time_{n}": Count("pk", filter=filed & Q(answered_in_time=True)),
            f"judged_{n}": Count("pk", filter=filed & Q(answered_in_time__isnull=False)),
        }
    return counted
