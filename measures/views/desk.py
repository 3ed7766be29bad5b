"""Pages of the people who work on the plan outside the admin."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import FiscalQuarter
from organization.models import User

from ..entry_figures import freeze_asked
from ..models import Plan
from ..plan_data import QUARTERS
from ..quarter_work import by_area, default_plan, default_quarter, published_plans, work_of_division
from ..reading import area_of, draft_plan, with_figures
from ..report_entry import add_figures, changed_entries, entries_for, store_entries, wrong_entries


@permission_required("measures.report_share", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: HttpRequest) -> HttpResponse:
    """What my division did in a quarter; the office that keeps the plan takes it into the report."""
    user = cast(User, request.user)
    division = user.division
    plans = list(published_plans())
    if division is None or not plans:
        title = _("Report of my division")
        message = _("You belong to no division yet.") if division is None else _("There is no plan yet.")
        return render(request, "message.html", {"title": title, "message": message})
    fallback = default_plan(plans)
    plan = next((plan for plan in plans if str(plan.fiscal_year) == request.GET.get("year")), fallback)
    asked = request.GET.get("quarter", "")
    known = asked in {str(number) for number in QUARTERS}
    quarter = FiscalQuarter(plan.year, int(asked)) if known else default_quarter(plan)
    entries = entries_for(work_of_division(quarter, division), request)
    status = 200
    if request.method == "POST":
        stored = store_entries(changed_entries(entries), division=division, by=user)
        if stored is not None:
            if stored or "freeze" not in request.POST:
                messages.success(
                    request,
                    _("%(count)s report(s) saved. The Office of the Permanent Secretary sees them now.")
                    % {"count": len(stored)},
                )
            rows = [entry.row for entry in entries]
            freeze_asked(request, rows, quarter, division=division, of=division, by=user)
            return HttpResponseRedirect(request.get_full_path())
        status = 422
    add_figures(entries, quarter, division)
    forms = {entry.row.measure.pk: entry for entry in entries}
    context = {
        "plans": plans,
        "plan": plan,
        "quarter": quarter,
        "quarters": plan.year.quarters,
        "division": division,
        "areas": [
            (area, [forms[row.measure.pk] for row in rows]) for area, rows in by_area([entry.row for entry in entries])
        ],
        "wrong": wrong_entries(entries),
        "has_figures": any(entry.figures.may_use for entry in entries),
        "sent_files": bool(request.FILES),
    }
    return render(request, "measures/desk/shares.html", context, status=status)


@permission_required("measures.view_plan", raise_exception=True)
@require_safe
def preview(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """An issue area as the public would see it if everything were published now."""
    from .public import area_context

    plan = get_object_or_404(Plan, fiscal_year=year)
    view = draft_plan(plan)
    if area_of(view.data, number) is None:
        raise Http404
    context = area_context(with_figures(view, area=number), number)
    return render(request, "measures/area.html", {**context, "is_preview": True})
