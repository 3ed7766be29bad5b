"""How many complaints: the page, and the same numbers as files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalYear, today
from ita_portal.page_cache import public_page
from ita_portal.spreadsheets import CSV_TYPE, XLSX_TYPE
from ita_portal.thai import to_arabic_digits
from organization.models import Municipality

from ..models import ChannelSettings
from ..statistics import YEARS_BACK, first_year
from ..statistics_files import statistics_csv, statistics_xlsx
from ..statistics_page import StatisticsPage, statistics_page

View = Callable[..., HttpResponse]
FORMATS = (("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))
_TYPES = {"json": "application/json", "csv": CSV_TYPE, "xlsx": XLSX_TYPE}
_YEARS_LINKED = 3
"""Years that are always offered: the assessor asks for this one and the one before it."""


def channel_public(view: View) -> View:
    """Mark a view as a page of the channel for everybody: reading only, kept until something that it shows changes."""
    return login_not_required(require_safe(public_page("organization", "complaints")(view)))


@channel_public
def statistics(request: HttpRequest) -> HttpResponse:
    """Counts by month, quarter, half-year and year; `?year=2567`, else the fiscal year of today."""
    current = FiscalYear.current()
    first = first_year(current)
    page = _page(request, current, first)
    offered = range(current.number, min(first.number, current.number - _YEARS_LINKED + 1) - 1, -1)
    context = {"page": page, "years": offered, "formats": FORMATS, "rules": page.rules, "made_at": page.day}
    return render(request, "complaints/statistics.html", context)


@channel_public
def statistics_file(request: HttpRequest, extension: str) -> HttpResponse:
    """`statistics.{json,csv,xlsx}`: the same numbers; `?year=2567`."""
    if extension not in _TYPES:
        raise Http404(_("There is no document of this kind."))
    current = FiscalYear.current()
    page = _page(request, current, first_year(current))
    response = HttpResponse(_content(page, extension), content_type=_TYPES[extension])
    if extension != "json":
        name = _("Complaint statistics %(year)d") % {"year": page.year} + f".{extension}"
        response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _content(page: StatisticsPage, extension: str) -> bytes:
    if extension == "json":
        return json.dumps(page.as_json(), ensure_ascii=False, indent=1).encode()
    if extension == "csv":
        return statistics_csv(page)
    municipality = Municipality.objects.first()
    return statistics_xlsx(page, municipality.name if municipality else "")


def _page(request: HttpRequest, current: FiscalYear, first: FiscalYear) -> StatisticsPage:
    asked = to_arabic_digits(request.GET.get("year", ""))
    number = current.number
    if asked:
        if not re.fullmatch(r"[0-9]{4}", asked):
            raise Http404(_("There is no such fiscal year."))
        number = int(asked)
        if not min(first.number, current.number - YEARS_BACK) <= number <= current.number:
            raise Http404(_("There are no statistics of this fiscal year."))
    return statistics_page(FiscalYear(number), ChannelSettings.current(), today())
