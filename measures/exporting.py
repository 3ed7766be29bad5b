"""A plan of the database as plain values, as it is being worked on."""

from __future__ import annotations

from organization.models import Municipality

from .documents.text import tidy
from .models import IssueArea, Measure, Plan
from .plan_data import AreaData, FindingData, MeasureData, PlanData, QuestionData

QUERIES = 10
"""What `plan_data` costs, whatever the size of the plan."""


def plan_data(plan: Plan) -> PlanData:
    """The whole structure of `plan`, read afresh in `QUERIES` queries; every text as one tidy line."""
    whole = Plan.objects.with_structure().get(pk=plan.pk)
    name = Municipality.objects.values_list("name", flat=True).first()
    return PlanData(
        fiscal_year=whole.fiscal_year,
        title=tidy(whole.title),
        municipality=tidy(name or ""),
        prepared_by=tidy(whole.prepared_by),
        assessment_year=whole.assessment_year,
        areas=tuple(_area(area) for area in whole.areas.all()),
        limitations=tuple(tidy(limitation.text) for limitation in whole.limitations.all()),
    )


def _area(area: IssueArea) -> AreaData:
    return AreaData(
        number=area.number,
        title=tidy(area.title),
        questions=tuple(QuestionData(row.question.code, tidy(row.text)) for row in area.area_questions.all()),
        findings=tuple(FindingData(tidy(finding.text), tuple(finding.codes)) for finding in area.findings.all()),
        measures=tuple(_measure(measure) for measure in area.measures.all()),
    )


def _measure(measure: Measure) -> MeasureData:
    named = () if measure.all_divisions else measure.responsibilities.all()
    return MeasureData(
        text=tidy(measure.text),
        quarters=tuple(measure.quarters),
        schedule=tidy(measure.schedule),
        all_divisions=measure.all_divisions,
        divisions=tuple(responsibility.division.name for responsibility in named),
        indicators=tuple(measure.indicators),
        id=measure.public_id,
    )
