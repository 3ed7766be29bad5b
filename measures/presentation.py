"""What the public pages say of a plan: a `PlanView` turned into rows that templates only have to print.

Nothing here touches the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .choices import Instrument
from .glance import Glance
from .plan_data import AreaData, FigureView, MeasureData, PlanView, ProgressView
from .states import AWAITING, OUTSIDE, REPORTED_STATES, STATES, UPCOMING, QuarterHead, State, quarter_heads

if TYPE_CHECKING:
    from .reading import YearSummary


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure in a quarter."""

    head: QuarterHead
    state: State
    progress: ProgressView | None = None
    figures: tuple[FigureView, ...] = ()

    @property
    def is_scheduled(self) -> bool:
        """Whether the plan names this quarter for the measure."""
        return self.state is not OUTSIDE

    @property
    def sentence(self) -> str:
        """What is said where there is no published result."""
        if self.state is OUTSIDE:
            return _("The plan does not schedule this measure in this quarter.")
        if self.state is UPCOMING:
            return _("This quarter has not begun yet.")
        if self.head.phase == "current":
            return _("This quarter is still running; its result has not been published yet.")
        return _("No result has been published for this quarter yet.")


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with its four quarters. number: its place in its area, from 1."""

    area: AreaData
    number: int
    data: MeasureData
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """`3.2`: the second measure of area 3."""
        return f"{self.area.number}.{self.number}"

    @property
    def scheduled(self) -> tuple[Cell, ...]:
        """The quarters that the plan names."""
        return tuple(cell for cell in self.cells if cell.is_scheduled)

    @property
    def instruments(self) -> frozenset[str]:
        """The instruments of the questions that the measure's area answers."""
        return frozenset(Instrument.of_code(question.code).value for question in self.area.questions)


@dataclass(frozen=True, slots=True)
class AreaRows:
    """An area with its measures."""

    data: AreaData
    rows: tuple[MeasureRow, ...]

    @property
    def scheduled(self) -> int:
        """Scheduled quarters of all its measures, added up."""
        return sum(len(row.scheduled) for row in self.rows)

    @property
    def reported(self) -> int:
        """Of those, the ones with a published result."""
        return sum(cell.state.is_published for row in self.rows for cell in row.scheduled)

    @property
    def quarters(self) -> tuple[tuple[QuarterHead, tuple[tuple[MeasureRow, Cell], ...]], ...]:
        """By quarter: the measures with their cell."""
        heads = self.rows[0].cells if self.rows else ()
        return tuple(
            (cell.head, tuple((row, row.cells[index]) for row in self.rows)) for index, cell in enumerate(heads)
        )


@dataclass(frozen=True, slots=True)
class News:
    """A report that was published lately."""

    row: MeasureRow
    cell: Cell
    published_at: dt.datetime


@dataclass(frozen=True)
class PlanPage:
    """A published plan as its pages print it."""

    view: PlanView
    heads: tuple[QuarterHead, ...]
    areas: tuple[AreaRows, ...]

    @property
    def year(self) -> int:
        """The fiscal year (B.E.)."""
        return self.view.data.fiscal_year

    @property
    def assessment_year(self) -> int:
        """The year of the assessment whose result the plan answers."""
        return self.view.data.assessment_year or self.year - 1

    @property
    def rows(self) -> tuple[MeasureRow, ...]:
        """All measures in the document's order."""
        return tuple(row for area in self.areas for row in area.rows)

    @cached_property
    def glance(self) -> Glance:
        """Progress in numbers."""
        return Glance.of(self.heads, self.rows)

    def area(self, number: int) -> AreaRows | None:
        """The area of that number."""
        return next((area for area in self.areas if area.data.number == number), None)

    def neighbours(self, number: int) -> tuple[AreaData | None, AreaData | None]:
        """The areas before and after."""
        numbers = [area.data.number for area in self.areas]
        place = numbers.index(number)
        before = self.areas[place - 1].data if place else None
        after = self.areas[place + 1].data if place + 1 < len(self.areas) else None
        return before, after

    def news(self, limit: int = 5) -> list[News]:
        """What was published last, newest first."""
        found = [
            News(row, cell, cell.progress.published_at) for row in self.rows for cell in row.cells if cell.progress
        ]
        return sorted(found, key=lambda news: news.published_at, reverse=True)[:limit]

    @cached_property
    def updated_at(self) -> dt.datetime:
        """When the public last saw something new of this plan."""
        reports: list[dt.datetime] = [report.published_at for report in self.view.progress.values()]
        return max([self.view.published_at, *reports])


def plan_page(view: PlanView) -> PlanPage:
    """`view` as pages print it, with the states of today."""
    heads = quarter_heads(view.data.fiscal_year)
    areas = tuple(
        AreaRows(
            data=area,
            rows=tuple(
                MeasureRow(area, number, measure, tuple(_cell(view, measure, head) for head in heads))
                for number, measure in enumerate(area.measures, start=1)
            ),
        )
        for area in view.data.areas
    )
    return PlanPage(view=view, heads=heads, areas=areas)


def _cell(view: PlanView, measure: MeasureData, head: QuarterHead) -> Cell:
    key = (measure.id, head.number)
    progress = view.progress.get(key)
    if progress is not None:
        state = STATES[progress.status]
    elif head.number not in measure.quarters:
        state = OUTSIDE
    else:
        state = UPCOMING if head.phase == "upcoming" else AWAITING
    return Cell(head=head, state=state, progress=progress, figures=view.figures.get(key, ()))


@dataclass(frozen=True, slots=True)
class YearCard:
    """A year of the archive. counts: states that occur, with how many scheduled quarters are in each."""

    year: YearSummary
    counts: tuple[tuple[State, int], ...]


def year_cards(years: Iterable[YearSummary]) -> list[YearCard]:
    """`years` as the archive prints them."""
    return [
        YearCard(
            year,
            tuple((state, year.counts[state.key]) for state in REPORTED_STATES if year.counts.get(state.key)),
        )
        for year in years
    ]
