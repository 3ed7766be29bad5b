"""Public pages of the assessment's result: the years, one year with the loop to the plan that answers it, its files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE
from ita_portal.thai import to_arabic_digits
from organization.models import Municipality

from ..assessment import charts, documents, reading, scoring
from ..assessment.answers import Answer, answering_plan, answers_by_code
from ..assessment.http import FORMATS, assessment_public, not_published
from ..assessment.reading import IndicatorLine, Line, QuestionLine, YearResult
from ..choices import Instrument
from ..models import AssessmentResult

ALL_YEARS = 200
"""More years than the Buddhist Era of this portal has."""
TYPES = {"json": "application/json", "csv": CSV_TYPE, "xlsx": XLSX_TYPE, "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator with its score of the year before, None where that is not known."""

    indicator: IndicatorLine
    before: Line | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with what the plan of the next year answers to it."""

    question: QuestionLine
    answers: tuple[Answer, ...]


@assessment_public
def years(request: HttpRequest) -> HttpResponse:
    """Every published result, ten years a page: the trend of the total, of the instruments and of each indicator."""
    asked = to_arabic_digits(request.GET.get("before", ""))
    before = int(asked) if re.fullmatch(r"\d{4}", asked) else None
    found = reading.results_over_years(before)
    names: dict[int, str] = {}
    for view in found:
        names.update({one.number: one.line.name for one in view.indicators})
    rows = []
    for number in sorted(names):
        scores = [
            (view.year, next((one.line.score for one in view.indicators if one.number == number), None))
            for view in found
        ]
        spark = charts.sparkline(names[number], scores)
        rows.append((number, names[number], scores, spark, charts.spark_words(spark)))
    context = {
        "years": found, "newest": list(reversed(found)), "before": before,
        "older": found[0].year if len(found) == reading.YEARS_SHOWN else None,
        "instruments": [
            (name, [view.instruments[place].line for view in found]) for place, name in enumerate(reading.INSTRUMENTS)
        ],
        "trend": charts.trend(found), "indicators": rows, "pass_line": reading.THRESHOLD,
    }  # fmt: skip
    return render(request, "measures/assessment/years.html", context)


def _read(year: int, version: int | None = None) -> YearResult:
    try:
        return reading.year_result(year, version=version)
    except AssessmentResult.DoesNotExist:
        raise not_published() from None


@assessment_public
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A year's result as it is in force. `?instrument=IIT|EIT|OIT` for the questions of one."""
    return _page(request, _read(year))


@assessment_public
def version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An earlier version, as it was published."""
    return _page(request, _read(year, number))


def _page(request: HttpRequest, view: YearResult) -> HttpResponse:
    plan = answering_plan(view.year)
    answers = answers_by_code(plan)
    chosen = request.GET.get("instrument", "")
    chosen = chosen if chosen in Instrument.values else ""
    rows = [
        QuestionRow(one, answers.get(one.line.code, ()))
        for one in view.weakest
        if not chosen or one.instrument == chosen
    ]
    earlier = reading.results_over_years(before=view.year, most=1)
    last = earlier[-1] if earlier and earlier[-1].year == view.year - 1 else None
    context = {
        "view": view, "result": view.result, "plan": plan, "instrument": chosen,
        "instruments": [name for name in Instrument.values if any(one.instrument == name for one in view.questions)],
        "indicators": _indicator_rows(view, last), "last": last,
        "bars": charts.bars((f"{one.number}. {one.line.name}", one.line) for one in view.indicators),
        "weak": [row for row in rows if row.question.line.is_weak],
        "strong": [row for row in rows if not row.question.line.is_weak],
        "unknown": [one for one in view.unknown if not chosen or one.instrument == chosen],
        "bands": scoring.bands(view.year), "pass_line": reading.THRESHOLD, "formats": FORMATS,
        "versions": AssessmentResult.objects.published().filter(fiscal_year=view.year).order_by("-number"),
    }  # fmt: skip
    return render(request, "measures/assessment/year.html", context)


def _indicator_rows(view: YearResult, last: YearResult | None) -> list[IndicatorRow]:
    before = {one.number: one.line for one in last.indicators} if last else {}
    return [IndicatorRow(one, before.get(one.number)) for one in view.indicators]


@assessment_public
def years_file(request: HttpRequest, extension: str) -> HttpResponse:
    """`results.{json,csv}`: the years beside each other."""
    writers: dict[str, Callable[[list[YearResult]], bytes]] = {"json": documents.years_json, "csv": documents.years_csv}
    if extension not in writers:
        raise Http404(_("There is no document of this kind."))
    with override("th"):
        body = writers[extension](reading.results_over_years(most=ALL_YEARS))
    return _file(body, extension, f"ผลการประเมิน-ITA.{extension}")


@assessment_public
def result_file(request: HttpRequest, year: int, extension: str) -> HttpResponse:
    """`result.{json,csv,xlsx,pdf}` of a year. `?digits=thai|arabic` for PDF; another value answers 422."""
    if extension not in TYPES:
        raise Http404(_("There is no document of this kind."))
    digits = request.GET.get("digits", "thai")
    if digits not in ("thai", "arabic"):
        context = {"title": _("This document cannot be made"), "message": _("Digits are “thai” or “arabic”.")}
        return render(request, "message.html", context, status=422)
    view = _read(year)
    with override("th"):
        body = _content(extension, view, thai_digits=digits == "thai")
    return _file(body, extension, f"ผลการประเมิน-ITA-{year}.{extension}")


def _content(extension: str, view: YearResult, *, thai_digits: bool) -> bytes:
    if extension == "csv":
        return documents.result_csv(view)
    municipality = Municipality.objects.first() or Municipality(name="–")
    if extension == "xlsx":
        return documents.result_xlsx(view, municipality=municipality)
    answers = answers_by_code(answering_plan(view.year))
    if extension == "json":
        return documents.result_json(view, answers)
    return documents.result_pdf(view, answers, municipality=municipality, thai_digits=thai_digits)


def _file(body: bytes, extension: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=TYPES[extension])
    response.headers["Content-Disposition"] = str(content_disposition_header(extension != "json", name))
    return response
