"""Results: a survey's, and all quarters of a questionnaire beside each other."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE
from organization.models import Municipality

from ..charts import bars_of, trend_of
from ..documents import results_data
from ..documents.results_pdf import results_pdf as pdf_of
from ..http import begun_survey, show, surveys_public
from ..reading.overview import overviews
from ..reading.results import Results, public_remarks, read_results


@surveys_public
def results(request: HttpRequest, code: str) -> HttpResponse:
    """The results of one survey, and what people wrote."""
    survey = begun_survey(code)
    found = read_results(survey)
    try:
        remarks, after = public_remarks(survey, request.GET.get("after", ""))
    except ValueError as error:  # no mark that a page has
        raise Http404 from error
    context = {
        "survey": survey,
        "results": found,
        "is_open": survey.is_open(),
        "bars": bars_of(found),
        "trend": trend_of(found.trend),
        "remarks": remarks,
        "after": after,
        "paged": "after" in request.GET,
    }
    return show(request, "surveys/results.html", context)


@surveys_public
def overview(request: HttpRequest) -> HttpResponse:
    """Every regular questionnaire with its quarters, newest first."""
    return show(request, "surveys/overview.html", {"overviews": overviews()})


def _found(code: str) -> Results:
    return read_results(begun_survey(code))


def _municipality() -> Municipality:
    return Municipality.objects.first() or Municipality(name="–")


def _file(content: bytes, kind: str, name: str, *, shown: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=not shown, filename=name))
    return response


@surveys_public
def results_json(request: HttpRequest, code: str) -> HttpResponse:
    """For programs."""
    data = results_data.results_data(_found(code), request)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@surveys_public
def results_csv(request: HttpRequest, code: str) -> HttpResponse:
    """For spreadsheets."""
    return _file(results_data.results_csv(_found(code)), CSV_TYPE, f"survey-{code}.csv")


@surveys_public
def results_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """As a workbook."""
    return _file(results_data.results_xlsx(_found(code), _municipality()), XLSX_TYPE, f"survey-{code}.xlsx")


@surveys_public
def results_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """As an official report; `?digits=arabic` for Arabic digits."""
    thai = request.GET.get("digits") != "arabic"
    content = pdf_of(_found(code), _municipality(), thai_digits=thai)
    return _file(content, "application/pdf", f"survey-{code}.pdf", shown=True)
