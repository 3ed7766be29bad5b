"""Who has what still to do this quarter: one page for everybody who works here, each with their own part."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalQuarter
from ita_portal.spreadsheets import CSV_TYPE, write_csv
from organization.models import Division, User

from ..models import Plan
from ..plan_data import QUARTERS
from ..quarter_overview import CSV_HEADER, SEE_ALL, STATES, Overview, overview, overview_rows
from ..quarter_work import default_plan, default_quarter, published_plans

PEOPLE_A_PAGE = 50


@require_safe
def quarter(request: HttpRequest) -> HttpResponse:
    """`?year=`, `?quarter=`; for those who see everybody's part also `?division=` and `?state=late|waiting|all`."""
    user = cast(User, request.user)
    plans = list(published_plans())
    found, division, state = _read(request, user, plans)
    divisions = list(Division.objects.filter(active=True)) if user.has_perm(SEE_ALL) else []
    more = max(0, len(found.people) - PEOPLE_A_PAGE)
    context = {
        "found": found,
        "plans": plans,
        "quarters": found.quarter.year.quarters,
        "people": found.people[:PEOPLE_A_PAGE],
        "more": more,
        "sees_all": user.has_perm(SEE_ALL),
        "may_report": user.has_perm("measures.report_share") and user.division_id is not None,
        "divisions": divisions,
        "division": division,
        "state": state,
        "states": ((STATES[0], _("Something late")), (STATES[1], _("Something waits")), (STATES[2], _("Everybody"))),
    }
    response = render(request, "measures/desk/quarter.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_safe
def quarter_csv(request: HttpRequest) -> HttpResponse:
    """The same, as a table."""
    user = cast(User, request.user)
    found, _division, _state = _read(request, user, list(published_plans()))
    name = _("Work of quarter %(quarter)s of %(year)s") % {
        "quarter": found.quarter.number,
        "year": found.quarter.year.number,
    }
    response = HttpResponse(write_csv(CSV_HEADER, [list(row) for row in overview_rows(found)]), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, f"{name}.csv"))
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _read(request: HttpRequest, user: User, plans: list[Plan]) -> tuple[Overview, Division | None, str]:
    asked = request.GET
    plan = next((plan for plan in plans if str(plan.fiscal_year) == asked.get("year")), None)
    plan = plan or (default_plan(plans) if plans else None)
    known = asked.get("quarter", "") in {str(number) for number in QUARTERS}
    if plan is None:
        chosen = FiscalQuarter.current()
    else:
        chosen = FiscalQuarter(plan.year, int(asked["quarter"])) if known else default_quarter(plan)
    division = None
    if user.has_perm(SEE_ALL):
        division = next(
            (one for one in Division.objects.filter(active=True) if str(one.pk) == asked.get("division")), None
        )
    state = asked.get("state", "") if asked.get("state") in STATES else "waiting"
    return overview(user, plan, chosen, division=division, state=state), division, state
