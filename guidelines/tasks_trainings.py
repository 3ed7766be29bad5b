"""Trainings: their part of `tasks.py`: for the staff to enrol, to come, to take the test; for the office to finish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.thai import long_date
from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .choices import KEEP_GUIDELINES
from .models import Attendance, Certificate, Enrolment, Training, TrainingQuestion, TrainingResult
from .trainings_choices import OPEN_STATES, Moment, TrainingState

SOON_DAYS = 7
"""From how many days before it on a training that somebody is enrolled in stands among their tasks."""
ASK_DAYS = 30
"""How long after the last day a test or a certificate is asked about."""
MOST = 5
"""Trainings of a kind of task that are named."""
CLOSE_DAYS = 14
"""After how many days what was held should be closed."""


def _people(rows: QuerySet[Any]) -> ArraySubquery:
    """Of each training the keys of the people in `rows`."""
    return ArraySubquery(rows.order_by().values("user"))


def _trainings(people: Sequence[User], day: dt.date) -> list[Training]:
    """Trainings to come and those of the last days, by their days; each with the keys of those of `people` who are on
    its list, have a seat, were there, took its tests and have its certificate. One query."""
    its = {"training": OuterRef("pk"), "user__in": people}
    enrolled, results = Enrolment.objects.filter(**its), TrainingResult.objects.filter(**its)
    there = Attendance.objects.filter(session__training=OuterRef("pk"), user__in=people)
    divisions = Training.divisions.through.objects.filter(training=OuterRef("pk")).order_by().values("division")
    rows = (
        Training.objects.public().filter(last_day__gte=day - dt.timedelta(days=ASK_DAYS))
        .only("title", "state", "first_day", "last_day", "enrol_until", "for_all")
        .order_by("first_day", "pk")
        .annotate(
            for_divisions=ArraySubquery(divisions),
            listed=_people(enrolled),
            seated=_people(enrolled.filter(waiting=False)),
            there=_people(there),
            tested_before=_people(results.filter(moment=Moment.BEFORE)),
            tested_after=_people(results.filter(moment=Moment.AFTER)),
            certified=_people(Certificate.objects.filter(**its)),
            has_test=Exists(TrainingQuestion.objects.filter(training=OuterRef("pk"))),
        )
    )  # fmt: skip
    return list(rows)


def staff_tasks(user: User) -> Iterable[Task]:
    """Everybody's. One query."""
    return staff_tasks_of_many([user])[user.pk]


def staff_tasks_of_many(people: Sequence[User]) -> Mapping[int, list[Task]]:
    """As `staff_tasks`. One query, however many people."""
    day = today()
    trainings = _trainings(people, day)
    return {person.pk: list(_tasks_of(person, trainings, day)) for person in people}


def _tasks_of(user: User, trainings: Sequence[Any], day: dt.date) -> Iterator[Task]:
    """What waits for one, of what `_trainings` found."""
    to_come = [one for one in trainings if one.state == TrainingState.ANNOUNCED and one.last_day >= day]
    to_enrol = [
        one
        for one in to_come
        if one.enrol_until >= day
        and user.pk not in one.listed
        and (one.for_all or user.division_id in one.for_divisions)
    ]
    if user.division_id is not None and to_enrol:
        yield Task(title=_("Look at trainings announced for you, and enrol"), count=len(to_enrol),
                   url=reverse("guidelines:my_trainings"))  # fmt: skip
    soon = day, day + dt.timedelta(days=SOON_DAYS)
    coming = [one for one in to_come if user.pk in one.seated and soon[0] <= one.first_day <= soon[1]]
    for training in coming[:MOST]:
        words = {"training": training.title, "day": long_date(training.first_day)}
        yield Task(
            title=_("Today: %(training)s") % words if training.first_day == day
            else _("Come to the training “%(training)s” on %(day)s") % words,
            count=1, url=training.get_absolute_url(),
            detail=_("Take the short test beforehand.")
            if training.has_test and user.pk not in training.tested_before else "",
        )  # fmt: skip
    there = [one for one in reversed(trainings) if user.pk in one.there]
    untested = [one for one in there if one.has_test and user.pk not in one.tested_after]
    for training in [one for one in untested if one.state in OPEN_STATES][:MOST]:
        yield Task(title=_("Take the test after the training “%(training)s”") % {"training": training.title},
                   count=1, url=training.get_absolute_url())  # fmt: skip
    ready = [
        one
        for one in there
        if one not in untested
        and user.pk not in one.certified
        and one.state in (TrainingState.HELD, TrainingState.CLOSED)
    ]
    for training in ready[:MOST]:
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
task_sources_of_many.register("guidelines.trainings", staff_tasks_of_many)
task_sources.register("guidelines.trainings_desk", organisers_tasks)
