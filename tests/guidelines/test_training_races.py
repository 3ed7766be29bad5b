"""The last seat, one check-in twice, a certificate's number, a test that is changed while it is taken: each race first
without its guard, then closed by it."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pgtrigger
import pytest
from django.db import connection, transaction
from django.utils import timezone

from guidelines.errors import RefusedError
from guidelines.models import Attendance, Certificate, Enrolment, TrainingQuestion, TrainingResult
from guidelines.services import certificates, trainings_people, trainings_tests
from guidelines.services.certificates import issue_certificate
from guidelines.services.trainings import save_question
from guidelines.services.trainings_people import check_in, enrol, tick, untick, withdraw
from guidelines.services.trainings_tests import take_test
from guidelines.trainings_choices import Moment, TrainingState, Way
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .training_factories import answers, go, session_of, training

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(found: list[Any]) -> list[str]:
    """The codes of what was refused; anything else that was raised is a fault."""
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    return sorted(item.code for item in found if isinstance(item, RefusedError))


class TestTheLastSeat:
    def test_open_without_the_guards(self, cast: Cast) -> None:
        """Both look, both see a free seat, both take it."""
        made = training(cast.secretary, seats=1)

        def take() -> Any:
            with pgtrigger.ignore("guidelines.Enrolment:within_seats"):
                return Enrolment.objects.create(training=made, user=cast.staff2, entered_by=cast.staff2)

        with mock.patch.object(trainings_people, "locked", lambda found: found), transaction.atomic():
            with pgtrigger.ignore("guidelines.Enrolment:within_seats"):
                enrol(made, by=cast.staff)
            begin(take).result(timeout=60)
        assert made.enrolments.filter(waiting=False).count() == 2, "one seat, given twice"

    def test_the_database_alone_gives_it_once(self, cast: Cast) -> None:
        """Whoever writes past the service waits for the training's row, and is refused."""
        made = training(cast.secretary, seats=1)
        with transaction.atomic():
            Enrolment.objects.create(training=made, user=cast.staff, entered_by=cast.staff)
            other = begin(lambda: Enrolment.objects.create(training=made, user=cast.staff2, entered_by=cast.staff2))
            assert wait_until_blocked(other)
        with pytest.raises(Exception, match="is full"):
            other.result(timeout=60)

    def test_one_gets_it_the_others_wait_in_turn(self, cast: Cast) -> None:
        made = training(cast.secretary, seats=1)
        found = at_once(*[lambda user=user: enrol(made, by=user) for user in (cast.staff, cast.staff2, cast.head)])
        assert refusals(found) == []
        assert sorted(row.waiting for row in found) == [False, True, True]
        first = made.enrolments.get(waiting=False)
        second = made.enrolments.filter(waiting=True).earliest("pk")
        withdraw(made, by=first.user)
        second.refresh_from_db()
        assert not second.waiting, "who came first moves up first"
        assert made.enrolments.filter(waiting=False).count() == 1


