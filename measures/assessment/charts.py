"""Drawings of results: lengths across in percent, down in CSS pixels, so that words stay readable at every width.

Each stands beside a table with the same numbers. What is not known has no mark and no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from .reading import THRESHOLD, Line, YearResult

SHAPES = {"total": "circle", "IIT": "triangle", "EIT": "square", "OIT": "diamond"}
"""A mark for each line of the trend: lines are never told by colour alone."""
_TOP, _BOTTOM = 26, 28
_HEIGHT, _SPARK = 330, 40
_BAR, _ROW = 18, 52


@dataclass(frozen=True, slots=True)
class Point:
    """A score in its place. x in percent; y in pixels; label: the score, where it is written beside."""

    x: str
    y: int
    year: int
    score: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A line between two neighbouring years."""

    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True, slots=True)
class Series:
    """A line of the trend. key: how it looks (`SHAPES`)."""

    key: str
    name: str
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]

    @property
    def shape(self) -> str:
        """The mark of its points."""
        return SHAPES.get(self.key, "circle")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across: a score that is written at its side. is_pass: the pass line."""

    y: int
    score: int
    is_pass: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A year under the drawing."""

    x: str
    year: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Scores over years. bottom: where years are written. words: the same for who does not see it."""

    height: int
    bottom: int
    series: tuple[Series, ...]
    rules: tuple[Rule, ...]
    ticks: tuple[Tick, ...]
    words: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """A score as a bar. y: its upper edge; width: in percent, empty for unknown; expected: place of a practice."""

    line: Line
    label: str
    text_y: int
    y: int
    middle: int
    width: str
    expected: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on the scale of 0 to 100, with the pass line."""

    rows: tuple[BarRow, ...]
    height: int
    bar: int
    pass_line: str
    words: str


def percent(value: Decimal | float) -> str:
    """`12.5%`; a string, so that no language writes a decimal comma into the drawing."""
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return f"{text or '0'}%"


def trend(years: Sequence[YearResult]) -> Trend | None:
    """Total and instruments over years, oldest first; None where there is nothing to draw."""
    lines: list[tuple[str, str, list[tuple[int, Decimal | None]]]] = [
        ("total", _("Total"), [(one.year, one.total.score) for one in years])
    ]
    for place, name in enumerate(("IIT", "EIT", "OIT")):
        lines.append((name, name, [(one.year, one.instruments[place].line.score) for one in years]))
    known = [score for _key, _name, scores in lines for _year, score in scores if score is not None]
    if not known:
        return None
    least = max(0, int(min([*known, Decimal(THRESHOLD)]) // 10 * 10 - 5))
    numbers = [one.year for one in years]
    series = tuple(
        _series(key, name, scores, least=least, height=_HEIGHT, labelled=key == "total") for key, name, scores in lines
    )
    rules = [Rule(_y(Decimal(score), least, _HEIGHT), score, False) for score in range(-(-least // 10) * 10, 101, 10)]
    rules.append(Rule(_y(Decimal(THRESHOLD), least, _HEIGHT), THRESHOLD, True))
    return Trend(
        height=_HEIGHT,
        bottom=_HEIGHT - 6,
        series=series,
        rules=tuple(rules),
        ticks=tuple(Tick(percent(_x(place, len(numbers))), year) for place, year in enumerate(numbers)),
        words="; ".join(f"{one.name}: {_told(one.points)}" for one in series if one.points),
    )


def sparkline(name: str, scores: Iterable[tuple[int, Decimal | None]]) -> Series:
    """A small trend for a row of a table."""
    given = list(scores)
    known = [score for _year, score in given if score is not None]
    least = max(0, int(min(known, default=Decimal(0)) - 8))
    return _series("total", name, given, least=least, height=_SPARK, top=8, bottom=8)


def spark_words(series: Series) -> str:
    """What a small trend says."""
    return _told(series.points)


def _told(points: Iterable[Point]) -> str:
    return ", ".join(f"{point.year}: {point.score}" for point in points)


def _series(
    key: str,
    name: str,
    scores: Sequence[tuple[int, Decimal | None]],
    *,
    least: int,
    height: int,
    labelled: bool = False,
    top: int = _TOP,
    bottom: int = _BOTTOM,
) -> Series:  # fmt: skip
    points: list[Point | None] = [
        None
        if score is None
        else Point(
            percent(_x(place, len(scores))), _y(score, least, height, top, bottom), year, score,
            str(score) if labelled else "",
        )
        for place, (year, score) in enumerate(scores)
    ]  # fmt: skip
    segments = tuple(
        Segment(one.x, one.y, other.x, other.y)
        for one, other in pairwise(points)
        if one is not None and other is not None and other.year == one.year + 1
    )
    return Series(key, name, tuple(point for point in points if point is not None), segments)


def _x(place: int, count: int) -> float:
    """With room at the left for the scores of the rules."""
    return 9 + (place + 0.5) / max(count, 1) * 89


def _y(score: Decimal, least: int, height: int, top: int = _TOP, bottom: int = _BOTTOM) -> int:
    room = height - top - bottom
    return round(top + room * (100 - float(score)) / (100 - least))


def bars(lines: Iterable[tuple[str, Line]]) -> Bars:
    """Scores under one another, each with its label above it."""
    rows = []
    for place, (label, line) in enumerate(lines):
        top = place * _ROW
        rows.append(
            BarRow(
                line=line,
                label=label,
                text_y=top + 18,
                y=top + 25,
                middle=top + 25 + _BAR // 2,
                width="" if line.score is None else percent(line.score),
                expected="" if line.expected is None else percent(line.expected),
            )
        )
    told = "; ".join(f"{row.label} {'–' if row.line.score is None else row.line.score}" for row in rows)
    return Bars(tuple(rows), len(rows) * _ROW, _BAR, percent(THRESHOLD), told)
