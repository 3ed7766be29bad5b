"""What the plan of the next year answers to a question: question → finding → measure → status; published only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from .. import reading
from ..models import PlanVersion
from ..presentation import AreaRows, MeasureRow, PlanPage, plan_page
from ..states import State


@dataclass(frozen=True, slots=True)
class MeasureAnswer:
    """A measure and how far it is. state: of the last quarter with a published report, else of what is due."""

    label: str
    text: str
    id: str
    state: State
    quarter: int
    reported: int
    scheduled: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An issue area that quotes the question. findings: those that are about it; measures: what is done."""

    plan_year: int
    number: int
    title: str
    findings: tuple[str, ...]
    measures: tuple[MeasureAnswer, ...]

    @property
    def reported(self) -> int:
        """Quarters of its measures with a published report."""
        return sum(measure.reported for measure in self.measures)

    @property
    def scheduled(self) -> int:
        """Quarters that its measures are scheduled in."""
        return sum(measure.scheduled for measure in self.measures)


def answering_plan(assessment_year: int) -> PlanPage | None:
    """The published plan that answers the assessment of that year; the newest, where several say so."""
    versions = PlanVersion.objects.current().filter(
        Q(content__assessment_year=assessment_year)
        | Q(fiscal_year=assessment_year + 1) & (Q(content__assessment_year=0) | ~Q(content__has_key="assessment_year"))
    )
    year = versions.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
    return None if year is None else plan_page(reading.published_plan(year))


def answers_by_code(page: PlanPage | None) -> dict[str, tuple[Answer, ...]]:
    """By code of a question what the plan answers to it."""
    found: dict[str, tuple[Answer, ...]] = {}
    for area in page.areas if page else ():
        measures = tuple(_measure(row) for row in area.rows)
        for question in area.data.questions:
            answer = Answer(
                plan_year=page.year if page else 0,
                number=area.data.number,
                title=area.data.title,
                findings=findings_about(area, question.code),
                measures=measures,
            )
            found[question.code] = (*found.get(question.code, ()), answer)
    return found


def findings_about(area: AreaRows, code: str) -> tuple[str, ...]:
    """The findings of an area that are about the question; one that names no question is about all of them."""
    return tuple(finding.text for finding in area.data.findings if not finding.questions or code in finding.questions)


def _measure(row: MeasureRow) -> MeasureAnswer:
    cells = row.scheduled
    published = [cell for cell in cells if cell.state.is_published]
    begun = [cell for cell in cells if cell.head.phase != "upcoming"]
    shown = published[-1] if published else begun[-1] if begun else cells[0]
    return MeasureAnswer(
        label=row.label,
        text=row.data.text,
        id=row.data.id,
        state=shown.state,
        quarter=shown.head.number,
        reported=len(published),
        scheduled=len(cells),
    )
