"""Five years after a training nobody knows any more who reached what, or who did not come; what was told stays true."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from guidelines.models import Attendance, Enrolment, Training, TrainingAverage, TrainingResult
from guidelines.retention_trainings import apply
from guidelines.services.certificates import issue_certificate
from guidelines.services.trainings_tests import may_take
from guidelines.trainings_choices import Moment, TrainingState
from guidelines.trainings_reading import people_of, told
from ita_portal.fiscal import today
from organization.models import User

from ..cast import Cast
from .document_factories import people
from .training_factories import DAY, go, session_of, training

pytestmark = pytest.mark.django_db


def held(cast: Cast, day: dt.date, staff: list[User]) -> Training:
    """A training at which all but the last of `staff` were; six took the test before, four the one after."""
    made = training(cast.secretary, day=day, questions=3)
    Enrolment.objects.bulk_create(Enrolment(training=made, user=one, entered_by=one) for one in staff)
    Attendance.objects.bulk_create(
        Attendance(session=session_of(made), user=one, way="code", recorded_by=one) for one in staff[:-1]
    )
    TrainingResult.objects.bulk_create(
        TrainingResult(training=made, user=one, moment=moment, correct=place % 4, questions=3, day=day)
        for moment, many in ((Moment.BEFORE, 6), (Moment.AFTER, 4))
        for place, one in enumerate(staff[:many])
    )
    return go(made, TrainingState.HELD, TrainingState.CLOSED)


def test_scores_and_who_did_not_come_are_forgotten_and_averages_stay(cast: Cast) -> None:
    staff = [cast.staff, *people(6, cast.staff.division)]
    old, young = (held(cast, today().replace(year=today().year - 5, day=1) + days, staff) for days in (-DAY, 40 * DAY))
    certificate = issue_certificate(old, by=cast.staff)
    before = told([old, young])
    assert before[0].before is not None and before[0].before.mean == Decimal("38.89")
    assert before[0].after is not None and before[0].after.mean is None
    with pytest.raises(IntegrityError, match="is finished"), transaction.atomic():
        Enrolment.objects.filter(training=young, user=staff[-1]).delete()
    assert apply(today()) == {"scores of tests": 10, "enrolments in trainings": 1}
    assert told([old, young]) == before
    assert not old.results.exists() and young.results.count() == 10
    assert TrainingAverage.objects.get(moment=Moment.AFTER).mean is None, "of four it would tell too much"
    assert (len(people_of(old)), len(people_of(young))) == (6, 7), "who was there stays"
    certificate.refresh_from_db()
    client = cast.client("secretary")
    assert client.get(f"/guidelines/trainings/desk/{old.pk}/").status_code == 200
    assert apply(today()) == {"scores of tests": 0, "enrolments in trainings": 0}


def test_what_was_never_closed_takes_no_test_after_its_time(cast: Cast) -> None:
    staff = [cast.staff, *people(6, cast.staff.division)]
    made = training(cast.secretary, day=today() - 6 * 366 * DAY, questions=1)
    Enrolment.objects.bulk_create(Enrolment(training=made, user=one, entered_by=one) for one in staff)
    Attendance.objects.create(session=session_of(made), user=cast.staff, way="code", recorded_by=cast.staff)
    assert not may_take(made, cast.staff, Moment.AFTER)
    assert apply(today())["enrolments in trainings"] == 6
