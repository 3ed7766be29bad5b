"""Geometry of the charts: bars of what was chosen, and means over quarters. Lengths as SVG writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .choices import Kind
from .models import Question
from .reading.results import Answered, Point, Results

HIGH = 160
"""Height of a trend's drawing in CSS pixels; 100 points of the scale."""


def percent(part: int | Decimal, whole: int) -> str:
    """`12.5%`; a string, so that no language writes a decimal comma into the drawing."""
    text = f"{float(part) * 100 / whole:.3f}".rstrip("0").rstrip(".")
    return f"{text}%"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar. look: 0 (worst) to 3 (best); words: what was chosen."""

    look: int
    words: str
    value: Decimal
    n: int
    start: str
    width: str
    middle: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What was chosen for a question, from the worst to the best."""

    answered: Answered
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> str:
        """The bar in words."""
        return ", ".join(f"{part.words} {part.n}" for part in self.parts)


def words_of(question: Question, value: Decimal) -> str:
    """What somebody chose whose answer is worth `value`."""
    worth = {0: 0, 33: 1, 66: 2, 100: 3}[int(value)]
    if question.kind == Kind.YES_NO:
        said_yes = (worth == 3) != question.reversed
        return pgettext("answer", "yes") if said_yes else pgettext("answer", "no")
    words = (_("least or none"), _("little"), _("much"), _("most"))
    return words[3 - worth if question.reversed else worth]


def bars_of(results: Results) -> dict[str, Bar]:
    """The bars by question code."""
    return {one.question.code: _bar(one) for one in results.questions} if results.enough else {}


def _bar(answered: Answered) -> Bar:
    spread, before, parts = answered.distribution, 0, []
    for value, n in sorted(spread.counts.items()):
        look = {0: 0, 33: 1, 66: 2, 100: 3}[int(value)]
        whole = spread.n or 1
        parts.append(
            Part(
                look, words_of(answered.question, value), value, n, percent(before, whole), percent(n, whole),
                percent(before + Decimal(n) / 2, whole), n * 100 >= whole * 8,
            )
        )  # fmt: skip
        before += n
    return Bar(answered, tuple(parts))


@dataclass(frozen=True, slots=True)
class Column:
    """A quarter in the trend's drawing. top and height in CSS pixels; None: nothing known."""

    point: Point
    left: str
    middle: str
    width: str
    top: int | None
    height: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Means over quarters as columns."""

    columns: tuple[Column, ...]
    height: int = HIGH + 56

    @property
    def sentence(self) -> str:
        """The drawing in words."""
        return "; ".join(
            f"{column.point.survey.quarter}/{column.point.survey.fiscal_year}: "
            + (f"{column.point.mean:.2f}" if column.point.mean is not None else _("not known"))
            for column in self.columns
        )


def trend_of(points: Sequence[Point]) -> Trend | None:
    """The drawing, from two quarters on."""
    if len(points) < 2:
        return None
    step = Decimal(100) / len(points)
    columns = []
    for place, point in enumerate(points):
        high = None if point.mean is None else round(float(point.mean) * HIGH / 100)
        columns.append(
            Column(
                point, percent(step * place + step / 5, 100), percent(step * place + step / 2, 100),
                percent(step * 3 / 5, 100), None if high is None else 24 + HIGH - high, high or 0,
            )
        )  # fmt: skip
    return Trend(tuple(columns))
