"""What the report says, the same in every format: one row a measure and quarter, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..choices import ProgressStatus
from ..plan_data import QUARTERS, AreaData, EvidenceView, FigureView, MeasureData, PlanView, ProgressView
from . import words

Absolute = Callable[[str], str]
"""Makes an address of the portal (`/measures/…`) one that works from anywhere."""


def as_it_is(url: str) -> str:
    """For documents that are made where no host name is known."""
    return url


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A measure in a quarter. progress: None where nothing was published or the quarter is unscheduled."""

    area: AreaData
    measure: MeasureData
    quarter: int
    scheduled: bool
    progress: ProgressView | None
    figures: tuple[FigureView, ...]

    @property
    def status(self) -> str:
        """The status' value; a scheduled quarter without a publication is `not_started`."""
        return self.progress.status if self.progress else ProgressStatus.NOT_STARTED.value

    @property
    def mark(self) -> str:
        """Which sign stands beside the words: a status, `unpublished` or `outside`."""
        if not self.scheduled:
            return "outside"
        return self.progress.status if self.progress else "unpublished"

    @property
    def status_words(self) -> str:
        """The status in words; that there is none is said, never left empty."""
        if not self.scheduled:
            return words.OUTSIDE
        return words.STATUS[self.progress.status] if self.progress else words.UNPUBLISHED

    @property
    def evidence(self) -> tuple[EvidenceView, ...]:
        """The published proofs, figures of the portal among them."""
        return self.progress.evidence if self.progress else ()

    @property
    def attached(self) -> tuple[EvidenceView, ...]:
        """What people attached."""
        return self.progress.attached if self.progress else ()

    @property
    def frozen(self) -> tuple[FigureView, ...]:
        """Figures as they were when the report used them as evidence."""
        return self.progress.frozen if self.progress else ()


@dataclass(frozen=True, slots=True)
class QuarterCount:
    """How many measures a quarter has, by what was published of them."""

    quarter: int
    scheduled: int
    by_status: dict[str, int]
    unpublished: int


def quarters_of(quarter: int | None) -> tuple[int, ...]:
    """The quarters that a report covers: one, or all."""
    return QUARTERS if quarter is None else (quarter,)


def measure_rows(view: PlanView, area: AreaData, measure: MeasureData, quarter: int | None) -> list[ReportRow]:
    """The rows of one measure, outside its schedule too."""
    return [
        ReportRow(
            area=area,
            measure=measure,
            quarter=number,
            scheduled=number in measure.quarters,
            progress=view.progress.get((measure.id, number)) if number in measure.quarters else None,
            figures=view.figures.get((measure.id, number), ()) if number in measure.quarters else (),
        )
        for number in quarters_of(quarter)
    ]


def report_rows(view: PlanView, quarter: int | None = None) -> Iterator[ReportRow]:
    """Every row of the report in the order of the plan."""
    for area in view.data.areas:
        for measure in area.measures:
            yield from measure_rows(view, area, measure, quarter)


def quarter_counts(view: PlanView, quarter: int | None = None) -> list[QuarterCount]:
    """The counts at the head of the report, a quarter each."""
    rows = [row for row in report_rows(view, quarter) if row.scheduled]
    counts = []
    for number in quarters_of(quarter):
        here = Counter(row.mark for row in rows if row.quarter == number)
        counts.append(
            QuarterCount(
                quarter=number,
                scheduled=here.total(),
                by_status={status: here[status] for status in ProgressStatus.values},
                unpublished=here["unpublished"],
            )
        )
    return counts


def figure_words(figure: FigureView) -> str:
    """`ผู้ตอบแบบสำรวจ: 120 คน (กองช่าง)`; an unknown figure is said, and when it was so of one that was frozen."""
    told = words.UNKNOWN_FIGURE
    if figure.value is not None:
        told = f"{figure.text or figure.value} {figure.unit}".rstrip()
    division = f" ({figure.division})" if figure.division else ""
    frozen = f" {words.frozen_words(figure.frozen_at)}" if figure.frozen_at else ""
    return f"{figure.name}: {told}{division}{frozen}"


def latest_publication(view: PlanView, quarter: int | None = None):  # type: ignore[no-untyped-def]
    """When the newest thing in the report was published, None for a draft."""
    moments = [row.progress.published_at for row in report_rows(view, quarter) if row.progress]
    return max([moment for moment in [view.published_at, *moments] if moment], default=None)
