"""What waits for those who write activities: to say what became of them, and to publish what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User
from organization.reminders import Reminder, reminder_sources
from organization.tasks import Task, Way, task_sources, ways_in

from .activity_desk_reading import LATE_DAYS, RESULT_DAYS
from .activity_querysets import WRITE_ACTIVITIES
from .models import Activity
from .permissions import KEEP_PARTICIPATION

MONDAY = 0


def writers_tasks(user: User) -> Iterable[Task]:
    """At most four queries; none for who writes no activities."""
    if not (user.has_perm(KEEP_PARTICIPATION) or (user.has_perm(WRITE_ACTIVITIES) and user.division_id)):
        return
    day, desk = today(), reverse("participation:activities_desk")
    mine = Activity.objects.visible_to(user)
    before = day - dt.timedelta(days=LATE_DAYS)
    unsaid = mine.unsaid(day)
    if count := unsaid.count():
        yield Task(title=_("Say whether announced activities were held"), count=count, url=desk,
                   late=unsaid.filter(ends_on__lt=before).exists())  # fmt: skip
    waiting = mine.without_result(day, RESULT_DAYS)
    if count := waiting.count():
        yield Task(title=_("Publish what came of activities that were held"), count=count, url=desk,
                   late=waiting.filter(ends_on__lt=before).exists())  # fmt: skip


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
reminder_sources.register("participation.activities", writers_reminders)
