"""What can be done with trainings, tests and certificates, and what is refused; the guards of the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from guidelines import check_in_codes
from guidelines.check_in_codes import is_right, printed_code, screen_code
from guidelines.errors import SENTENCES, RefusedError
from guidelines.errors_trainings import TRAINING_SENTENCES
from guidelines.models import Attendance, Certificate, Enrolment, Training, TrainingResult, TrainingSession
from guidelines.services import trainings as acts
from guidelines.services.certificates import issue_certificate, missing_for_certificate
from guidelines.services.trainings_people import check_in, enrol, tick, untick, withdraw
from guidelines.services.trainings_tests import may_take, percent, reaches, take_test
from guidelines.trainings_choices import MOVES, Moment, TrainingState, Way
from guidelines.trainings_reading import Group, averages, merged
from ita_portal.fiscal import today
from organization.models import Division

from ..cast import Cast
from .training_factories import DAY, answers, details, go, mark, session_of, training

pytestmark = pytest.mark.django_db
S = TrainingState


def refused(code: str, act: Any, *args: Any, **more: Any) -> str:
    """The sentence with which an act is refused."""
    with pytest.raises(RefusedError) as found:
        act(*args, **more)
    assert found.value.code == code
    return str(found.value)


def guard(name: str, act: Any, /, *args: Any, **more: Any) -> None:
    """The database itself refuses an act, by a guard of this name."""
    with pytest.raises(IntegrityError) as found, transaction.atomic():
        act(*args, **more)
    assert getattr(found.value.__cause__, "diag").constraint_name == name  # noqa: B009 - of the driver


class TestStates:
    def test_every_pair_of_states(self, cast: Cast) -> None:
        """The database lets nothing follow but what `MOVES` says."""
        for old in S:
            for new in S:
                if old == new:
                    continue
                made = training(cast.secretary, state="draft")
                path = {
                    S.DRAFT: [], S.ANNOUNCED: [S.ANNOUNCED], S.HELD: [S.ANNOUNCED, S.HELD],
                    S.CLOSED: [S.ANNOUNCED, S.HELD, S.CLOSED], S.CANCELLED: [S.ANNOUNCED, S.CANCELLED],
                }[old]  # fmt: skip
                for step in path:
                    self.set(made, step)
                if new in MOVES[old]:
                    self.set(made, new)
                else:
                    name = "training_stays" if old in (S.CLOSED, S.CANCELLED) else "training_state_order"
                    guard(name, self.set, made, new)

    @staticmethod
    def set(made: Training, state: TrainingState) -> None:
        """Without the service."""
        Training.objects.filter(pk=made.pk).update(
            state=state, announced_at=timezone.now(), reason="ฝนตก" if state == S.CANCELLED else ""
        )

    def test_what_the_service_asks(self, cast: Cast) -> None:
        made = training(cast.secretary, state="draft", day=today() + 2 * DAY)
        refused("not_yours", acts.move, made, S.ANNOUNCED, by=cast.staff)
        acts.move(made, S.ANNOUNCED, by=cast.secretary)
        assert acts.move(made, S.ANNOUNCED, by=cast.secretary).state == S.ANNOUNCED, "twice is once"
        refused("not_yet", acts.move, made, S.HELD, by=cast.secretary)
        refused("reason_missing", acts.move, made, S.CANCELLED, by=cast.secretary, reason=" ")
        refused("training_stays", acts.remove_training, made, by=cast.secretary)
        acts.move(made, S.CANCELLED, by=cast.secretary, reason="วิทยากรป่วย")
        made.refresh_from_db()
        assert made.reason == "วิทยากรป่วย"
        refused("enrolment_ended", enrol, made, by=cast.staff)

    def test_who_was_there_keeps_it_from_being_cancelled(self, cast: Cast) -> None:
        made = training(cast.secretary)
        check_in(session_of(made), by=cast.staff)
        refused("training_attended_not_cancelled", acts.move, made, S.CANCELLED, by=cast.secretary, reason="ฝนตก")
        refused("session_attended_stays", acts.remove_session, session_of(made), by=cast.secretary)

    def test_it_comes_as_a_draft_and_is_made_once(self, cast: Cast) -> None:
        span, form = acts.Span(today(), dt.time(9), dt.time(12)), mark()
        first = acts.make_training(details(), span, by=cast.secretary, form_mark=form)
        assert acts.make_training(details(), span, by=cast.secretary, form_mark=form).pk == first.pk
        assert (first.first_day, first.last_day, first.sessions.count()) == (today(), today(), 1)
        refused("not_yours", acts.make_training, details(), span, by=cast.staff, form_mark=mark())
        refused("for_whom", acts.make_training, details(for_all=False), span, by=cast.secretary, form_mark=mark())
        refused("where", acts.make_training, details(place=""), span, by=cast.secretary, form_mark=mark())
        guard("training_comes_as_draft", self._announced_at_once, first)

    @staticmethod
    def _announced_at_once(made: Training) -> None:
        made.pk, made.form_mark, made.state = None, mark(), S.ANNOUNCED
        made.save(force_insert=True)

    def test_its_days_follow_its_sessions(self, cast: Cast) -> None:
        made = training(cast.secretary)
        span = acts.Span(today() + 3 * DAY, dt.time(9), dt.time(12))
        acts.save_session(made, span, by=cast.secretary)
        made.refresh_from_db()
        assert (made.first_day, made.last_day) == (today(), today() + 3 * DAY)
        refused("session_once", acts.save_session, made, span, by=cast.secretary)
        acts.remove_session(session_of(made), by=cast.secretary)
        made.refresh_from_db()
        assert made.first_day == today() + 3 * DAY
        refused("training_announced_has_day", acts.remove_session, session_of(made), by=cast.secretary)
        go(made, S.HELD)
        refused("training_stays", acts.save_session, made, span, by=cast.secretary)

    def test_nobody_overwrites_anothers_words(self, cast: Cast) -> None:
        made = training(cast.secretary, seats=2)
        acts.change_training(made, details(title="ใหม่", seats=2), by=cast.secretary, edits=made.edits)
        refused("changed", acts.change_training, made, details(), by=cast.secretary, edits=made.edits)
        for user in (cast.staff, cast.staff2, cast.head):
            enrol(made, by=user)
        made.refresh_from_db()
        refused(
            "training_seats_taken", acts.change_training, made, details(seats=1), by=cast.secretary, edits=made.edits
        )
        acts.change_training(made, details(seats=3), by=cast.secretary, edits=made.edits)
        assert not made.enrolments.filter(waiting=True).exists(), "who waited moves up"


class TestPeople:
    def test_enrolment(self, cast: Cast) -> None:
        office = Division.objects.get(name="กองช่าง")
        made = training(cast.secretary, for_all=False, divisions=[office], day=today() + 5 * DAY)
        assert enrol(made, by=cast.staff).pk == enrol(made, by=cast.staff).pk
        refused("not_for_you", enrol, made, by=cast.staff2)
        refused("not_yours", withdraw, made, by=cast.staff2, user=cast.staff)
        withdraw(made, by=cast.staff)
        withdraw(made, by=cast.staff)
        assert not made.enrolments.exists()
        Training.objects.filter(pk=made.pk).update(enrol_until=today() - DAY)
        refused("enrolment_ended", enrol, made, by=cast.staff)

    def test_whoever_did_not_enrol_checks_in_where_a_seat_is_free(self, cast: Cast) -> None:
        made = training(cast.secretary, seats=1)
        session = session_of(made)
        check_in(session, by=cast.staff)
        refused("enrolment_within_seats", check_in, session, by=cast.staff2)
        refused("enrolment_within_seats", tick, session, cast.staff2, by=cast.secretary)
        refused("enrolment_attended_stays", withdraw, made, by=cast.staff)

    def test_the_organiser_ticks_and_takes_out_with_a_trace(self, cast: Cast) -> None:
        session = session_of(training(cast.secretary))
        refused("not_yours", tick, session, cast.staff, by=cast.head)
        row = tick(session, cast.staff, by=cast.secretary)
        assert (row.way, row.recorded_by, row.division) == (Way.TICKED, cast.secretary, cast.staff.division)
        untick(session, cast.staff, by=cast.secretary)
        events = Attendance.pgh_event_models["delete"].objects  # type: ignore[attr-defined]
        assert events.filter(pgh_label="delete", user_id=cast.staff.pk, recorded_by_id=cast.secretary.pk).count() == 1
        later = TrainingSession.objects.create(
            training=session.training, day=today() + DAY, begins=dt.time(9), ends=dt.time(10)
        )
        refused("not_yet", tick, later, cast.staff, by=cast.secretary)
        refused("not_now", check_in, later, by=cast.staff)

    def test_what_the_database_refuses(self, cast: Cast) -> None:
        made = training(cast.secretary)
        session = session_of(made)
        row = Attendance(session=session, user=cast.staff, way=Way.CODE, recorded_by=cast.staff)
        guard("attendance_needs_seat", row.save)
        enrol(made, by=cast.staff)
        row.recorded_by = cast.secretary
        guard("attendance_own_code", row.save)
        kept = check_in(session, by=cast.staff)
        guard("attendance_kept", Attendance.objects.filter(pk=kept.pk).update, at=timezone.now())
        go(made, S.HELD, S.CLOSED)
        guard("training_stays", kept.delete)
        guard("enrolment_open", Enrolment.objects.create, training=made, user=cast.staff2, entered_by=cast.staff2)

    def test_every_guard_has_a_sentence(self) -> None:
        assert all(SENTENCES[name] == words for name, words in TRAINING_SENTENCES.items())


class TestCodes:
    def test_only_in_the_hours_only_this_session_only_for_minutes(self, cast: Cast) -> None:
        made = training(cast.secretary)
        session = session_of(made)
        other = TrainingSession.objects.create(training=made, day=today(), begins=dt.time(8), ends=dt.time(9))
        other.begins, other.ends = dt.time(8), dt.time(9)
        noon = dt.datetime.combine(today(), dt.time(12), session.opens_at.tzinfo)
        code = screen_code(session, noon)
        last = dt.timedelta(seconds=check_in_codes.EVERY * (check_in_codes.TAKEN_FOR - 1))
        assert is_right(session, code, noon)
        assert is_right(session, code.lower(), noon + last)
        assert not is_right(session, code, noon + last + dt.timedelta(seconds=check_in_codes.EVERY))
        assert not is_right(session, code, noon - dt.timedelta(minutes=2)), "not before it is shown"
        paper = printed_code(session)
        assert is_right(session, paper, noon)
        assert not is_right(session, paper, noon + DAY), "the page on the door says nothing tomorrow"
        assert not is_right(other, paper, dt.datetime.combine(today(), dt.time(8, 30), noon.tzinfo))
        begin = dt.datetime.combine(today(), dt.time(8), noon.tzinfo)
        for minutes, right in ((-31, False), (-30, True), (60, True), (61, False)):
            assert is_right(other, printed_code(other), begin + dt.timedelta(minutes=minutes)) is right, minutes
        for forged in ("", "A" * 12, paper[:-1], f"{paper}A", "ก" * 12, "\ud800"):
            assert not is_right(session, forged, noon)


class TestScores:
    def test_arithmetic(self) -> None:
        assert (percent(1, 3), percent(2, 3), percent(5, 5)) == (Decimal("33.33"), Decimal("66.67"), Decimal("100.00"))
        assert reaches(3, 5, 60)
        assert not reaches(59, 99, 60), "59.6 percent is not 60"
        assert reaches(0, 5, None)

    def test_only_the_score_is_kept_and_averages_only_of_five_after_closing(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=4)
        people = (cast.staff, cast.staff2, cast.head, cast.secretary, cast.budget)
        for right, user in enumerate(people):
            enrol(made, by=user)
            take_test(made, Moment.BEFORE, answers(made, right), by=user)
        columns = {field.name for field in TrainingResult._meta.get_fields()}
        assert columns == {"id", "training", "user", "moment", "correct", "questions", "day", "attempts"}
        for user in people[:4]:
            check_in(session_of(made), by=user)
            take_test(made, Moment.AFTER, answers(made, 3), by=user)
        assert averages([made]) == {}, "nothing while it may change"
        go(made, S.HELD, S.CLOSED)
        found = averages([made])
        assert found[made.pk, Moment.BEFORE.value].mean == Decimal("50.00"), "(0 + 25 + 50 + 75 + 100) / 5"
        assert found[made.pk, Moment.AFTER.value].mean is None, "four people"

    def test_who_takes_it_when(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=2, pass_mark=100)
        refused("result_of_participant", take_test, made, Moment.BEFORE, answers(made, 1), by=cast.staff)
        enrol(made, by=cast.staff)
        refused("not_answered", take_test, made, Moment.BEFORE, {made.questions.first().pk: 1}, by=cast.staff)  # type: ignore[union-attr]
        refused("not_answered", take_test, made, Moment.BEFORE, dict.fromkeys(answers(made, 1), 3), by=cast.staff)
        take_test(made, Moment.BEFORE, answers(made, 2), by=cast.staff)
        refused("result_once", take_test, made, Moment.BEFORE, answers(made, 2), by=cast.staff)
        refused("result_of_participant", take_test, made, Moment.AFTER, answers(made, 2), by=cast.staff)
        check_in(session_of(made), by=cast.staff)
        take_test(made, Moment.AFTER, answers(made, 1), by=cast.staff)
        assert take_test(made, Moment.AFTER, answers(made, 0), by=cast.staff).correct == 1, "the best counts"
        best = take_test(made, Moment.AFTER, answers(made, 2), by=cast.staff)
        assert (best.correct, best.attempts) == (2, 3)
        check_in(session_of(made), by=cast.head)
        for tries in (1, 2, 3):
            assert take_test(made, Moment.AFTER, answers(made, 0), by=cast.head).attempts == tries
        refused("tries_of_the_day", take_test, made, Moment.AFTER, answers(made, 2), by=cast.head)
        assert not may_take(made, cast.head, Moment.AFTER)
        TrainingResult.objects.filter(user=cast.head).update(day=today() - DAY)
        assert take_test(made, Moment.AFTER, answers(made, 1), by=cast.head).attempts == 1, "again on the next day"
        refused("result_once", take_test, made, Moment.AFTER, answers(made, 2), by=cast.staff)

    def test_questions_are_locked_once_somebody_has_answered(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=1)
        question = made.questions.get()
        seen = acts.mark_of(question)
        acts.save_question(made, "ข้อ 1", ["ก", "ข"], 0, by=cast.secretary, question=question, seen=seen)
        mine = made.questions.get()
        refused("changed", acts.save_question, made, "อื่น", ["ก", "ข"], 0, by=cast.secretary, question=mine, seen=seen)
        acts.save_question(made, "ข้อ 1", ["ก", "ข"], 0, by=cast.secretary)
        assert made.questions.count() == 1, "sent twice is one"
        refused("question_has_options", acts.save_question, made, "ข้อ 2", ["ก"], 0, by=cast.secretary)
        refused("question_has_options", acts.save_question, made, "ข้อ 2", ["ก", "ข"], 2, by=cast.secretary)
        enrol(made, by=cast.staff)
        take_test(made, Moment.BEFORE, {question.pk: 0}, by=cast.staff)
        code = "question_answered_stays"
        refused(code, acts.save_question, made, "ข้อ 2", ["ก", "ข"], 0, by=cast.secretary)
        refused(code, acts.remove_question, question, by=cast.secretary)
        refused(code, acts.change_training, made, details(pass_mark=50), by=cast.secretary, edits=made.edits)
        withdraw(made, by=cast.staff)
        acts.remove_question(question, by=cast.secretary)


class TestCertificates:
    def test_who_was_there_and_has_passed(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=2, pass_mark=60)
        session = session_of(made)
        check_in(session, by=cast.staff)
        refused("certificate_not_yet", issue_certificate, made, by=cast.staff)
        go(made, S.HELD)
        assert "60" in missing_for_certificate(made, cast.staff)
        refused("certificate_not_passed", issue_certificate, made, by=cast.staff)
        refused("certificate_earned", issue_certificate, made, by=cast.staff2)
        take_test(made, Moment.AFTER, answers(made, 2), by=cast.staff)
        assert missing_for_certificate(made, cast.staff) == ""
        issued = issue_certificate(made, by=cast.staff)
        assert issue_certificate(made, by=cast.staff).pk == issued.pk
        assert (issued.name, issued.title, issued.number) == (cast.staff.get_full_name(), made.title, 1)
        guard("certificate_kept", Certificate.objects.filter(pk=issued.pk).update, name="อื่น")
        guard("certificate_kept", issued.delete)
        refused("attendance_certified", untick, session, cast.staff, by=cast.secretary)
        issued.pk, issued.user, issued.code, issued.number = None, cast.staff2, "X" * 16, 2
        guard("certificate_earned", issued.save, force_insert=True)

    def test_every_day_counts(self, cast: Cast) -> None:
        made = training(cast.secretary)
        acts.save_session(made, acts.Span(today(), dt.time(0, 1), dt.time(23)), by=cast.secretary)
        check_in(session_of(made), by=cast.staff)
        go(made, S.HELD)
        refused("certificate_earned", issue_certificate, made, by=cast.staff)


def test_small_groups_are_told_together() -> None:
    def groups(*people: int) -> list[tuple[str, int]]:
        return [(one.name, one.people) for one in merged(Group(f"กอง {n}", count) for n, count in enumerate(people))]

    assert groups(9, 3, 6, 2) == [("กอง 0", 9), ("กอง 2", 6), ("", 5)]
    assert groups(9, 1, 6) == [("กอง 0", 9), ("", 7)], "one alone joins the smallest of the others"
    assert groups(2, 2) == []
    assert groups(0, 5) == [("กอง 1", 5)]
    assert groups(5, 4) == [("", 9)]
