"""Procurement for everybody: the year, a month, the yearly report, and their files."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_lines
from organization.models import Division, Municipality

from ..choices import Method, PurchaseState
from ..documents.month_summary import month_csv, month_pdf, month_xlsx
from ..documents.year_procurement import report_pdf, year_xlsx
from ..http import budget_public, show
from ..opendata.sending import one_state, send_pieces
from ..procurement_reading import (
    Month,
    PurchaseFilter,
    PurchaseRow,
    earlier_versions,
    page_of_purchases,
    procurement_plan,
    published_report,
    purchases_of,
    sums_of,
    with_lines,
    year_of_purchases,
)
from ..procurement_rows import PURCHASE_COLUMNS, csv_rows, year_json
from .public import open_year

JSON_TYPE, PDF_TYPE = "application/json", "application/pdf"


def municipality() -> Municipality:
    """Whose purchases they are."""
    return Municipality.objects.first() or Municipality(name="–")


@budget_public
def procurement(request: HttpRequest, year: int) -> HttpResponse:
    """A year of purchases: what each month says, the plan in force, sums by way of procurement, the list."""
    open_year(year)
    found = year_of_purchases(year)
    divisions = dict(Division.objects.values_list("pk", "name"))
    chosen = PurchaseFilter.read(request.GET, divisions)
    rows = chosen.apply(purchases_of(year))
    context = {
        "found": found,
        "plan": procurement_plan(year),
        "page": page_of_purchases(rows, request.GET.get("after", "")),
        "chosen": chosen,
        "sums": sums_of(rows) if chosen.narrowing else found.sums,
        "divisions": [(str(pk), name) for pk, name in divisions.items()],
        "methods": Method.choices,
        "statuses": PurchaseState.choices,
        "report": published_report(year),
    }
    return show(request, "budget/procurement.html", context, year=year, room="procurement")


def _whole(content: bytes) -> Iterator[bytes]:
    yield content


def _month(year: int, number: int) -> Month:
    """A month of a public year. Http404 where there is no such month."""
    open_year(year)
    if not 1 <= number <= 12:
        raise Http404(_("A fiscal year has twelve months."))
    return year_of_purchases(year).months[number - 1]


def _rows(month: Month) -> list[PurchaseRow]:
    if month.summary is None:
        return []
    purchases = month.summary.purchases.select_related("summary", "division", "line__plan").order_by("position")
    return with_lines(purchases)


@budget_public
def procurement_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month in the official columns, each purchase with its budget line; or that nothing was bought, in words."""
    found = _month(year, month)
    context = {
        "month": found,
        "rows": _rows(found),
        "earlier": earlier_versions(year, month) if found.corrected else [],
        "before": month - 1 or None,
        "after": month + 1 if month < 12 else None,
    }
    return show(request, "budget/procurement_month.html", context, year=year, room="procurement")


@budget_public
def procurement_month_file(request: HttpRequest, year: int, month: int, kind: str) -> HttpResponseBase:
    """The official form สขร.1 of a published month: pdf (`?digits=arabic`), xlsx or csv."""
    if kind not in ("pdf", "xlsx", "csv"):
        raise Http404(_("There is no document of this kind."))
    with one_state():
        found = _month(year, month)
        if found.summary is None:
            raise Http404(_("This month is not published."))
        rows = _rows(found)
    name = f"procurement-{found.key}.{kind}"
    if kind == "pdf":
        thai_digits = request.GET.get("digits") != "arabic"
        content = month_pdf(found, rows, municipality=municipality(), thai_digits=thai_digits)
        return send_pieces(request, _whole(content), PDF_TYPE, name)
    if kind == "xlsx":
        content = month_xlsx(found, rows, municipality=municipality())
        return send_pieces(request, _whole(content), XLSX_TYPE, name)
    return send_pieces(request, _whole(month_csv(rows)), CSV_TYPE, name)


@budget_public
def procurement_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """The year's purchases as csv, json or xlsx; the yearly report, once it is published, as pdf."""
    if kind not in ("csv", "json", "xlsx", "pdf"):
        raise Http404(_("There is no document of this kind."))
    open_year(year)
    if kind == "pdf":
        return _report_file(request, year)
    with one_state():
        found = year_of_purchases(year)
        rows = with_lines(purchases_of(year).order_by("summary__month", "position"))
    name = f"budget-{year}-procurement.{kind}"
    absolute = request.build_absolute_uri
    if kind == "csv":
        pieces = csv_lines(PURCHASE_COLUMNS, csv_rows(found, rows, absolute))
        return send_pieces(request, pieces, CSV_TYPE, name)
    if kind == "xlsx":
        return send_pieces(request, _whole(year_xlsx(found, rows, municipality=municipality())), XLSX_TYPE, name)
    said = year_json(found, rows, absolute, municipality=municipality().name)
    return send_pieces(request, _whole(json.dumps(said, ensure_ascii=False, indent=1).encode()), JSON_TYPE)


def _report_file(request: HttpRequest, year: int) -> HttpResponseBase:
    report = published_report(year)
    if report is None:
        raise Http404(_("The yearly report of procurement is not published."))
    thai_digits = request.GET.get("digits") != "arabic"
    content = report_pdf(year_of_purchases(year), report, municipality=municipality(), thai_digits=thai_digits)
    return send_pieces(request, _whole(content), PDF_TYPE, f"procurement-report-{year}.pdf")


@budget_public
def procurement_report(request: HttpRequest, year: int) -> HttpResponse:
    """The yearly report by way of procurement, with problems and suggestions. Http404 until it is published."""
    open_year(year)
    report = published_report(year)
    if report is None:
        raise Http404(_("The yearly report of procurement is not published."))
    context = {"found": year_of_purchases(year), "report": report}
    return show(request, "budget/procurement_report.html", context, year=year, room="procurement")
