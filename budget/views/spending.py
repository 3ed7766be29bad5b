"""Statements of spending."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import budget_public, show
from ..reading.statements import statement_months
from .public import open_year


@budget_public
def statements(request: HttpRequest, year: int) -> HttpResponse:
    """Which statements were published when, month by month, with their corrections."""
    open_year(year)
    return show(request, "budget/statements.html", {"months": statement_months(year)}, year=year)
