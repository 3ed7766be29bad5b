"""Bars under one another, each with its parts, its name above it and its numbers below: readable at every width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .geometry import percent, wrapped

HEIGHT = 22
"""Of a bar, in CSS pixels."""
_LINE, _ABOVE, _BELOW, _GAP = 20, 6, 18, 12
_ROOM = 280
"""What a telephone of 360 pixels leaves for a line of words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar. kind: how it looks; value in baht. start, width in percent of the chart."""

    kind: str
    value: Decimal
    start: str = "0%"
    width: str = "0%"


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes a bar. parts: one after another; frame: the whole they are parts of, None where it is not known."""

    name: str
    words: str
    parts: tuple[tuple[str, Decimal | None], ...]
    frame: Decimal | None = None
    thai: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of words. y: its base line, in CSS pixels."""

    words: str
    y: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in its place; y: its upper edge in CSS pixels. frame: its width in percent, empty for none. thai: its name
    is Thai. above, below: its name and its numbers, in lines."""

    name: str
    words: str
    parts: tuple[Part, ...]
    frame: str
    thai: bool
    y: int
    above: tuple[Text, ...]
    below: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """All bars on one scale. height in CSS pixels."""

    bars: tuple[Bar, ...]
    height: int


def bar_chart(rows: Sequence[Row]) -> BarChart:
    """Bars on the scale of the longest. What is not known has no bar; its words say so."""
    longest = max((_length(row) for row in rows), default=Decimal(0)) or Decimal(1)
    bars: list[Bar] = []
    top = 0
    for row in rows:
        bar, top = _bar(row, top, longest)
        bars.append(bar)
    return BarChart(tuple(bars), top)


def _length(row: Row) -> Decimal:
    return max(sum((value or Decimal(0) for _kind, value in row.parts), Decimal(0)), row.frame or Decimal(0))


def _bar(row: Row, top: int, longest: Decimal) -> tuple[Bar, int]:
    """The bar, and where the next one begins."""
    parts, before = [], Decimal(0)
    for kind, value in row.parts:
        if value:
            parts.append(Part(kind, value, percent(100 * before / longest), percent(100 * value / longest)))
            before += value
    frame = percent(100 * row.frame / longest) if row.frame else ""
    names, words = wrapped(row.name, _ROOM), wrapped(row.words, _ROOM)
    above = tuple(Text(line, top + _LINE * number - 3) for number, line in enumerate(names, 1))
    y = top + _LINE * len(names) + (_ABOVE if names else 0)
    below = tuple(Text(line, y + HEIGHT + _BELOW + _LINE * number) for number, line in enumerate(words))
    end = y + HEIGHT + _LINE * len(words) + _GAP
    return Bar(row.name, row.words, tuple(parts), frame, row.thai, y, above, below), end
