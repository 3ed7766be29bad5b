"""What waits for many people is asked of the tables once, however many they are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidelines.services.trainings_people import check_in, enrol
from guidelines.trainings_choices import TrainingState
from ita_portal.fiscal import today
from organization.models import User
from organization.tasks import task_sources, tasks_for, tasks_of_people

from ..cast import Cast
from ..factories import UserFactory
from ..guidelines.document_factories import confirmed, published
from ..guidelines.training_factories import DAY, go, session_of, training
from ..participation.activities import announced, held
from ..participation.letters import routed

pytestmark = pytest.mark.django_db
KEYS = ("guidelines.trainings", "guidelines.reader", "participation.activities", "participation.letters.division")


def test_as_many_queries_for_twelve_as_for_three(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the same is told as when each is asked alone; by each source to somebody."""
    sources = {key: task_sources.get(key) for key in KEYS}
    monkeypatch.setattr(task_sources, "_items", sources)
    soon = training(cast.secretary, day=today() + DAY, questions=1)
    training(cast.secretary, day=today() + DAY, for_all=False, divisions=[cast.staff2.division])
    enrol(soon, by=cast.staff)
    over = training(cast.secretary)
    check_in(session_of(over), by=cast.staff)
    go(over, TrainingState.HELD)
    untested = training(cast.secretary, questions=1)
    check_in(session_of(untested), by=cast.staff2)
    first = published(cast, "first", at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    published(cast, "second", audience="divisions", divisions=(cast.staff.division,))
    confirmed(first, cast.staff2)
    unsaid = announced(cast.staff)
    type(unsaid).objects.filter(pk=unsaid.pk).update(starts_on=today() - 60 * DAY, ends_on=today() - 60 * DAY)
    held(cast.secretary, division=cast.staff2.division)
    routed(cast)
    few = [cast.staff, cast.staff2, cast.secretary]
    more = UserFactory.create_batch(9, division=cast.staff.division)
    for person in more:
        person.groups.set(cast.staff.groups.all())
    counts = []
    for keys in ([one.pk for one in few], [one.pk for one in (*few, *more)]):
        people = list(User.objects.filter(pk__in=keys).select_related("division"))
        with CaptureQueriesContext(connection) as queries:
            together = tasks_of_people(people)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11, "three of them read the permissions"
    told = {person.username: [task.url for task in together[person.pk]] for person in few}
    activities, mine, reading = "/participation/activities/desk/", "/guidelines/trainings/mine/", "/guidelines/mine/"
    assert told == {
        "staff": [
            activities, mine, soon.get_absolute_url(), f"{over.get_absolute_url()}#certificate", reading,
            "/participation/desk/?state=with_division",
        ],
        "staff2": [activities, mine, untested.get_absolute_url(), untested.get_absolute_url()],
        "secretary": [activities, activities, mine, reading],
    }  # fmt: skip
    for person in (*few, more[0]):
        assert together[person.pk] == tasks_for(User.objects.get(pk=person.pk)), person.username
