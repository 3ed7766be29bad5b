"""The projects of a year by month."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import budget_public, show
from ..reading.projects import projects_page
from .public import open_year

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))


@budget_public
def projects(request: HttpRequest, year: int) -> HttpResponse:
    """The action plan on a chart of twelve months, narrowed by `division` and `q` (a village, a place, any word)."""
    open_year(year)
    asked = request.GET
    page = projects_page(year, asked.get("division", ""), asked.get("q", ""), asked.get("after", ""))
    return show(request, "budget/projects.html", {"page": page, "formats": FORMATS}, year=year, room="projects")
