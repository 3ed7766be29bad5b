"""The budget cut by programme, group, division, source or quarter."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..http import budget_public, show
from ..reading.drill import cut_of, quarter_page, quarters_page, slice_of
from ..reading.slices import DIMENSIONS
from .public import open_year

QUARTERS = "quarters"


@budget_public
def dimension(request: HttpRequest, year: int, dimension: str) -> HttpResponse:
    """The whole year cut one way."""
    open_year(year)
    if dimension == QUARTERS:
        return show(request, "budget/dimension_quarters.html", {"shown": quarters_page(year)}, year=year)
    if dimension not in DIMENSIONS:
        raise Http404(_("The budget is not cut that way."))
    context = {"cut": cut_of(year, DIMENSIONS[dimension]), "dimensions": DIMENSIONS.values()}
    return show(request, "budget/dimension.html", context, year=year)


@budget_public
def slice_page(request: HttpRequest, year: int, dimension: str, key: str) -> HttpResponse:
    """One programme, group, division, source or quarter. `?after=`: further lines."""
    open_year(year)
    if dimension == QUARTERS:
        if key not in ("1", "2", "3", "4"):
            raise Http404(_("A quarter is 1, 2, 3 or 4."))
        return show(request, "budget/slice_quarter.html", {"shown": quarter_page(year, int(key))}, year=year)
    if dimension not in DIMENSIONS:
        raise Http404(_("The budget is not cut that way."))
    try:
        shown = slice_of(year, DIMENSIONS[dimension], key, request.GET.get("after", ""))
    except KeyError:
        raise Http404(_("The budget of this year has nothing of that kind.")) from None
    return show(request, "budget/slice.html", {"shown": shown}, year=year)
