"""Trainings: their part of `tasks.py`: for the staff to enrol, to come, to take the test; for the office to finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.thai import long_date
from organization.models import User
from organization.tasks import Task, Way, task_sources, ways_in

from .choices import KEEP_GUIDELINES
from .models import Attendance, Certificate, Enrolment, Training, TrainingQuestion, TrainingResult
from .trainings_choices import OPEN_STATES, Moment, TrainingState

SOON_DAYS = 7
"""From how many days before it on a training that somebody is enrolled in stands among their tasks."""
ASK_DAYS = 30
"""How long after the last day a test or a certificate is asked about."""
CLOSE_DAYS = 14
"""After how many days what was held should be closed."""


def _mine(user: User, **more: object) -> Exists:
    return Exists(Enrolment.objects.filter(training=OuterRef("pk"), user=user, **more))


def staff_tasks(user: User) -> Iterable[Task]:
    """Everybody's. Four queries."""
    day = today()
    to_enrol = Training.objects.open_to_enrol(day).for_person(user).filter(~_mine(user))
    if user.division_id is not None and (count := to_enrol.count()):
        yield Task(title=_("Look at trainings announced for you, and enrol"), count=count,
                   url=reverse("guidelines:my_trainings"))  # fmt: skip
    soon = Training.objects.to_come(day).filter(_mine(user, waiting=False))
    has_test = Exists(TrainingQuestion.objects.filter(training=OuterRef("pk")))
    took = TrainingResult.objects.filter(training=OuterRef("pk"), user=user)
    coming = soon.filter(first_day__lte=day + dt.timedelta(days=SOON_DAYS)).order_by("first_day", "pk")
    took_before = Exists(took.filter(moment=Moment.BEFORE))
    for training in coming.annotate(tested=took_before, has_test=has_test)[:5]:
        if training.first_day < day:
            continue
        words = {"training": training.title, "day": long_date(training.first_day)}
        yield Task(
            title=_("Today: %(training)s") % words if training.first_day == day
            else _("Come to the training “%(training)s” on %(day)s") % words,
            count=1, url=training.get_absolute_url(),
            detail=_("Take the short test beforehand.") if training.has_test and not training.tested else "",
        )  # fmt: skip
    there = Exists(Attendance.objects.filter(session__training=OuterRef("pk"), user=user))
    fresh = Training.objects.filter(there, last_day__gte=day - dt.timedelta(days=ASK_DAYS))
    untested = fresh.filter(~Exists(took.filter(moment=Moment.AFTER)), has_test, state__in=OPEN_STATES)
    for training in untested[:5]:
        yield Task(title=_("Take the test after the training “%(training)s”") % {"training": training.title},
                   count=1, url=training.get_absolute_url())  # fmt: skip
    certified = Exists(Certificate.objects.filter(training=OuterRef("pk"), user=user))
    tested = ~has_test | Exists(took.filter(moment=Moment.AFTER))
    ready = fresh.filter(~certified, tested, state__in=(TrainingState.HELD, TrainingState.CLOSED))
    for training in ready[:5]:
        yield Task(title=_("Fetch your certificate of “%(training)s”") % {"training": training.title},
                   count=1, url=f"{training.get_absolute_url()}#certificate")  # fmt: skip


def unfinished(day: dt.date) -> tuple[int, int]:
    """Trainings whose days have passed and that are only announced; those held for two weeks and not closed."""
    over = Training.objects.filter(state=TrainingState.ANNOUNCED, last_day__lt=day).count()
    before = day - dt.timedelta(days=CLOSE_DAYS)
    held = Training.objects.filter(state=TrainingState.HELD, last_day__lt=before).count()
    return over, held


def organisers_tasks(user: User) -> Iterable[Task]:
    """The office's. Two queries."""
    if not user.has_perm(KEEP_GUIDELINES):
        return
    over, held = unfinished(today())
    desk = reverse("guidelines:trainings_desk")
    if over:
        yield Task(title=_("Say of trainings whose days have passed whether they were held"), count=over,
                   url=f"{desk}?state=announced", late=True)  # fmt: skip
    if held:
        yield Task(title=_("Close trainings that were held"), count=held, url=f"{desk}?state=held")


ways_in.register("guidelines.my_trainings", Way(gettext_lazy("My trainings"), "guidelines:my_trainings", 52))
ways_in.register(
    "guidelines.trainings_desk",
    Way(gettext_lazy("Trainings at the desk"), "guidelines:trainings_desk", 53, KEEP_GUIDELINES),
)
task_sources.register("guidelines.trainings", staff_tasks)
task_sources.register("guidelines.trainings_desk", organisers_tasks)
