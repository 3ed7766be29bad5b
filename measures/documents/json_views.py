"""The plan and the report as JSON, in the shape that other programs rely on: names and order are a contract."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from ..plan_data import FigureView, MeasureData, PlanView
from .report_rows import Absolute, ReportRow, as_it_is, measure_rows


def plan_json(view: PlanView, *, absolute: Absolute = as_it_is) -> dict[str, Any]:
    """The plan with the published progress of each measure.

    A scheduled quarter always has an entry: without a publication it is `not_started` with `updated_at`
    null. A quarter outside the schedule has none. absolute: makes addresses of the portal whole.
    """
    return _plan(view, quarter=None, figures=False, absolute=absolute)


def report_json(view: PlanView, *, quarter: int | None = None, absolute: Absolute = as_it_is) -> dict[str, Any]:
    """As `plan_json`, with live figures, obstacles, next step and frozen figures in each entry; `quarter`: of that one
    only."""
    return _plan(view, quarter=quarter, figures=True, absolute=absolute)


def _plan(view: PlanView, *, quarter: int | None, figures: bool, absolute: Absolute) -> dict[str, Any]:
    data = view.data
    return {
        "fiscal_year": data.fiscal_year,
        "title": data.title,
        "municipality": data.municipality,
        "prepared_by": data.prepared_by,
        "published_at": _moment(view.published_at),
        "areas": [
            {
                "number": area.number,
                "title": area.title,
                "questions": [{"code": question.code, "text": question.text} for question in area.questions],
                "findings": [{"text": finding.text} for finding in area.findings],
                "measures": [
                    _measure(measure, measure_rows(view, area, measure, quarter), figures, absolute)
                    for measure in area.measures
                ],
            }
            for area in data.areas
        ],
        "limitations": [{"text": text} for text in data.limitations],
    }


def _measure(measure: MeasureData, rows: list[ReportRow], figures: bool, absolute: Absolute) -> dict[str, Any]:
    return {
        "id": measure.id,
        "text": measure.text,
        "quarters": list(measure.quarters),
        "schedule": measure.schedule,
        "all_divisions": measure.all_divisions,
        "divisions": list(measure.divisions),
        "progress": [_entry(row, figures, absolute) for row in rows if row.scheduled],
    }


def _entry(row: ReportRow, figures: bool, absolute: Absolute) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "quarter": row.quarter,
        "status": row.status,
        "result": row.progress.result if row.progress else "",
        "updated_at": _moment(row.progress.published_at) if row.progress else None,
        "evidence": [
            {"title": proof.title, "url": absolute(proof.url), "sha256": proof.sha256 or None} for proof in row.evidence
        ],
    }
    if figures:
        entry["indicators"] = [_figure(figure, absolute) for figure in row.figures]
        entry["obstacles"] = row.progress.obstacles if row.progress else ""
        entry["next_step"] = row.progress.next_step if row.progress else ""
        entry["frozen"] = [_frozen(figure, absolute) for figure in row.frozen]
    return entry


def _figure(figure: FigureView, absolute: Absolute) -> dict[str, Any]:
    value = str(figure.value) if isinstance(figure.value, Decimal) else figure.value
    return {
        "key": figure.key,
        "name": figure.name,
        "value": value,
        "unit": figure.unit,
        "url": absolute(figure.url),
    }


def _frozen(figure: FigureView, absolute: Absolute) -> dict[str, Any]:
    """A figure as it was when the report used it as evidence; its address is that of the kept record."""
    return {
        **_figure(figure, absolute),
        "division": figure.division or None,
        "frozen_at": _moment(figure.frozen_at),
        "sha256": figure.sha256,
    }


def _moment(moment: dt.datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None
