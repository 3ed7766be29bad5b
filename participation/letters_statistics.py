"""How letters are answered, by fiscal quarter, division and kind.

A letter counts in the quarter in which it came in, for good. Pages are kept until something public changes, and what
merely comes in or is answered raises none: therefore all is told **as of the end of yesterday**; the day is in the
key of the page's cache. What was not taken up is told apart and has no answer to wait for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Min, Q

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.numbers import whole_percent
from organization.models import Division

from .choices import LetterKind, Rating
from .letters_reading import begin_of
from .models import Letter

_DAY = dt.timedelta(days=1)


class Median(Aggregate):
    """The middle one of a column's durations."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the letters that came in a span of time.

    received: all; refused: not taken up; answered; in_time: answered by the day promised; due: answered, or past that
    day; questions: answered ones; median_days: from the letter to its answer; clear, rated: what senders said.
    """

    received: int
    refused: int
    answered: int
    in_time: int
    due: int
    questions: int
    rated: int
    clear: int
    median_days: Decimal | None

    @property
    def late(self) -> int:
        """Not answered, and past their day."""
        return self.due - self.answered

    @property
    def waiting(self) -> int:
        """Not answered yet, and still in time."""
        return self.received - self.refused - self.due

    @property
    def in_time_share(self) -> int | None:
        """Percent of those that were due; None where none was."""
        return whole_percent(self.in_time, self.due)

    @property
    def clear_share(self) -> int | None:
        """Percent of the answers that senders judged; None where nobody did."""
        return whole_percent(self.clear, self.rated)

    def as_json(self) -> dict[str, Any]:
        """As programs get it."""
        return {
            "received": self.received, "refused": self.refused, "answered": self.answered, "in_time": self.in_time,
            "late": self.late, "waiting": self.waiting, "in_time_percent": self.in_time_share,
            "median_days": None if self.median_days is None else float(self.median_days),
            "rated": self.rated, "clear": self.clear, "clear_percent": self.clear_share,
        }  # fmt: skip


def _in_days(time: dt.timedelta | None) -> Decimal | None:
    if time is None:
        return None
    return (Decimal(max(time.total_seconds(), 0)) / 86_400).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _counted(prefix: str, within: Q, day: dt.date) -> dict[str, Aggregate]:
    """The aggregates of one span."""
    start = begin_of(day)
    answered = within & Q(answered_at__lt=start)
    rated = answered & Q(rated_at__lt=start)
    taken_up = Q(refused_at=None) | Q(refused_at__gte=start)
    return {
        f"{prefix}received": Count("pk", filter=within),
        f"{prefix}refused": Count("pk", filter=within & Q(refused_at__lt=start)),
        f"{prefix}answered": Count("pk", filter=answered),
        f"{prefix}in_time": Count("pk", filter=answered & Q(answered_at__date__lte=F("due_on"))),
        f"{prefix}due": Count("pk", filter=answered | (within & taken_up & Q(due_on__lt=day))),
        f"{prefix}questions": Count("pk", filter=answered & Q(kind=LetterKind.QUESTION)),
        f"{prefix}rated": Count("pk", filter=rated),
        f"{prefix}clear": Count("pk", filter=rated & Q(rating=Rating.CLEAR)),
        f"{prefix}median": Median(F("answered_at") - F("sent_at"), filter=answered),
    }


_NAMES = ("received", "refused", "answered", "in_time", "due", "questions", "rated", "clear")


def _read(found: Mapping[str, Any], prefix: str = "") -> Counts:
    return Counts(**{name: found[prefix + name] for name in _NAMES}, median_days=_in_days(found[f"{prefix}median"]))


def _came_in(first: dt.date, last: dt.date, day: dt.date) -> Q:
    """Sent from the one day to the other, both included, before `day`."""
    return Q(sent_at__gte=begin_of(first), sent_at__lt=begin_of(min(last + _DAY, day)))


def count_quarters(
    quarters: Sequence[FiscalQuarter], division: Division | None, day: dt.date
) -> dict[FiscalQuarter, Counts]:  # fmt: skip
    """The counts of quarters, as of the end of the day before `day`. One query, none without quarters."""
    if not quarters:
        return {}
    rows = Letter.objects.filter(
        _came_in(min(quarter.start for quarter in quarters), max(quarter.end for quarter in quarters), day)
    )
    if division is not None:
        rows = rows.filter(division=division)
    aggregates: dict[str, Any] = {}
    for number, quarter in enumerate(quarters):
        aggregates |= _counted(f"q{number}_", _came_in(quarter.start, quarter.end, day), day)
    found = rows.order_by().aggregate(**aggregates)
    return {quarter: _read(found, f"q{number}_") for number, quarter in enumerate(quarters)}


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of the table. counts: None where it has not begun. state: over, running, future."""

    quarter: FiscalQuarter
    state: str
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The letters of a fiscal year. divisions: None: with no division yet, or not taken up. day: of the counting."""

    year: int
    day: dt.date
    quarters: Sequence[QuarterRow]
    whole: Counts
    kinds: Sequence[tuple[LetterKind, Counts]]
    divisions: Sequence[tuple[Division | None, Counts]]

    @property
    def until(self) -> dt.date:
        """The last day that is counted."""
        return self.day - _DAY

    @property
    def is_to_come(self) -> bool:
        """Whether no day of the year has passed yet."""
        return self.day <= FiscalYear(self.year).start


def statistics_of(year: FiscalYear, day: dt.date) -> Statistics:
    """The statistics of a fiscal year as of the end of the day before `day`. Four queries."""
    begun = [quarter for quarter in year.quarters if quarter.start < day]
    counts = count_quarters(begun, None, day)
    rows = Letter.objects.filter(_came_in(year.start, year.end, day)).order_by()
    every = _counted("", Q(), day)
    kinds = {row["kind"]: _read(row) for row in rows.values("kind").annotate(**every)}
    parts: dict[int | None, Counts] = {row["division"]: _read(row) for row in rows.values("division").annotate(**every)}
    whole = _read(rows.aggregate(**every))
    divisions: list[tuple[Division | None, Counts]] = [
        (division, parts.get(division.pk, _NOTHING))
        for division in Division.objects.order_by("order")
        if division.active or division.pk in parts
    ]
    if None in parts:
        divisions.append((None, parts[None]))
    return Statistics(
        year=year.number, day=day, whole=whole, divisions=divisions,
        quarters=[
            QuarterRow(
                quarter, "future" if quarter not in counts else "over" if quarter.end < day else "running",
                counts.get(quarter),
            )
            for quarter in year.quarters
        ],
        kinds=[(kind, kinds.get(kind.value, _NOTHING)) for kind in LetterKind],
    )  # fmt: skip


_NOTHING = Counts(0, 0, 0, 0, 0, 0, 0, 0, None)


def statistics_years(day: dt.date) -> list[int]:
    """Fiscal years that have statistics, the newest first: from the first letter on; always this one. One query."""
    first = Letter.objects.aggregate(first=Min("sent_at"))["first"]
    now = FiscalYear.of(day).number
    begin = FiscalYear.of(first.astimezone(begin_of(day).tzinfo).date()).number if first else now
    return list(range(now, min(begin, now) - 1, -1))


def current_counts() -> Counts:
    """Of this fiscal year, for the home of participation. One query."""
    day = today()
    year = FiscalYear.of(day)
    return _read(Letter.objects.filter(_came_in(year.start, year.end, day)).aggregate(**_counted("", Q(), day)))
