"""Public pages of the plan: everything a visitor reads, from published versions only."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.page_cache import public_page
from ita_portal.thai import to_arabic_digits
from organization.models import Division

from .. import reading
from ..assessment.reading import question_scores
from ..figures import Computed, compute_figures, figure_view
from ..frozen import query_of
from ..home import read_home
from ..indicators import Indicator, indicators
from ..models import PlanVersion
from ..plan_data import FigureView, PlanView
from ..plan_filters import PlanFilters
from ..presentation import PlanPage, plan_page, year_cards
from ..states import STATES

View = Callable[..., HttpResponse]
FORMATS = (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))
"""Endings of the documents and what people call them."""


def plan_public(view: View) -> View:
    """Mark a view as a page of the plan: for everybody, reading only, cached until the plan changes."""
    return login_not_required(require_safe(public_page("organization", "measures")(view)))


def with_figures(view: View) -> View:
    """On top of `plan_public`: the page also changes when a live figure does."""

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        topics = getattr(response, "page_topics", None)
        if topics is not None:  # a refusal (405) is no page
            topics = [*topics, *(topic for indicator in indicators for topic in indicator.topics)]
            response.page_topics = tuple(dict.fromkeys(topics))  # type: ignore[attr-defined]
        return response

    return marked


def _read(year: int, **options: Any) -> PlanView:
    try:
        return reading.published_plan(year, **options)
    except PlanVersion.DoesNotExist:
        raise Http404(_("No plan of this fiscal year has been published.")) from None


@with_figures
@plan_public
def home(request: HttpRequest) -> HttpResponse:
    """The front page: the plan of this fiscal year, or of the last year that has one."""
    published = reading.published_year_numbers()
    begun = [year for year in published if year <= FiscalYear.current().number]
    page = plan_page(reading.published_plan((begun or published)[0])) if published else None
    context = {"page": page, "news": page.news() if page else [], "formats": FORMATS, "home": read_home()}
    return render(request, "home.html", context)


@plan_public
def years(request: HttpRequest) -> HttpResponse:
    """The archive, ten years a page; `?before=2570` goes on with the years before that one."""
    asked = to_arabic_digits(request.GET.get("before", ""))
    before = int(asked) if re.fullmatch(r"\d{4}", asked) else None
    found = reading.published_years(before)
    older = found[-1].fiscal_year if len(found) == reading.YEARS_A_PAGE else None
    return render(request, "measures/years.html", {"years": year_cards(found), "older": older, "before": before})


@plan_public
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The plan of a fiscal year: progress, measures by area and quarter, filters, limitations, downloads."""
    return _overview(request, plan_page(_read(year)))


@plan_public
def version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An earlier version of the plan, as it was; the current one in the same words as `year`."""
    page = plan_page(_read(year, version=number))
    latest = reading.published_versions(year)[0].number
    return _overview(request, page, latest=latest if latest != number else None)


def _overview(request: HttpRequest, page: PlanPage, latest: int | None = None) -> HttpResponse:
    divisions = Division.objects.filter(active=True).values_list("name", flat=True)
    filters = PlanFilters.read(page, request.GET, divisions)
    areas = filters.apply(page.areas)
    context = {
        "page": page,
        "filters": filters,
        "areas": areas,
        "shown": sum(len(area.rows) for area in areas),
        "formats": FORMATS,
        "latest": latest,
    }
    return render(request, "measures/year.html", context)


@with_figures
@plan_public
def area(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An issue area: questions, findings, measures, what was published of each quarter, live figures.

    `?division=กองช่าง`: figures that can be told by division are told of this one.
    """
    divisions, division = _asked_division(request)
    context = area_context(_read(year, figures=True, area=number, division=division), number)
    return render(request, "measures/area.html", {**context, "divisions": divisions, "division": division})


