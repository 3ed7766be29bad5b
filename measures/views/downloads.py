"""The plan and the report as files. All are made from published versions only, and cached like pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE
from organization.models import Municipality

from .. import reading
from ..documents.csv_views import plan_csv, report_csv
from ..documents.json_views import plan_json, report_json
from ..documents.pdf import plan_pdf, report_pdf
from ..documents.plan_files import write_plan
from ..documents.report_docx import report_docx
from ..documents.report_xlsx import report_xlsx
from ..models import PlanVersion
from ..plan_data import QUARTERS, PlanView
from .public import plan_public, with_figures

TYPES = {
    "json": "application/json",
    "csv": CSV_TYPE,
    "xlsx": XLSX_TYPE,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class _Options:
    """What the address asks for."""

    quarter: int | None
    thai_digits: bool
    absolute: Callable[[str], str]


class _BadOptionError(ValueError):
    """An option that does not exist; the text says which do."""


@plan_public
def plan_file(request: HttpRequest, year: int, extension: str) -> HttpResponse:
    """`plan.{json,csv,xlsx,docx,pdf}`: the plan. `?digits=thai|arabic` for PDF."""
    return _file(request, extension, _plan_content, name=f"มาตรการ-ITA-{year}", year=year, figures=False)


@with_figures
@plan_public
def report_file(request: HttpRequest, year: int, extension: str) -> HttpResponse:
    """`report.{json,csv,xlsx,docx,pdf}`: what was done.

    `?quarter=1..4` for one quarter; `?digits=thai|arabic` for PDF and Word. Another value answers 422.
    """
    return _file(request, extension, _report_content, name=f"รายงานผล-ITA-{year}", year=year, figures=True)


def _file(
    request: HttpRequest,
    extension: str,
    content: Callable[[str, PlanView, _Options], bytes],
    *,
    name: str,
    year: int,
    figures: bool,
) -> HttpResponse:
    if extension not in TYPES:
        raise Http404(_("There is no document of this kind."))
    try:
        options = _options(request, quarters=figures)
    except _BadOptionError as problem:
        context = {"title": _("This document cannot be made"), "message": str(problem)}
        return render(request, "message.html", context, status=422)
    if options.quarter:
        name = f"{name}-ไตรมาส{options.quarter}"
    # Documents are Thai at English addresses too; JSON names its figures in the language of the address.
    with override(get_language() if extension == "json" else "th"):
        try:
            # Word and Excel carry the whole plan hidden in them, with the figures that show each measure.
            view = reading.published_plan(year, figures=figures, ties=extension in ("docx", "xlsx"))
        except PlanVersion.DoesNotExist:
            raise Http404(_("No plan of this fiscal year has been published.")) from None
        body = content(extension, view, options)
    response = HttpResponse(body, content_type=TYPES[extension])
    disposition = content_disposition_header(extension != "json", f"{name}.{extension}")
    response.headers["Content-Disposition"] = str(disposition)
    return response


def _options(request: HttpRequest, *, quarters: bool) -> _Options:
    quarter = request.GET.get("quarter", "") if quarters else ""
    if quarter not in ("", *map(str, QUARTERS)):
        raise _BadOptionError(_("A quarter is 1, 2, 3 or 4. Leave it out for the whole year."))
    digits = request.GET.get("digits", "thai")
    if digits not in ("thai", "arabic"):
        raise _BadOptionError(_("Digits are “thai” or “arabic”."))
    return _Options(int(quarter) if quarter else None, digits == "thai", request.build_absolute_uri)


def _plan_content(extension: str, view: PlanView, options: _Options) -> bytes:
    if extension == "json":
        return _json(plan_json(view, absolute=options.absolute))
    if extension == "csv":
        return plan_csv(view)
    if extension == "pdf":
        return plan_pdf(
            view.data,
            municipality=_municipality(),
            thai_digits=options.thai_digits,
            published_at=view.published_at,
            number=view.number,
        )
    return write_plan(view.data, extension)


def _report_content(extension: str, view: PlanView, options: _Options) -> bytes:
    quarter, absolute = options.quarter, options.absolute
    if extension == "json":
        return _json(report_json(view, quarter=quarter, absolute=absolute))
    if extension == "csv":
        return report_csv(view, quarter=quarter, absolute=absolute)
    if extension == "xlsx":
        return report_xlsx(view, quarter=quarter, absolute=absolute)
    write = report_pdf if extension == "pdf" else report_docx
    return write(
        view,
        municipality=_municipality(),
        quarter=quarter,
        thai_digits=options.thai_digits,
        absolute=absolute,
    )


def _municipality() -> Municipality:
    return Municipality.objects.first() or Municipality(name="–")


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
