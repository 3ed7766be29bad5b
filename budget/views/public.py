"""The years, and a year at a glance."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ita_portal.thai import to_arabic_digits

from ..http import budget_public, show
from ..models import BudgetYear
from ..reading.year import glance_of
from ..reading.years import public_year, year_cards


def open_year(year: int) -> BudgetYear:
    """A year with something public; Http404 for every other number."""
    try:
        return public_year(year)
    except BudgetYear.DoesNotExist:
        raise Http404(_("Nothing of the budget of this fiscal year has been published.")) from None


@budget_public
def years(request: HttpRequest) -> HttpResponse:
    """Every year with its key figures, ten a page; `?before=2560` goes on with the years before that one."""
    asked = to_arabic_digits(request.GET.get("before", ""))
    before = int(asked) if re.fullmatch(r"[0-9]{4}", asked) else None
    cards, older = year_cards(before)
    return show(request, "budget/years.html", {"cards": cards, "older": older, "before": before})


@budget_public
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A year at a glance: how much, what for, for whom, how much of it is spent, and every document."""
    return show(request, "budget/year.html", {"glance": glance_of(open_year(year))}, year=year, room="year")
