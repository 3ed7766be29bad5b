"""Figures, tasks and reminders of trainings, and the examples that show them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidelines.demonstration_trainings import demonstrate_trainings
from guidelines.models import Attendance, Certificate, Enrolment, Training
from guidelines.reminders_trainings import invited, organisers, participants
from guidelines.services.trainings_people import check_in, enrol
from guidelines.tasks_trainings import organisers_tasks, staff_tasks
from guidelines.trainings_choices import TrainingState
from guidelines.trainings_reading import Year, year_in_figures
from guidelines.views import trainings_desk
from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from measures.indicators import indicators
from organization.feedback import Feedback
from organization.models import Division, User

from ..cast import Cast
from .training_factories import DAY, go, session_of, training

pytestmark = pytest.mark.django_db
S = TrainingState
KEYS = ("trainings", "trained", "ethics_trained_share")


def figures(key: str, year: int = 2567, division: Division | None = None) -> list[Any]:
    """The values of a year's quarters; None where nothing is told."""
    indicator = indicators.get(f"guidelines.{key}")
    assert indicator is not None
    quarters = FiscalYear(year).quarters
    found = indicator.compute(quarters, division)
    return [found[quarter].value if quarter in found else None for quarter in quarters]


class TestDemonstration:
    def test_every_figure_has_a_value_in_every_quarter(self, cast: Cast) -> None:
        User.objects.update(is_demonstration=True)
        demonstrate_trainings()
        count = Training.objects.count()
        demonstrate_trainings()
        assert Training.objects.count() == count, "a second run adds nothing"
        assert figures("trainings") == [1, 1, 1, 1]
        assert figures("trained") == [6, 5, 5, 5]
        # Five, then seven, then all eight who work in a division.
        assert figures("ethics_trained_share") == [0, 63, 88, 100]
        open_now = Training.objects.get(topic="ethics", state=S.ANNOUNCED)
        assert open_now.takes_enrolments
        assert open_now.questions.count() == 5
        check_in(session_of(open_now), by=cast.staff)
        quarter = FiscalQuarter.current()
        indicator = indicators.get("guidelines.trained")
        assert indicator is not None
        (figure,) = indicator.compute([quarter], None).values()
        assert figure.value == 1, "it shows at once"
        assert figure.url == f"/guidelines/trainings/?year={quarter.year.number}"
        numbers = Certificate.objects.filter(fiscal_year=2567).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))


class TestFigures:
    def test_each_counts_in_the_division_of_that_time(self, cast: Cast) -> None:
        made = training(cast.secretary)
        office = cast.staff.division
        assert office is not None
        there = User.objects.bulk_create(
            User(username=f"p{number}", division=office, first_name=f"ก{number}") for number in range(6)
        )
        for user in there[:5]:
            check_in(session_of(made), by=user)
        year, quarter = FiscalYear.current().number, FiscalQuarter.current().number - 1
        assert figures("trained", year, office)[quarter] == 5
        assert figures("ethics_trained_share", year, office)[quarter] == 63, "5 of 6 new ones, head and staff"
        User.objects.filter(username="p0").update(division=cast.staff2.division)
        User.objects.filter(username="p1").update(is_active=False)
        assert figures("trained", year, office)[quarter] == 5
        assert figures("ethics_trained_share", year, office)[quarter] == 63
        assert figures("ethics_trained_share", year, cast.secretary.division)[quarter] is None, "four people"
        check_in(session_of(made), by=cast.staff2)
        assert figures("trained", year, cast.staff2.division)[quarter] is None, "one person"
        later = figures("trained", year)[quarter + 1 :]
        assert later == [None] * len(later), "quarters to come are not known"

    def test_other_topics_do_not_count_as_ethics_and_announced_is_not_held(self, cast: Cast) -> None:
        made = training(cast.secretary, topic="budget")
        check_in(session_of(made), by=cast.staff)
        year, quarter = FiscalYear.current().number, FiscalQuarter.current().number - 1
        assert [figures(key, year)[quarter] for key in KEYS] == [0, 1, 0]
        go(made, S.HELD)
        assert figures("trainings", year)[quarter] == 1

    def test_no_division_is_found_by_taking_the_others_from_the_whole(self, cast: Cast) -> None:
        made = training(cast.secretary)
        divisions = list(Division.objects.all()[:4])
        people = User.objects.bulk_create(
            User(username=f"p{place}-{number}", division=division)
            for place, (division, many) in enumerate(zip(divisions, (7, 5, 2, 0), strict=True))
            for number in range(many)
        )
        Enrolment.objects.bulk_create(Enrolment(training=made, user=user, entered_by=user) for user in people)
        Attendance.objects.bulk_create(
            Attendance(session=session_of(made), user=user, division=user.division, way="code", recorded_by=user)
            for user in people
        )
        year, quarter = FiscalYear.current(), FiscalQuarter.current().number - 1

        def told() -> list[Any]:
            return [figures("trained", year.number, division)[quarter] for division in divisions]

        assert figures("trained", year.number)[quarter] == 14
        assert told() == [7, None, None, 0], "the two of the third are not 14 - 7 - 5"
        assert [group.people for group in year_in_figures(year, "").groups] == [7, 7]
        assert year_in_figures(year, "ethics") == Year(0, 1, 14, []), "nor found by taking a topic from the year"
        Attendance.objects.exclude(division=divisions[2]).delete()
        assert told() == [None] * 4, "nor by who is told to be nobody"

    def test_one_page_two_queries_a_figure(self, cast: Cast) -> None:
        training(cast.secretary)
        for key in KEYS:
            with CaptureQueriesContext(connection) as found:
                figures(key)
            assert len(found) <= 2, key


