"""Trainings: their part of `reminders.py`. Who is enrolled is reminded a week and a day before, and on the day; who
could still enrol, three days before enrolment ends; the office once a week of what it has to finish.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from organization.models import User
from organization.reminders import Reminder, reminder_sources

from .choices import KEEP_GUIDELINES
from .models import Enrolment, Training
from .tasks_trainings import unfinished
from .trainings_choices import TrainingState
from .trainings_reading import staff

DAYS_BEFORE = (7, 1, 0)
ENROL_DAYS_BEFORE = 3


def _path(name: str, *args: int) -> str:
    with translation.override("th"):
        return reverse(f"guidelines:{name}", args=args)


def participants(day: dt.date) -> Iterator[Reminder]:
    """Who has a seat, before the first day. One query."""
    words = {
        7: _("A training that you are enrolled in is in a week."),
        1: _("A training that you are enrolled in is tomorrow."),
        0: _("A training that you are enrolled in is today."),
    }
    days = {day + dt.timedelta(days=before): before for before in DAYS_BEFORE}
    rows = Enrolment.objects.filter(
        waiting=False, training__state=TrainingState.ANNOUNCED, training__first_day__in=days
    ).select_related("user", "training")
    for row in rows.order_by("pk"):
        first = row.training.first_day
        if first is not None:
            yield Reminder(row.user, words[days[first]], _path("training", row.training_id))


def invited(day: dt.date) -> Iterator[Reminder]:
    """Who may still enrol, shortly before enrolment ends. Two queries a training."""
    ends = day + dt.timedelta(days=ENROL_DAYS_BEFORE)
    for training in Training.objects.filter(state=TrainingState.ANNOUNCED, enrol_until=ends):
        listed = Exists(Enrolment.objects.filter(training=training, user=OuterRef("pk")))
        meant = staff() if training.for_all else staff().filter(division__in=training.divisions.all())
        for user in meant.exclude(listed).order_by("pk"):
            yield Reminder(
                user, _("Enrolment in a training for you ends in three days."), _path("training", training.pk)
            )


def organisers(day: dt.date) -> Iterator[Reminder]:
    """The office, on Mondays."""
    if day.weekday() != 0:
        return
    over, held = unfinished(day)
    if not over and not held:
        return
    may = Q(groups__permissions__codename="keep_guidelines") | Q(user_permissions__codename="keep_guidelines")
    for user in User.objects.filter(may, is_active=True).distinct():
        if not user.has_perm(KEEP_GUIDELINES):
            continue
        if over:
            yield Reminder(user, _("Trainings have passed, and nobody has said whether they were held."),
                           _path("trainings_desk"), over)  # fmt: skip
        if held:
            yield Reminder(user, _("Trainings that were held wait to be closed."), _path("trainings_desk"), held)


reminder_sources.register("guidelines.participants", participants)
reminder_sources.register("guidelines.invited", invited)
reminder_sources.register("guidelines.organisers", organisers)
