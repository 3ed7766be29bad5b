"""Revenue of a year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import budget_public, show
from ..reading.revenue import revenue_page
from .public import open_year


@budget_public
def revenue(request: HttpRequest, year: int) -> HttpResponse:
    """What was estimated and what came in, by category and line. `?after=`: further lines."""
    open_year(year)
    context = {"shown": revenue_page(year, request.GET.get("after", ""))}
    return show(request, "budget/revenue.html", context, year=year, room="revenue")
