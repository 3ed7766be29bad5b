"""The budget officer's desk: where everything of a fiscal year stands, and what to do next."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear, today

from ..choices import PlanKind
from ..desk_reading import desk_of, years_on_desk
from ..forms.plans import YearForm
from ..http import officer, show_desk
from ..models import BudgetYear


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """A fiscal year's plans, statements and summaries, each with what can be done next. `?year=` chooses another."""
    officer(request)
    day = today()
    years = years_on_desk(day)
    asked = request.GET.get("year", "")
    year = int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() else FiscalYear.of(day).number
    if not FIRST_YEAR <= year <= LAST_YEAR:
        year = FiscalYear.of(day).number
    shown = desk_of(year, day)
    context = {
        "desk": shown,
        "year": year,
        "years": years if year in years else sorted({*years, year}, reverse=True),
        "supplements": shown.plans[0].current is not None,
        "next_supplement": max((row.plan.number for row in shown.plans if row.kind == PlanKind.SUPPLEMENT and row.plan),
                               default=0) + 1,
    }  # fmt: skip
    return show_desk(request, "budget/desk_home.html", context, room="desk")


@require_http_methods(["GET", "HEAD", "POST"])
def year_settings(request: HttpRequest, year: int) -> HttpResponse:
    """What hangs on a year itself: how many inhabitants there are."""
    officer(request)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    row = BudgetYear.objects.filter(pk=year).first() or BudgetYear(pk=year)
    form = YearForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('budget:desk')}?year={year}")
    context = {"form": form, "year": year}
    return show_desk(request, "budget/year_settings.html", context, room="desk", status=422 if form.is_bound else 200)