class TestCheckIn:
    def test_open_without_the_constraint(self, cast: Cast) -> None:
        made = training(cast.secretary)
        session = session_of(made)
        enrol(made, by=cast.staff)
        once = next(one for one in Attendance._meta.constraints if one.name == "attendance_once")
        rows = [
            Attendance(session=session, user=cast.staff, way=Way.CODE, recorded_by=cast.staff) for _time in range(2)
        ]
        with connection.schema_editor() as editor:
            editor.remove_constraint(Attendance, once)
        try:
            Attendance.objects.bulk_create(rows)
            assert Attendance.objects.count() == 2, "one person, there twice"
        finally:
            with pgtrigger.ignore("guidelines.Attendance:kept"):
                Attendance.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(Attendance, once)

    def test_scanned_and_ticked_at_once_is_once(self, cast: Cast) -> None:
        made = training(cast.secretary, seats=1)
        session = session_of(made)
        found = at_once(
            lambda: check_in(session, by=cast.staff),
            lambda: tick(session, cast.staff, by=cast.secretary),
            lambda: check_in(session, by=cast.staff),
        )
        assert refusals(found) == []
        assert (Attendance.objects.count(), Enrolment.objects.count()) == (1, 1)

    def test_two_come_for_one_seat(self, cast: Cast) -> None:
        session = session_of(training(cast.secretary, seats=1))
        found = at_once(lambda: check_in(session, by=cast.staff), lambda: check_in(session, by=cast.staff2))
        assert refusals(found) == ["enrolment_within_seats"]
        assert Attendance.objects.count() == 1

    def test_nobody_withdraws_while_they_check_in(self, cast: Cast) -> None:
        made = training(cast.secretary)
        session = session_of(made)
        enrol(made, by=cast.staff)
        with transaction.atomic():
            Attendance.objects.create(session=session, user=cast.staff, way=Way.CODE, recorded_by=cast.staff)
            other = begin(lambda: withdraw(made, by=cast.staff))
            assert wait_until_blocked(other)
        with pytest.raises(RefusedError) as refused:
            other.result(timeout=60)
        assert refused.value.code == "enrolment_attended_stays"


class TestCertificates:
    @pytest.fixture
    def earned(self, cast: Cast) -> Any:
        made = training(cast.secretary)
        for user in (cast.staff, cast.staff2):
            check_in(session_of(made), by=user)
        return go(made, TrainingState.HELD)

    def test_open_without_the_lock(self, cast: Cast, earned: Any) -> None:
        """Both read the same latest number; only the constraint stands between them."""
        numbers: list[int] = []
        with mock.patch.object(certificates, "_wait_for_turn"), transaction.atomic():
            numbers.append(certificates._next_number(2570))
            begin(lambda: numbers.append(certificates._next_number(2570))).result(timeout=60)
        assert numbers == [1, 1]

    def test_each_gets_the_next_number(self, cast: Cast, earned: Any) -> None:
        found = at_once(
            lambda: issue_certificate(earned, by=cast.staff),
            lambda: issue_certificate(earned, by=cast.staff2),
            lambda: issue_certificate(earned, by=cast.staff),
        )
        assert refusals(found) == []
        assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2]
        assert len({row.code for row in Certificate.objects.all()}) == 2

    def test_no_attendance_leaves_while_its_certificate_is_issued(self, cast: Cast, earned: Any) -> None:
        with transaction.atomic():
            issue_certificate(earned, by=cast.staff)
            other = begin(lambda: untick(session_of(earned), cast.staff, by=cast.secretary))
            assert wait_until_blocked(other)
        with pytest.raises(RefusedError) as refused:
            other.result(timeout=60)
        assert refused.value.code == "attendance_certified"


class TestTheTestIsTakenWhileItIsChanged:
    def test_open_without_the_guards(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=2)
        enrol(made, by=cast.staff)

        def change() -> None:
            with pgtrigger.ignore("guidelines.TrainingQuestion:answered_stays"):
                TrainingQuestion.objects.filter(training=made).update(right=2)

        with mock.patch.object(trainings_tests, "locked", lambda found: found), transaction.atomic():
            result = take_test(made, Moment.BEFORE, answers(made, 2), by=cast.staff)
            begin(change).result(timeout=60)
        assert result.correct == 2
        assert not made.questions.filter(right=1).exists(), "marked by answers that are not right any more"

    def test_whoever_changes_waits_and_is_refused(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=2)
        enrol(made, by=cast.staff)
        with transaction.atomic():
            TrainingResult.objects.create(
                training=made, user=cast.staff, moment=Moment.BEFORE, correct=1, questions=2, day=timezone.now().date()
            )
            other = begin(lambda: save_question(made, "ใหม่", ["ก", "ข"], 0, by=cast.secretary))
            assert wait_until_blocked(other)
        with pytest.raises(RefusedError) as refused:
            other.result(timeout=60)
        assert refused.value.code == "question_answered_stays"
        assert made.questions.count() == 2
