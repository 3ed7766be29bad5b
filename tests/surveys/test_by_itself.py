"""What happens by itself: surveys are prepared, ended ones counted, people reminded; and what other apps ask for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.refusals import RefusedError
from organization.feedback import feedback_source
from organization.tasks import tasks_for
from surveys import reminders, tasks
from surveys.models import Ballot, Mark, Questionnaire, Remark, Slip, Survey, Turnout
from surveys.retention import apply
from surveys.services.answering import Said, answer
from surveys.services.surveys import close, print_slips

from ..cast import Cast
from .factories import DAY, survey, version
from .forms import send

pytestmark = pytest.mark.django_db


def test_the_daily_timer_prepares_the_quarter_and_the_next(cast: Cast) -> None:
    version(cast.secretary)
    Questionnaire.objects.update(regular=True)
    day = dt.date(2027, 12, 20)
    for _time in range(2):
        call_command("send_reminders", date=day, verbosity=0)
    assert sorted(Survey.objects.values_list("fiscal_year", "quarter", "opens_on", "closes_on")) == [
        (2571, 1, dt.date(2027, 10, 1), dt.date(2027, 12, 31)), (2571, 2, dt.date(2028, 1, 1), dt.date(2028, 3, 31)),
    ]  # fmt: skip


def test_what_is_left_is_counted_the_night_after(cast: Cast, open_survey: Survey) -> None:
    _batch, codes = print_slips(open_survey, 3, "ก", by=cast.secretary)
    for number in range(3):
        assert (
            send(open_survey, q_T1=f"ข้อความ {number}", slip=codes[number] if number == 1 else None).status_code == 302
        )
    assert apply(today() + 30 * DAY)["survey answers counted"] == 0, "it is open still"
    Survey.objects.update(opens_on=today() - 2 * DAY, closes_on=today() - DAY)
    assert apply(today())["survey answers counted"] == 3
    assert not any(model.objects.exists() for model in (Ballot, Mark, Slip))
    assert sorted(Turnout.objects.values_list("way", "n")) == [("open_link", 2), ("single_use", 1)]
    assert Remark.objects.waiting().count() == 3
    assert apply(today())["survey answers counted"] == 0


def test_tasks_and_reminders_of_the_office_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    of = version(cast.secretary)
    Questionnaire.objects.update(regular=True)
    mine = [task for task in tasks_for(cast.secretary) if "/surveys/" in task.url]
    assert [(task.count, task.late) for task in mine] == [(1, True)], "the survey of the quarter is missing"
    quarter = FiscalQuarter.current()
    running = survey(
        of,
        today(),
        quarter=quarter.number,
        fiscal_year=quarter.year.number,
        opens_on=today() - 30 * DAY,
        closes_on=today() + 5 * DAY,
    )
    Remark.objects.create(survey=running, code="T1", text="ดี")
    mine = [task for task in tasks_for(cast.secretary) if "/surveys/" in task.url]
    assert [(task.count, task.late) for task in mine] == [(1, True), (1, False)]
    assert not [task for task in tasks_for(cast.staff) if "/surveys/" in task.url]
    monday = today() - (today().weekday() * DAY)
    found = list(reminders.keepers(monday))
    assert {reminder.user for reminder in found} == {cast.secretary}
    assert len(found) == 2
    assert not list(reminders.keepers(monday + DAY))
    Turnout.objects.create(survey=running, way="open_link", n=tasks.FEW)
    assert not tasks.quiet(today())
    assert "ดี" not in "".join(str(message.body) for message in mail.outbox)


def test_feedback_about_something_that_was_held(cast: Cast, django_assert_num_queries: Any) -> None:
    source = feedback_source()
    assert source is not None
    with pytest.raises(RefusedError):
        source.open("อบรม", today(), today(), by=cast.staff)
    questions: list[dict[str, Any]] = [
        {"code": "T1", "text": "หนึ่ง"}, {"code": "T2", "text": "สอง"},
        {"code": "T6", "text": "เขียน", "kind": "text", "required": False},
    ]  # fmt: skip
    version(cast.secretary, questions, slug="evaluation", purpose="evaluation", asks_division=False)
    codes = [source.open("อบรมจริยธรรม", today() - DAY, today() + DAY, by=cast.staff) for _time in range(3)]
    assert len(set(codes)) == 3
    one, few = (Survey.objects.get(code=code) for code in codes[:2])
    asked = list(one.version.questions.all())
    for number in range(6):
        answer(one, asked, Said({"T1": 3, "T2": number % 4}, {}), mark=str(number))
    answer(few, asked, Said({"T1": 3, "T2": 0}, {}), mark="few")
    close(one, by=cast.secretary)
    close(few, by=cast.secretary)
    with django_assert_num_queries(4):
        found = source.read([*codes, "none"])
    assert set(found) == set(codes)
    told = found[codes[0]]
    # 100, and the mean of 0, 33.33, 66.67, 100, 0, 33.33
    assert (told.answers, told.mean) == (6, Decimal("69.44"))
    assert (told.url, told.results_url) == (f"/surveys/{one.code}/", f"/surveys/{one.code}/results/")
    assert (found[codes[1]].answers, found[codes[1]].mean) == (1, None)
    assert (found[codes[2]].answers, found[codes[2]].mean) == (0, None)
    assert f"/surveys/{one.code}/" not in Client().get("/surveys/").content.decode(), "only who was there is asked"


def test_the_list_says_what_is_open_and_how_answers_are_protected(cast: Cast, open_survey: Survey) -> None:
    ended = survey(open_survey.version, today() - 30 * DAY, title="จบแล้ว")
    later = survey(open_survey.version, today() + 30 * DAY, title="ยังไม่เริ่ม")
    client = Client()
    page = client.get("/en/surveys/").content.decode()
    assert f'href="/en/surveys/{open_survey.code}/"' in page
    assert f'href="/en/surveys/{ended.code}/results/"' in page
    assert later.code not in page
    assert "cannot guarantee one answer a person" in page
    close(open_survey, by=cast.secretary)
    assert f'href="/en/surveys/{open_survey.code}/"' not in client.get("/en/surveys/").content.decode(), "at once"
    assert f"/surveys/{ended.code}/results/" in client.get("/sitemap-surveys.xml").content.decode()
