"""What waits for the people who work on the plan."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .assessment import tasks as _assessment  # noqa: F401 - registers what waits with the results
from .models import Plan, Progress
from .quarter_work import default_plan, missing_reports, missing_shares, published_plans

YEARS_AT_WORK = 2
"""The newest published plan, and the one before it that is still being closed."""


def reports_that_wait(user: User) -> Iterable[Task]:
    """The office: quarters that are over without a report, reports not published. A division: its shares."""
    if user.has_perm("measures.publish_plan"):
        yield from _of_office()
    elif user.has_perm("measures.report_share") and user.division is not None:
        yield from _of_division(user)


def _of_office() -> Iterable[Task]:
    page = reverse("admin:measures_progress_changelist")
    for plan in published_plans()[:YEARS_AT_WORK]:
        year = {"year": plan.fiscal_year}
        for quarter, missing in missing_reports(plan).items():
            if missing:
                yield Task(
                    title=_("Report quarter %(quarter)s of fiscal year %(year)s") % {"quarter": quarter, **year},
                    count=missing,
                    url=f"{page}?year={plan.fiscal_year}&quarter={quarter}&state=missing",
                    late=True,
                    detail=_("The quarter is over and these measures have no published report."),
                )
        waiting = Progress.objects.filter(measure__area__plan=plan)
        for quarter, count in _by_quarter(waiting.unpublished()):
            yield Task(
                title=_("Publish what was written for quarter %(quarter)s of %(year)s") % {"quarter": quarter, **year},
                count=count,
                url=f"{page}?year={plan.fiscal_year}&quarter={quarter}&state=unpublished",
                detail=_("The public still sees the earlier version."),
            )
        for quarter, count in _by_quarter(waiting.shares_to_consolidate()):
            yield Task(
                title=_("Take over what divisions reported for quarter %(quarter)s of %(year)s")
                % {"quarter": quarter, **year},
                count=count,
                url=f"{page}?year={plan.fiscal_year}&quarter={quarter}",
            )
    for plan in Plan.objects.filter(versions__isnull=True).order_by("fiscal_year"):
        yield Task(
            title=_("The draft plan of %(year)s waits to be checked and published") % {"year": plan.fiscal_year},
            count=1,
            url=reverse("admin:measures_plan_publish", args=[plan.pk]),
        )


def reports_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As `reports_that_wait`, asked once for the office and once for each division."""
    office: list[Task] | None = None
    divisions: dict[int, list[Task]] = {}
    found: dict[int, Iterable[Task]] = {}
    for person in people:
        if person.has_perm("measures.publish_plan"):
            if office is None:
                office = list(_of_office())
            found[person.pk] = office
        elif person.has_perm("measures.report_share") and person.division_id is not None:
            if person.division_id not in divisions:
                divisions[person.division_id] = list(_of_division(person))
            found[person.pk] = divisions[person.division_id]
    return found


def _by_quarter(reports: QuerySet[Progress]) -> Iterable[tuple[int, int]]:
    return reports.order_by("quarter").values_list("quarter").annotate(n=Count("pk"))


def _of_division(user: User) -> Iterable[Task]:
    plans = list(published_plans())
    if not plans or user.division is None:
        return
    plan = default_plan(plans)
    for quarter, missing in missing_shares(plan, user.division).items():
        if missing:
            yield Task(
                title=_("Report what your division did in quarter %(quarter)s of %(year)s")
                % {"quarter": quarter.number, "year": plan.fiscal_year},
                count=missing,
                url=f"{reverse('measures:shares')}?year={plan.fiscal_year}&quarter={quarter.number}",
                late=today() > quarter.end,
            )


task_sources.register("measures", reports_that_wait)
task_sources_of_many.register("measures", reports_of_many)
ways_in.register("measures.quarter", Way(gettext_lazy("Who has what to do this quarter"), "staff_quarter", 19))
ways_in.register("measures", Way(gettext_lazy("Report of my division"), "measures:shares", 20, "measures.report_share"))