class TestTasksAndReminders:
    def test_staff(self, cast: Cast) -> None:
        made = training(cast.secretary, questions=1, day=today() + DAY)

        def words(user: User) -> list[str]:
            return [task.url for task in staff_tasks(user)]

        assert words(cast.staff) == ["/guidelines/trainings/mine/"]
        enrol(made, by=cast.staff)
        assert words(cast.staff) == [made.get_absolute_url()]
        (task,) = staff_tasks(cast.staff)
        assert task.detail, "the test beforehand"
        assert [reminder.user for reminder in participants(today())] == [cast.staff]
        assert [reminder.user for reminder in participants(today() - 6 * DAY)] == [cast.staff]
        assert list(participants(today() - 2 * DAY)) == []
        asked = {reminder.user.username for reminder in invited(made.enrol_until - 3 * DAY)}
        assert "staff2" in asked
        assert "staff" not in asked
        assert "mayor" not in asked
        done = training(cast.secretary)
        check_in(session_of(done), by=cast.staff)
        go(done, S.HELD)
        assert f"{done.get_absolute_url()}#certificate" in words(cast.staff)

    def test_office(self, cast: Cast) -> None:
        training(cast.secretary, day=today() - 3 * DAY)
        assert [task.late for task in organisers_tasks(cast.secretary)] == [True]
        assert list(organisers_tasks(cast.staff)) == []
        monday = today() + DAY * ((7 - today().weekday()) % 7)
        assert [reminder.user for reminder in organisers(monday)] == [cast.secretary]
        assert list(organisers(monday + DAY)) == []


class _Source:
    """A questionnaire of another app."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, dt.date, dt.date]] = []

    def open(self, title: str, opens_on: dt.date, closes_on: dt.date, *, by: User) -> str:
        """Remember it."""
        self.opened.append((title, opens_on, closes_on))
        return "abc"

    def read(self, codes: list[str]) -> dict[str, Feedback]:
        """Nothing was answered yet."""
        return {code: Feedback("/surveys/abc/", "/surveys/abc/results/", 0, None) for code in codes}


def test_the_organiser_asks_those_who_were_there(cast: Cast) -> None:
    made = training(cast.secretary)
    check_in(session_of(made), by=cast.staff)
    source = _Source()
    office, staff, other = (cast.client(name) for name in ("secretary", "staff", "staff2"))
    desk = f"/guidelines/trainings/desk/{made.pk}/"
    with (
        mock.patch("guidelines.services.trainings.feedback_source", lambda: source),
        mock.patch("guidelines.views.trainings.feedback_source", lambda: source),
        mock.patch.object(trainings_desk, "feedback_source", lambda: source),
    ):
        assert f"{desk}feedback/" in office.get(desk).content.decode()
        for _time in range(2):
            assert office.post(f"{desk}feedback/").status_code == 302
        assert source.opened == [(made.title, today(), today() + 14 * DAY)], "once"
        assert "/surveys/abc/results/" in office.get(desk).content.decode()
        assert "/surveys/abc/" in staff.get(made.get_absolute_url()).content.decode()
        assert "/surveys/abc/" not in other.get(made.get_absolute_url()).content.decode()
    with mock.patch.object(trainings_desk, "feedback_source", lambda: None):
        assert f"{desk}feedback/" not in office.get(desk).content.decode()
