"""What waits for the budget officer, and for everybody of the staff: to read the plan of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import BANGKOK, FiscalQuarter, FiscalYear, today
from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .choices import PlanKind
from .models import Comment, MonthSummary, Plan, Reading, Revision, Statement
from .querysets import KEEP_BUDGET
from .voices_reading import ordinance_in_force, unread_ordinance

DRAFT_DAYS = 7
"""After how many days an unfinished draft is asked about."""
STATEMENT_DAYS = 15
"""From which day after a quarter's end its spending is asked for; the books need some days."""
LATE_DAYS = 30
"""From which day after the end of a quarter or month what is missing counts as late."""


def fiscal_month(day: dt.date) -> tuple[int, int]:
    """The fiscal year and month (1 is October) in which a day lies."""
    return FiscalYear.of(day).number, (day.month - 10) % 12 + 1


def quarter_before(day: dt.date) -> FiscalQuarter:
    """The latest quarter that is over on a day."""
    return FiscalQuarter.of(FiscalQuarter.of(day).start - dt.timedelta(days=1))


def month_before(day: dt.date) -> dt.date:
    """The last day of the month before."""
    return day.replace(day=1) - dt.timedelta(days=1)


def statement_due(day: dt.date) -> FiscalQuarter | None:
    """The quarter whose spending should be told by now and is not. A quarter of a year without a budget is not asked
    for."""
    quarter = quarter_before(day)
    if (day - quarter.end).days < STATEMENT_DAYS:
        return None
    year = quarter.year.number
    if not _has_budget(year) or Statement.objects.current().filter(year=year, month=quarter.number * 3).exists():
        return None
    return quarter


def summary_due(day: dt.date) -> tuple[int, int] | None:
    """Fiscal year and month of last month's purchases, where they are not published and its year has a budget."""
    year, month = fiscal_month(month_before(day))
    if not _has_budget(year) or MonthSummary.objects.current().filter(year=year, month=month).exists():
        return None
    return year, month


def _has_budget(year: int) -> bool:
    return Plan.objects.public().filter(year=year, kind=PlanKind.ORDINANCE).exists()


def old_drafts(day: dt.date) -> int:
    """Drafts that are older than a week."""
    begin = dt.datetime.combine(day - dt.timedelta(days=DRAFT_DAYS), dt.time(), BANGKOK)
    return Revision.objects.drafts().filter(made_at__lt=begin).count()


def plan_missing(day: dt.date) -> int | None:
    """The fiscal year that has begun without a budget that everybody can read. A portal that never had a budget is not
    asked."""
    year = FiscalYear.of(day).number
    if _has_budget(year) or not Plan.objects.exists():
        return None
    return year


def officers_tasks(user: User) -> Iterable[Task]:
    """Drafts, statements, summaries and comments. At most nine queries, each through an index of its own."""
    if not user.has_perm(KEEP_BUDGET):
        return
    day, desk = today(), reverse("budget:desk")
    missing = plan_missing(day)
    if missing is not None:
        yield Task(title=_("Publish the budget of fiscal year %(year)s") % {"year": missing}, count=1,
                   url=f"{desk}?year={missing}", late=True)  # fmt: skip
    quarter = statement_due(day)
    if quarter is not None:
        title = _("Tell what was spent up to the end of quarter %(quarter)s of %(year)s")
        yield Task(
            title=title % {"quarter": quarter.number, "year": quarter.year}, count=1,
            url=f"{desk}?year={quarter.year}", late=(day - quarter.end).days > LATE_DAYS,
        )  # fmt: skip
    summary = summary_due(day)
    if summary is not None:
        yield Task(
            title=_("Publish the purchases of last month"), count=1, url=f"{desk}?year={summary[0]}",
            late=day.day > STATEMENT_DAYS,
        )  # fmt: skip
    if drafts := old_drafts(day):
        yield Task(title=_("Finish drafts of the budget, or throw them away"), count=drafts, url=desk)
    yield from _of_comments()


def _of_comments() -> Iterator[Task]:
    url = reverse("budget:comments_desk")
    if waiting := Comment.objects.waiting().count():
        yield Task(title=_("Look at what people wrote about the budget"), count=waiting, url=url)
    if unanswered := Comment.objects.unanswered().count():
        yield Task(title=_("Answer questions about the budget"), count=unanswered, url=url)


def readers_tasks(user: User) -> Iterable[Task]:
    """Everybody of a division reads the budget of the year, as it is in force. Two queries."""
    revision = unread_ordinance(user)
    if revision is not None:
        yield _to_read(revision)


def readers_tasks_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As `readers_tasks`. Two queries, however many people."""
    revision = ordinance_in_force(FiscalYear.current().number)
    if revision is None:
        return {}
    have = set(Reading.objects.filter(revision=revision, user__in=people).values_list("user_id", flat=True))
    return {
        person.pk: [_to_read(revision)]
        for person in people
        if person.division_id is not None and person.pk not in have
    }  # fmt: skip


def _to_read(revision: Revision) -> Task:
    return Task(
        title=_("Read the budget of fiscal year %(year)s and confirm it") % {"year": revision.plan.year_id},
        count=1, url=revision.plan.get_absolute_url(),
    )  # fmt: skip


ways_in.register("budget.years", Way(gettext_lazy("Budget of this year"), "budget:years", 40))
ways_in.register("budget.desk", Way(gettext_lazy("Budget desk"), "budget:desk", 41, KEEP_BUDGET))
task_sources.register("budget.officer", officers_tasks)
task_sources.register("budget.reader", readers_tasks)
task_sources_of_many.register("budget.reader", readers_tasks_of_many)
