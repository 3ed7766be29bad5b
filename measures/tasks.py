"""What waits for the people who work on the plan."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalQuarter
from organization.models import User
from organization.tasks import Task, task_sources

from .models import Plan, Progress
from .quarter_work import missing_reports, work_of_division


def reports_that_wait(user: User) -> Iterable[Task]:
    """The office: quarters that are over without a report, reports not published. A division: its shares."""
    if user.has_perm("measures.publish_plan"):
        yield from _of_office()
    elif user.has_perm("measures.report_share") and user.division is not None:
        yield from _of_division(user)


def _of_office() -> Iterable[Task]:
    plan = _working_plan()
    page = reverse("admin:measures_progress_changelist")
    if plan is None:
        return
    for quarter, missing in missing_reports(plan).items():
        if missing:
            yield Task(
                title=_("Report quarter %(quarter)s of fiscal year %(year)s")
                % {"quarter": quarter, "year": plan.fiscal_year},
                count=missing,
                url=f"{page}?year={plan.fiscal_year}&quarter={quarter}&state=missing",
                late=True,
                detail=_("The quarter is over and these measures have no published report."),
            )
    waiting = Progress.objects.unpublished().filter(measure__area__plan=plan).count()
    if waiting:
        yield Task(
            title=_("Publish what was written"),
            count=waiting,
            url=f"{page}?year={plan.fiscal_year}&state=unpublished",
            detail=_("The public still sees the earlier version."),
        )


def _of_division(user: User) -> Iterable[Task]:
    plan = _working_plan()
    if plan is None or user.division is None:
        return
    now = FiscalQuarter.current()
    quarter = now if plan.fiscal_year == now.year.number else plan.year.quarters[-1]
    rows = work_of_division(quarter, user.division)
    missing = sum(row.report is None for row in rows)
    if missing:
        yield Task(
            title=_("Report what your division did in quarter %(quarter)s") % {"quarter": quarter.number},
            count=missing,
            url=f"{reverse('measures:shares')}?year={plan.fiscal_year}&quarter={quarter.number}",
        )


def _working_plan() -> Plan | None:
    """This year's plan, or the newest where there is none."""
    plans = list(Plan.objects.order_by("-fiscal_year")[:5])
    current = FiscalQuarter.current().year.number
    return next((plan for plan in plans if plan.fiscal_year == current), plans[0] if plans else None)


task_sources.register("measures", reports_that_wait)
