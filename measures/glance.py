"""Progress in numbers: the same counts as bars and as a table, with the geometry of the chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .states import COUNTED_STATES, QuarterHead, State

if TYPE_CHECKING:
    from .presentation import MeasureRow


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar. start, width, middle: percent of the whole width, as SVG wants them (`12.5%`)."""

    state: State
    count: int
    start: str
    width: str
    middle: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A quarter in the chart. top: its distance from the chart's upper edge in CSS pixels."""

    head: QuarterHead
    segments: tuple[Segment, ...]
    total: int
    reported: int
    top: int
    BAR_TOP = 30
    BAR_HEIGHT = 28
    ROW_HEIGHT = 76

    @property
    def label_y(self) -> int:
        """Base line of the words above the bar."""
        return self.top + 20

    @property
    def bar_y(self) -> int:
        """Upper edge of the bar."""
        return self.top + self.BAR_TOP

    @property
    def count_y(self) -> int:
        """Base line of the numbers inside the bar."""
        return self.top + self.BAR_TOP + 20

    @property
    def sentence(self) -> str:
        """The bar in words."""
        if not self.segments:
            return _("Quarter %(number)s: no measure scheduled") % {"number": self.head.number}
        parts = ", ".join(f"{part.state.label} {part.count}" for part in self.segments)
        return _("Quarter %(number)s: %(parts)s") % {"number": self.head.number, "parts": parts}


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many scheduled quarters are in a state: by quarter, and in all."""

    state: State
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Over the whole year."""
        return sum(self.counts)


@dataclass(frozen=True)
class Glance:
    """Progress of the whole plan in numbers: the same figures as bars and as a table."""

    bars: tuple[Bar, ...]
    table: tuple[CountRow, ...]

    @classmethod
    def of(cls, heads: Sequence[QuarterHead], rows: Iterable[MeasureRow]) -> Glance:
        """Count the cells of `rows`."""
        states = [[row.cells[index].state for row in rows] for index in range(len(heads))]
        table = tuple(CountRow(state, tuple(column.count(state) for column in states)) for state in COUNTED_STATES)
        bars = tuple(_bar(head, table, index) for index, head in enumerate(heads))
        # The published states always have their row, a zero is said; the two open ones only when they occur.
        shown = tuple(row for row in table if row.state.is_published or row.total)
        return cls(bars=bars, table=shown)

    @property
    def totals(self) -> tuple[int, ...]:
        """Scheduled measures by quarter."""
        return tuple(bar.total for bar in self.bars)

    @property
    def total(self) -> int:
        """Scheduled quarters of all measures, added up."""
        return sum(self.totals)

    @property
    def reported(self) -> int:
        """Of those, the ones with a published result."""
        return sum(bar.reported for bar in self.bars)

    @property
    def states(self) -> tuple[State, ...]:
        """The states that occur, for the legend."""
        return tuple(row.state for row in self.table if row.total)

    @property
    def sentence(self) -> str:
        """The chart in words, its text alternative."""
        return "; ".join(bar.sentence for bar in self.bars)

    @property
    def height(self) -> int:
        """Of the chart, in CSS pixels."""
        return len(self.bars) * Bar.ROW_HEIGHT - 12


def _bar(head: QuarterHead, table: Sequence[CountRow], index: int) -> Bar:
    counts = [(row.state, row.counts[index]) for row in table if row.counts[index]]
    total = sum(count for _state, count in counts)
    top = index * Bar.ROW_HEIGHT
    segments, before = [], 0
    for state, count in counts:
        start, width = 100 * before / total, 100 * count / total
        segments.append(Segment(state, count, _percent(start), _percent(width), _percent(start + width / 2)))
        before += count
    reported = sum(count for state, count in counts if state.is_published)
    return Bar(head=head, segments=tuple(segments), total=total, reported=reported, top=top)


def _percent(value: float) -> str:
    # A string, so that no language writes a decimal comma into the drawing.
    return f"{value:.3f}".rstrip("0").rstrip(".") + "%"