def _asked_division(request: HttpRequest) -> tuple[list[Division], Division | None]:
    """The divisions that can be asked for, and the one that is; one that there is not is left out, as if not asked."""
    divisions = list(Division.objects.filter(active=True))
    asked = request.GET.get("division", "")
    return divisions, next((division for division in divisions if division.name == asked), None)


def area_context(view: PlanView, number: int) -> dict[str, object]:
    """What `measures/area.html` shows of a published plan, or of a draft. Http404 for an unknown area."""
    page = plan_page(view)
    found = page.area(number)
    if found is None:
        raise Http404(_("The plan has no issue area of that number."))
    before, after = page.neighbours(number)
    told = any(figure.by_division for figures in view.figures.values() for figure in figures)
    scores = question_scores(page.assessment_year)
    return {
        "page": page, "area": found, "before": before, "after": after, "tells_divisions": told, "scores": scores,
    }  # fmt: skip


@plan_public
def measure(request: HttpRequest, year: int, measure_id: str) -> HttpResponse:
    """Every published report of a measure, also of one that the plan has dropped since."""
    versions = PlanVersion.objects.filter(fiscal_year=year).order_by("-number")
    holding = versions.filter(content__areas__contains=[{"measures": [{"id": measure_id}]}]).first()
    if holding is None:
        raise Http404(_("The plan has no such measure."))
    page = plan_page(_read(year, version=holding.number))
    row = next(row for row in page.rows if row.data.id == measure_id)
    history = reading.measure_history(year, measure_id)
    quarters = [
        (cell.head, [(STATES[report.status], report) for report in history.get(cell.head.number, [])])
        for cell in row.cells
        if cell.is_scheduled or cell.head.number in history
    ]
    context = {"page": page, "row": row, "quarters": quarters, "is_current": holding.is_current}
    return render(request, "measures/history.html", context)


@with_figures
@plan_public
def figures(request: HttpRequest, year: int) -> HttpResponse:
    """How each figure came about: the counts of the overview, and every indicator by quarter. `?division=` as above."""
    page = plan_page(_read(year, ties=True))
    divisions, division = _asked_division(request)
    quarters = FiscalYear(year).quarters
    computed = compute_figures(indicators.keys(), quarters, division)
    rows = [(indicator, _told(indicator, computed, quarters, division)) for indicator in indicators]
    context = {"page": page, "figures": rows, "divisions": divisions, "division": division}
    return render(request, "measures/figures.html", context)


@with_figures
@plan_public
def figure(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """One figure: how it comes about, by quarter and by division, and the measures that it shows at work."""
    page = plan_page(_read(year, ties=True))
    indicator = indicators.get(key)
    if indicator is None:
        raise Http404(_("There is no such figure."))
    quarters = FiscalYear(year).quarters
    divisions = list(Division.objects.filter(active=True)) if indicator.by_division else []
    rows = [
        (division, _told(indicator, compute_figures([key], quarters, division), quarters, division))
        for division in [None, *divisions]
    ]
    context = {
        "page": page,
        "indicator": indicator,
        "query": query_of(indicator),
        "rows": rows,
        "measures": [row for row in page.rows if key in row.data.indicators],
    }
    return render(request, "measures/figure.html", context)


def _told(
    indicator: Indicator, computed: Computed, quarters: Sequence[FiscalQuarter], division: Division | None
) -> list[FigureView]:
    """A figure in every quarter; where nothing is told it is unknown."""
    of = division if indicator.by_division else None
    told = computed[indicator.key]
    return [
        figure_view(indicator, told[quarter].value, told[quarter].url, of)
        if quarter in told
        else figure_view(indicator, None, "", of)
        for quarter in quarters
    ]


@plan_public
def versions(request: HttpRequest, year: int) -> HttpResponse:
    """Every published version of a plan."""
    found = reading.published_versions(year)
    if not found:
        raise Http404(_("No plan of this fiscal year has been published."))
    return render(request, "measures/versions.html", {"year": year, "versions": found})
