"""How many pieces of an asset are free on which days: pure arithmetic over what is held.

Days are whole days in Asia/Bangkok, both ends included. A claim without an end is of a thing that should have been
back: nobody knows when it returns, so that it is counted on every day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """`pieces` held from `start` to `end`, both included; end None: overdue."""

    start: dt.date
    end: dt.date | None
    pieces: int = 1

    def covers(self, day: dt.date) -> bool:
        """Whether the pieces are held on `day`."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Span:
    """Days with the same number of free pieces, both ends included."""

    start: dt.date
    end: dt.date
    free: int

    @property
    def days(self) -> Iterator[dt.date]:
        """Each day of it."""
        return (self.start + DAY * number for number in range((self.end - self.start).days + 1))


def free_spans(stock: int, claims: Iterable[Claim], start: dt.date, end: dt.date) -> list[Span]:
    """How many of `stock` pieces are free from `start` to `end`, day for day, equal neighbours together.

    A number below zero says that more was promised than there is (a piece was lost, or is overdue).
    """
    changes: dict[dt.date, int] = {start: 0}
    for claim in claims:
        if claim.start > end or (claim.end is not None and claim.end < start):
            continue
        begin = max(claim.start, start)
        changes[begin] = changes.get(begin, 0) + claim.pieces
        if claim.end is not None and claim.end < end:
            after = claim.end + DAY
            changes[after] = changes.get(after, 0) - claim.pieces
    spans: list[Span] = []
    held = 0
    days = sorted(changes)
    for position, day in enumerate(days):
        held += changes[day]
        last = days[position + 1] - DAY if position + 1 < len(days) else end
        if spans and spans[-1].free == stock - held:
            spans[-1] = Span(spans[-1].start, last, stock - held)
        else:
            spans.append(Span(day, last, stock - held))
    return spans


def free_pieces(stock: int, claims: Iterable[Claim], start: dt.date, end: dt.date) -> int:
    """How many pieces are free on every day from `start` to `end`; never below zero."""
    return max(0, min(span.free for span in free_spans(stock, claims, start, end)))


def conflicts(stock: int, claims: Iterable[Claim], start: dt.date, end: dt.date, wanted: int) -> list[Span]:
    """The days from `start` to `end` on which fewer than `wanted` pieces are free, neighbours together."""
    short = [span for span in free_spans(stock, claims, start, end) if span.free < wanted]
    return list(_joined(short))


def next_free(
    stock: int, claims: Sequence[Claim], start: dt.date, *, days: int, wanted: int, within: int = 366
) -> dt.date | None:
    """The first day from `start` on which `wanted` pieces are free for `days` days; None: not within that many days."""
    latest = start + DAY * (within + days - 1)
    begin = start
    for span in free_spans(stock, claims, start, latest):
        if span.free < wanted:
            begin = span.end + DAY
        elif (span.end - begin).days + 1 >= days:
            return begin
    return None


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last and last.end + DAY == span.start:
            last = Span(last.start, span.end, min(last.free, span.free))
        else:
            if last:
                yield last
            last = span
    if last:
        yield last
