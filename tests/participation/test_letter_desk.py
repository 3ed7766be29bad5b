"""The desk: who sees which letters, every act through its form, lists, tasks and mails."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from organization.models import Division
from organization.tasks import tasks_for
from participation.choices import LetterState
from participation.letters_reminders import divisions, office
from participation.models import Letter
from participation.services import letters as senders
from participation.services import letters_acts as acts

from ..cast import Cast
from .letters import ANSWER, answered, at, bulk_letters, finance, published, routed, seed, sent, works

pytestmark = pytest.mark.django_db
DESK = "/participation/desk/"
NOW = dt.date(2026, 11, 23)


def html_of(client: Client, path: str = DESK, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def do(client: Client, letter: Letter, act: str, **typed: Any) -> Any:
    return client.post(f"{DESK}{letter.pk}/", {"act": act, "seen": letter.revision, **typed})


def test_each_sees_the_letters_of_their_division_and_the_office_all(cast: Cast) -> None:
    mine, other, nobodys = routed(cast), routed(cast, finance()), sent(about=works())
    sees = {
        "secretary": {mine, other, nobodys}, "head": {mine}, "staff": {mine}, "staff2": {other}, "budget": {other},
        "assets": {other}, "integrity": set(),
    }  # fmt: skip
    for name, letters in sees.items():
        user, client = getattr(cast, name), cast.client(name)
        assert set(Letter.objects.visible_to(user)) == letters, name
        html = html_of(client)
        for letter in (mine, other, nobodys):
            assert (f"{DESK}{letter.pk}/" in html) == (letter in letters), name
        for letter in {mine, other, nobodys} - letters:
            assert client.get(f"{DESK}{letter.pk}/").status_code == 404
            assert do(client, letter, "answer", answer="แอบตอบ").status_code == 404
    for name in ("mayor", "admin"):
        assert not Letter.objects.visible_to(getattr(cast, name)).exists()
        assert cast.client(name).get(DESK).status_code == 403
        assert cast.client(name).get(f"{DESK}{mine.pk}/").status_code == 403
    assert Client().get(DESK).status_code == 302
    assert cast.client("secretary").get(f"{DESK}99999999999999999999999/").status_code == 404
    assert not Letter.objects.exclude(answer="").exists()


def test_a_letter_from_the_office_to_the_public(cast: Cast) -> None:
    office_, division = cast.client("secretary"), cast.client("staff")
    letter = sent(about=works(), name="ลุงดำ")
    html = html_of(office_, f"{DESK}{letter.pk}/")
    assert re.search(rf'<option value="{works().pk}" selected', html), "the sender's choice: one press"
    assert do(office_, letter, "route", division="").status_code == 422
    assert do(office_, letter, "route", division=works().pk).status_code == 302
    letter.refresh_from_db()
    html = html_of(division, f"{DESK}{letter.pk}/")
    assert 'value="answer"' in html and 'value="refuse"' not in html and 'value="publish"' not in html
    wrong = do(division, letter, "answer", answer="โทร 3409900123456")
    assert wrong.status_code == 422 and "answer_answer_error" in wrong.content.decode()
    assert "โทร 3409900123456" in wrong.content.decode()
    assert do(division, letter, "answer", answer=ANSWER).status_code == 302
    letter.refresh_from_db()
    assert do(division, letter, "publish", public_subject="ก", public_text="ข", public_answer="ค").status_code == 422
    html = html_of(office_, f"{DESK}{letter.pk}/")
    assert ANSWER in html and 'name="with_name"' in html
    given = {"public_subject": "ไฟดับ", "public_text": "", "public_answer": ANSWER}
    assert "publish_public_text_error" in do(office_, letter, "publish", **given).content.decode()
    assert do(office_, letter, "publish", **{**given, "public_text": "ไฟดับหน้าวัด"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.public_text, letter.public_name) == ("ไฟดับหน้าวัด", "")
    assert do(division, letter, "correct", answer="ซ่อมอีกครั้ง").status_code == 302
    letter.refresh_from_db()
    assert letter.is_behind
    assert do(office_, letter, "withhold", note="ขอถอน").status_code == 302
    letter.refresh_from_db()
    assert do(office_, letter, "close").status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.publication) == (LetterState.CLOSED, "withheld")
    history = html_of(office_, f"{DESK}{letter.pk}/")
    assert history.count('<li><span class="meta">') == 7 and "ขอถอน" in history


def test_what_leads_to_nothing_is_said(cast: Cast) -> None:
    client, letter = cast.client("secretary"), routed(cast)
    for act in ("", "nothing", "route", "publish", "take_up"):
        assert do(client, letter, act, division=works().pk).status_code == 422
    letter.refresh_from_db()
    old = letter.revision
    acts.answer_letter(letter, "คนอื่นตอบไปแล้ว", by=cast.staff)
    late = client.post(f"{DESK}{letter.pk}/", {"act": "give_back", "seen": old, "note": "ไม่ใช่งานเรา"})
    assert late.status_code == 422 and "คนอื่นตอบไปแล้ว" in late.content.decode()
    for seen in ("", "x", "-1", "9" * 50):
        assert client.post(f"{DESK}{letter.pk}/", {"act": "close", "seen": seen}).status_code == 422
    letter.refresh_from_db()
    assert letter.state == LetterState.ANSWERED
    moved = routed(cast)
    response = do(cast.client("staff"), moved, "send_on", division=finance().pk, note="ค่าขยะ")
    assert (response.status_code, response["Location"]) == (302, DESK), "it is not theirs any more"
    refused = sent()
    assert do(client, refused, "refuse", reason="other", words="").status_code == 422
    assert do(client, refused, "refuse", reason="elsewhere", words="ขนส่ง").status_code == 302
    refused.refresh_from_db()
    assert do(client, refused, "take_up").status_code == 302


def test_lists_by_state_division_and_day(cast: Cast) -> None:
    with at(NOW - dt.timedelta(days=30)):
        late = routed(cast, subject="เรื่องเก่า")
    with at(NOW - dt.timedelta(days=13)):
        near = routed(cast, finance(), subject="เรื่องใกล้")
    with at(NOW):
        fresh, done = sent(subject="เรื่องใหม่"), answered(cast, subject="เรื่องตอบแล้ว")
        client = cast.client("secretary")
        shown = {
            "": (late, near, fresh), "state=open": (late, near, fresh), "state=received": (fresh,),
            "state=with_division": (late, near), "state=answered": (done,), "state=to_decide": (done,),
            "state=all": (late, near, fresh, done), "late=late": (late,), "late=near": (near,),
            f"division={finance().pk}": (near,), "state=closed": (), "kind=praise": (),
            "state=x&division=x&late=x&kind=x&after=x": (late, near, fresh), "division=99999999999999999999": (
                late, near, fresh,
            ),
        }  # fmt: skip
        for query, letters in shown.items():
            html = html_of(client, f"{DESK}?{query}")
            for letter in (late, near, fresh, done):
                assert (letter.subject in html) == (letter in letters), (query, letter)
        assert html_of(client).index("เรื่องเก่า") < html_of(client).index("เรื่องใกล้"), "what is due first"
        rows = client.get(f"{DESK}?as=csv").getvalue().decode()
        assert [rows.count(letter.subject) for letter in (late, near, fresh, done)] == [1, 1, 1, 0]
        staff = html_of(cast.client("staff"), f"{DESK}?division={finance().pk}&state=all")
        assert "เรื่องเก่า" in staff and "เรื่องใกล้" not in staff


def test_what_waits_stands_on_the_home_of_the_staff(cast: Cast) -> None:
    def waiting(name: str) -> dict[str, tuple[int, bool]]:
        found = tasks_for(getattr(cast, name))
        return {task.url: (task.count, task.late) for task in found if task.url.startswith(DESK)}

    with at(NOW - dt.timedelta(days=30)):
        routed(cast)
    with at(NOW):
        sent()
        answered(cast)
        answered(cast, consent=False)
        assert waiting("secretary") == {
            f"{DESK}?late=late": (1, True), f"{DESK}?state=received": (1, False), f"{DESK}?state=to_decide": (1, False)
        }  # fmt: skip
        assert waiting("staff") == waiting("head") == {f"{DESK}?state=with_division": (1, True)}
        assert waiting("staff2") == waiting("mayor") == waiting("admin") == {}


def test_mails_come_when_the_day_is_near_and_when_it_has_passed(cast: Cast) -> None:
    with at(NOW):
        letter = routed(cast)
        sent()
    due = letter.due_on

    def told(day: dt.date) -> list[tuple[str, str, int]]:
        return sorted((one.user.username, one.path.partition("?")[2], one.count) for one in divisions(day))

    both = ["head", "staff"]
    assert told(due - dt.timedelta(days=3)) == told(due) == [(name, "late=near", 1) for name in both]
    assert told(due - dt.timedelta(days=2)) == told(due + dt.timedelta(days=2)) == []
    for days in (1, 8, 15):
        assert told(due + dt.timedelta(days=days)) == [(name, "late=late", 1) for name in both]
    acts.answer_letter(letter, ANSWER, by=cast.staff)
    assert told(due) == []
    assert list(office(NOW)) == []
    assert [(one.user.username, one.count) for one in office(NOW + dt.timedelta(days=1))] == [("secretary", 1)]


def test_queries_of_the_desk_do_not_grow(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.client("secretary")
    bulk_letters(cast, 2)
    with django_assert_max_num_queries(14) as few:
        html_of(client)
    bulk_letters(cast, 200)
    with django_assert_max_num_queries(len(few)):
        html_of(client)
    letter = published(cast)
    senders.write_again(letter, "ขอบคุณ", seed=seed())
    with django_assert_max_num_queries(20):
        html_of(client, f"{DESK}{letter.pk}/")


def test_the_back_office_looks_only(cast: Cast) -> None:
    letter = published(cast)
    client = cast.client("secretary")
    for path in ("", f"{letter.pk}/change/", f"{letter.pk}/history/"):
        assert client.get(f"/admin/participation/letter/{path}").status_code == 200
    page = client.get(f"/admin/participation/letter/{letter.pk}/change/").content.decode()
    assert letter.code_mark and letter.code_mark not in page and 'name="_save"' not in page
    assert client.get("/admin/participation/letter/add/").status_code == 403
    assert client.post(f"/admin/participation/letter/{letter.pk}/delete/").status_code == 403
    assert cast.client("admin").get("/admin/participation/letter/").status_code == 403
    settings = "/admin/participation/participationsettings/1/change/"
    given = {"answer_days": 7, "near_days": 2, "close_days": 30, "keep_years": 3}
    for name in ("admin", "secretary"):
        assert cast.client(name).post(settings, given).status_code == 302
        assert cast.client(name).post(settings, {**given, "answer_days": 0}).status_code == 200
    assert Division.objects.count()
    with at(NOW):
        assert sent().due_on == dt.date(2026, 11, 30)
