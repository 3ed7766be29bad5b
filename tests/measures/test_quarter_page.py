"""Who has what still to do: each sees their own part, the office and the mayor everybody's, nobody what is secret."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ita_portal.fiscal import BANGKOK
from measures.models import Measure, Plan
from measures.reminders import occasion, people_with_work
from measures.services import publish_progress, save_progress
from organization import tasks
from organization.models import User
from organization.reminders import reminder_sources, send_due
from organization.tasks import Task, task_sources, tasks_for, tasks_of_people
from tests.cast import Cast
from tests.factories import UserFactory

PAGE = "/en/staff/quarter/?year=2567&quarter=2"
NOW = dt.datetime(2024, 2, 1, 9, tzinfo=BANGKOK)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def secret() -> Iterator[None]:
    """Work that only the person may know of, and work that the office may."""
    task_sources.register("tests.secret", lambda user: [Task("a secret task", 1, "/staff/")])
    task_sources.register("tests.open", lambda user: [Task("an open task", 2, "/staff/", late=user.username == "head")])
    tasks.confidential_sources.add("tests.secret")
    yield
    tasks.confidential_sources.discard("tests.secret")
    for key in ("tests.secret", "tests.open"):
        del task_sources._items[key]


def share(measure: Measure, cast: Cast) -> None:
    save_progress(
        measure=measure, quarter=2, division=cast.staff.division, by=cast.staff, revision=0, status="done", result="ทำ"
    )


def test_the_office_sees_every_division_and_person(published_plan: Plan, cast: Cast, secret: None) -> None:
    share(Measure.objects.get(area__number=1), cast)
    for name in ("secretary", "mayor"):
        found = cast.client(name).get(PAGE).context["found"]
        parts = {part.division.name: (part.due, part.reported) for part in found.divisions}
        assert parts["กองช่าง"] == (3, 1)
        assert parts["กองคลัง"] == (2, 0)
        people = {part.person.username: [task.title for task in part.tasks] for part in found.people}
        assert set(people) >= {"staff", "head", "integrity"}
        assert found.people[0].person.username == "head"  # what is late comes first
        assert {who for who, titles in people.items() if "a secret task" in titles} == {name}
    found = cast.client("secretary").get(PAGE + "&state=late").context["found"]
    assert "integrity" not in {part.person.username for part in found.people}
    only = cast.client("secretary").get(f"{PAGE}&division={cast.staff2.division_id}&state=all").context["found"]
    assert [part.division for part in only.divisions] == [cast.staff2.division]
    assert {part.person.username for part in only.people} == {"staff2", "assets", "budget"}


def test_others_see_their_own_part_only(published_plan: Plan, cast: Cast, secret: None) -> None:
    response = cast.client("staff").get(f"{PAGE}&division={cast.staff2.division_id}&state=all")
    found = response.context["found"]
    assert [part.division for part in found.divisions] == [cast.staff.division]
    assert [part.person for part in found.people] == [cast.staff]
    assert "a secret task" in response.content.decode()
    assert "กองคลัง" not in response.content.decode()
    assert found.office is None
    table = cast.client("staff").get("/staff/quarter.csv?year=2567&quarter=2").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["division"] for row in rows} == {"กองช่าง"}
    assert {row["person"] for row in rows} <= {"", str(cast.staff)}
    assert [row["what"][:3] for row in rows if row["kind"] == "measure"] == ["1.1", "2.1", "2.2"]
    assert Client().get(PAGE).status_code == 302


def test_a_reported_and_published_quarter_has_nothing_left(published_plan: Plan, cast: Cast) -> None:
    for measure in Measure.objects.all():
        report = save_progress(
            measure=measure, quarter=2, division=None, by=cast.secretary, revision=0, status="done", result="ทำแล้ว"
        )
        publish_progress(reports=[report], by=cast.secretary)
        share(measure, cast)
    found = cast.client("secretary").get(PAGE).context["found"]
    assert (found.office.due, found.office.written, found.office.published) == (3, 3, 3)
    assert [part.missing for part in found.divisions if part.division == cast.staff.division] == [[]]


@pytest.mark.parametrize("query", ["year=x", "year=99999", "quarter=9&year=2567", "division=-1", "state=nonsense", ""])
def test_nonsense_in_the_address_shows_the_usual_page(published_plan: Plan, cast: Cast, query: str) -> None:
    assert cast.client("mayor").get(f"/staff/quarter/?{query}").status_code == 200


def test_without_a_plan_the_page_says_so(cast: Cast) -> None:
    assert cast.client("secretary").get("/staff/quarter/").status_code == 200


def test_sources_of_many_say_the_same_as_those_of_one(published_plan: Plan, cast: Cast) -> None:
    people = list(User.objects.filter(is_active=True).select_related("division"))
    together = tasks_of_people(people, confidential=True)
    for person in User.objects.filter(is_active=True):
        assert together[person.pk] == tasks_for(person), person.username


def test_many_people_ask_the_sources_of_many_once(
    published_plan: Plan, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions and the sources of many cost the same for 10 people and for 70."""
    of_many = {key: task_sources.get(key) for key in tasks.task_sources_of_many.keys()}  # noqa: SIM118
    monkeypatch.setattr(task_sources, "_items", of_many)
    groups = list(cast.staff.groups.all())
    counts = []
    for _round in range(2):
        people = list(User.objects.filter(is_active=True).select_related("division"))
        with CaptureQueriesContext(connection) as queries:
            tasks_of_people(people)
        counts.append(len(queries))
        for person in UserFactory.create_batch(60, division=cast.staff.division):
            person.groups.set(groups)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2024, 3, 17), True), (dt.date(2024, 3, 28), True), (dt.date(2024, 4, 3), True),
        (dt.date(2024, 3, 18), False), (dt.date(2024, 3, 31), False), (dt.date(2024, 4, 1), False),
    ],
)  # fmt: skip
def test_the_days_of_the_reminders(day: dt.date, said: bool) -> None:
    assert (occasion(day) is not None) == said


def test_each_gets_one_mail_of_their_own(published_plan: Plan, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminder_sources, "_items", {"measures": people_with_work})
    User.objects.filter(username__in=["staff", "staff2", "admin"]).update(email="someone@example.go.th")
    day = dt.date(2024, 3, 17)
    for measure in Measure.objects.all():
        for quarter in measure.quarters[:2]:
            if quarter in (1, 2):
                save_progress(
                    measure=measure, quarter=quarter, division=cast.staff2.division, by=cast.staff2, revision=0,
                    status="done", result="ทำ",
                )  # fmt: skip
    waiting = {reminder.user.username: reminder.count for reminder in people_with_work(day)}
    assert waiting["staff"] == 2  # quarters 1 and 2 of its division
    assert "staff2" not in waiting  # its division has reported everything
    assert "admin" not in waiting
    assert send_due(day).sent == 1
    assert "/staff/quarter/" in mail.outbox[0].body
    assert send_due(day).sent == 0
    assert list(people_with_work(dt.date(2024, 3, 18))) == []
