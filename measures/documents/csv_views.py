"""The plan and the report as CSV for programs: the names of the JSON as headings, its values in the cells."""

from __future__ import annotations

from django.utils import timezone

from ita_portal.fiscal import today
from ita_portal.spreadsheets import Value, write_csv

from ..plan_data import AreaData, MeasureData, PlanView
from .report_rows import Absolute, as_it_is, figure_words, report_rows
from .words import STATUS

_MEASURE = ("fiscal_year", "area", "area_title", "measure_id", "measure")
PLAN_HEADER = (
    *_MEASURE,
    "question_codes",
    "questions",
    "findings",
    "quarters",
    "schedule",
    "all_divisions",
    "divisions",
)
REPORT_HEADER = (
    *_MEASURE,
    "quarter",
    "scheduled",
    "status",
    "status_words",
    "result",
    "obstacles",
    "next_step",
    "updated_at",
    "evidence",
    "indicators",
    "indicators_as_of",
    "frozen_indicators",
)


def plan_csv(view: PlanView) -> bytes:
    """One row a measure. Several values in one cell stand on lines of their own."""
    return write_csv(
        PLAN_HEADER,
        [
            [
                *_measure(view, area, measure),
                "\n".join(question.code for question in area.questions),
                "\n".join(f"{question.code} {question.text}" for question in area.questions),
                "\n".join(finding.text for finding in area.findings),
                ",".join(map(str, measure.quarters)),
                measure.schedule,
                measure.all_divisions,
                "\n".join(measure.divisions),
            ]
            for area in view.data.areas
            for measure in area.measures
        ],
    )


def report_csv(view: PlanView, *, quarter: int | None = None, absolute: Absolute = as_it_is) -> bytes:
    """One row a measure and quarter, quarters outside the schedule included and said."""
    rows: list[list[Value]] = []
    for row in report_rows(view, quarter):
        progress = row.progress
        rows.append(
            [
                *_measure(view, row.area, row.measure),
                row.quarter,
                row.scheduled,
                row.status if row.scheduled else None,
                STATUS[row.status] if progress else row.status_words,
                progress.result if progress else None,
                progress.obstacles if progress else None,
                progress.next_step if progress else None,
                timezone.localtime(progress.published_at).isoformat() if progress else None,
                "\n".join(f"{proof.title} {absolute(proof.url)} {proof.sha256}".strip() for proof in row.evidence),
                "\n".join(f"{figure_words(figure)} {absolute(figure.url)}".strip() for figure in row.figures),
                today().isoformat() if row.figures else None,
                "\n".join(f"{figure_words(figure)} {absolute(figure.url)} {figure.sha256}" for figure in row.frozen),
            ]
        )
    return write_csv(REPORT_HEADER, rows)


def _measure(view: PlanView, area: AreaData, measure: MeasureData) -> list[Value]:
    return [view.data.fiscal_year, area.number, area.title, measure.id, measure.text]
