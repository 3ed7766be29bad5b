"""What waits for those who write activities: to say what became of them, and to publish what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User
from organization.reminders import Reminder, reminder_sources
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .activity_desk_reading import LATE_DAYS, RESULT_DAYS
from .activity_querysets import WRITE_ACTIVITIES, ActivityQuerySet
from .models import Activity
from .permissions import KEEP_PARTICIPATION

MONDAY = 0


def writers_tasks(user: User) -> Iterable[Task]:
    """Two queries; none for who writes no activities."""
    return writers_tasks_of_many([user]).get(user.pk, [])


def writers_tasks_of_many(people: Sequence[User]) -> Mapping[int, list[Task]]:
    """As `writers_tasks`. Two queries, however many people."""
    keepers = {person.pk for person in people if person.has_perm(KEEP_PARTICIPATION)}
    writers = [
        person
        for person in people
        if person.pk in keepers or (person.division_id and person.has_perm(WRITE_ACTIVITIES))
    ]  # fmt: skip
    if not writers:
        return {}
    day, desk = today(), reverse("participation:activities_desk")
    found: dict[int, list[Task]] = {person.pk: [] for person in writers}
    for rows, title in (
        (Activity.objects.unsaid(day), _("Say whether announced activities were held")),
        (Activity.objects.without_result(day, RESULT_DAYS), _("Publish what came of activities that were held")),
    ):
        counted = _by_division(rows, day - dt.timedelta(days=LATE_DAYS))
        for person in writers:
            mine = [counts for of, counts in counted.items() if person.pk in keepers or of == person.division_id]
            if count := sum(all_ for all_, _late in mine):
                late = any(late for _all, late in mine)
                found[person.pk].append(Task(title=title, count=count, url=desk, late=late))
    return found


def _by_division(rows: ActivityQuerySet, before: dt.date) -> dict[int, tuple[int, int]]:
    """Of each division how many activities, and how many of them ended before a day. One query."""
    counted = rows.order_by().values_list("division").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(ends_on__lt=before))
    )  # fmt: skip
    return {division: (n, late) for division, n, late in counted}


def writers_reminders(day: dt.date) -> Iterator[Reminder]:
    """On Mondays, each about the activities that they may write. Two queries a person."""
    if day.weekday() != MONDAY:
        return
    if not (Activity.objects.unsaid(day).exists() or Activity.objects.without_result(day, RESULT_DAYS).exists()):
        return
    with translation.override("th"):
        path = reverse("participation:activities_desk")
    names = ("keep_participation", "write_activities")
    may = Q(groups__permissions__codename__in=names) | Q(user_permissions__codename__in=names)
    for user in User.objects.filter(may, is_active=True).distinct():
        mine = Activity.objects.visible_to(user)
        if count := mine.unsaid(day).count():
            yield Reminder(user, gettext_lazy("Say whether announced activities were held."), path, count)
        if count := mine.without_result(day, RESULT_DAYS).count():
            words = gettext_lazy("Activities were held, and their results are not published yet.")
            yield Reminder(user, words, path, count)


ways_in.register(
    "participation.activities", Way(gettext_lazy("Activities"), "participation:activities_desk", 36, WRITE_ACTIVITIES)
)
task_sources.register("participation.activities", writers_tasks)
task_sources_of_many.register("participation.activities", writers_tasks_of_many)
reminder_sources.register("participation.activities", writers_reminders)
