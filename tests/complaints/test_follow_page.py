"""What the reporter's page says: the state, the clock, what was written on both sides."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.choices import Body, Outcome, Refusal, State
from complaints.follow_words import OUTCOMES, REFUSALS, STANDINGS
from complaints.services.acts import (
    accept_case,
    answer_reporter,
    ask_reporter,
    close_case,
    refuse_case,
    reopen_case,
    write_as_reporter,
    write_note,
)
from complaints.services.filing import Filed
from ita_portal.thai import long_date

from .conftest import Desk
from .follow_helpers import FOLLOW, bring, hidden_fields, opened_by, page, reporter, sealed, upload

FileCase = Callable[..., Filed]


def shown(text: str) -> str:
    """The page's words without entities."""
    return html.unescape(text)


@pytest.mark.parametrize("state", State)
def test_every_state_is_said_in_plain_words(desk: Desk, file_case: FileCase, state: State) -> None:
    filed = file_case()
    bring(desk, filed, state)
    text = shown(page(reporter(filed)))
    standing = STANDINGS[state]
    for words in (standing.title, standing.meaning, standing.further):
        assert str(words) in text
    assert filed.case.reference in text
    assert ("/complaints/follow/withdraw/" in text) == (not filed.case.is_finished)
    assert "/desk/" not in text


def test_every_outcome_and_reason_is_said(desk: Desk, file_case: FileCase) -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(REFUSALS) == set(Refusal)
    for outcome in Outcome:
        filed = file_case()
        opened = opened_by(desk, filed)
        accept_case(opened, by=desk.officer("integrity"))
        close_case(opened, by=desk.officer("integrity"), outcome=outcome, text="จบ")
        assert str(OUTCOMES[outcome]) in shown(page(reporter(filed)))
    for refusal in Refusal:
        filed = file_case()
        refuse_case(opened_by(desk, filed), by=desk.officer("integrity"), refusal=refusal, text="ไม่รับ")
        assert str(REFUSALS[refusal]) in shown(page(reporter(filed)))


def test_who_was_not_heard_is_told_whom_else_to_turn_to(desk: Desk, file_case: FileCase) -> None:
    for outcome in Outcome:
        filed = file_case()
        opened = opened_by(desk, filed)
        accept_case(opened, by=desk.officer("integrity"))
        close_case(opened, by=desk.officer("integrity"), outcome=outcome, text="จบ")
        names = 'class="follow__others"' in page(reporter(filed))
        assert names == (outcome in {Outcome.UNSUBSTANTIATED, Outcome.INSUFFICIENT})


def test_a_withdrawal_is_confirmed_first_of_all(file_case: FileCase) -> None:
    client = reporter(file_case())
    form = hidden_fields(page(client, "/en/complaints/follow/withdraw/"), "/en/complaints/follow/withdraw/")
    answer = client.post("/en/complaints/follow/withdraw/", form)
    assert (answer.status_code, answer["Location"]) == (303, "/en/complaints/follow/")
    text = page(client, "/en/complaints/follow/")
    assert text.index("Your withdrawal has arrived.") < text.index("<h2")
    assert "Your message has arrived" not in text
    assert text.index("Nobody was told that it was you") < text.index("If the law obliges")


def test_a_referred_case_names_the_body(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    bring(desk, filed, State.REFERRED)
    text = shown(page(reporter(filed)))
    assert str(Body.NACC.label) in text
    assert "1/2569" not in text, "the covering letter is the officers'"


def test_the_clock(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    assert long_date(filed.case.due_on) in page(client)
    assert "1205" not in re.sub(r"<aside class=\"report-strip.*?</aside>", "", page(client), flags=re.S)
    with time_machine.travel(dt.datetime.combine(filed.case.due_on, dt.time(5)) + dt.timedelta(days=1)):
        late = page(reporter(filed))
        assert "1205" in re.sub(r"<aside class=\"report-strip.*?</aside>", "", late, flags=re.S)
        answer_reporter(opened_by(desk, filed), by=desk.officer("integrity"), text="ขออภัยที่ตอบช้า")
        filed.case.refresh_from_db()
        answered = page(reporter(filed))
    assert filed.case.answered_on is not None
    assert long_date(filed.case.answered_on) in answered
    assert long_date(filed.case.due_on) not in answered


def test_what_the_officers_ask_stands_first(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    opened = opened_by(desk, filed)
    ask_reporter(opened, by=desk.officer("integrity"), text="เกิดขึ้นวันไหน")
    client = reporter(filed)
    text = page(client)
    assert text.index("เกิดขึ้นวันไหน") < text.index(filed.case.reference)
    assert text.count("เกิดขึ้นวันไหน") == 2
    client.post(FOLLOW, {"message": "วันจันทร์"})
    filed.case.refresh_from_db()
    assert filed.case.state == State.IN_PROGRESS
    assert filed.case.has_news
    assert page(client).count("เกิดขึ้นวันไหน") == 1


def test_both_sides_in_order_and_no_name_of_an_officer(desk: Desk, file_case: FileCase) -> None:
    filed = file_case(identity={"contact_name": "สมหญิง ใจกล้า"}, narrative="เรื่องของฉัน")
    opened, officer = opened_by(desk, filed), desk.officer("integrity2")
    officer.user.first_name, officer.user.last_name = "วีระ", "เคร่งครัด"
    officer.user.save()
    accept_case(opened, by=officer)
    answer_reporter(opened, by=officer, text="รับเรื่องแล้ว", files=[sealed("คำสั่ง.txt", b"order")])
    write_note(opened, by=officer, text="บันทึกภายใน")
    client = reporter(filed)
    client.post(FOLLOW, {"message": "ขอบคุณ", "attachments": [upload("ใบเสร็จ.txt", b"receipt")]})
    text = page(client)
    places = [text.index(words) for words in ("เรื่องของฉัน", "สมหญิง", "รับเรื่องแล้ว", "คำสั่ง.txt", "ขอบคุณ", "ใบเสร็จ.txt")]
    assert places == sorted(places)
    assert "บันทึกภายใน" not in text
    assert "วีระ" not in text
    assert "เคร่งครัด" not in text
    assert "<details" in text


def test_what_is_written_is_shown_and_never_run(file_case: FileCase) -> None:
    client = reporter(file_case(narrative="<script>alert(1)</script>"))
    client.post(FOLLOW, {"message": "<b>หนา</b>"})
    text = page(client)
    assert "<script>alert" not in text
    assert "&lt;b&gt;หนา" in text


def test_english(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    client = Client()
    response = client.post("/en" + FOLLOW, {"receipt_code": filed.receipt.code})
    assert response["Location"] == "/en" + FOLLOW
    assert "Your report has arrived" in page(client, "/en" + FOLLOW)


def test_a_reopened_case_says_so(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    bring(desk, filed, State.WITHDRAWN)
    reopen_case(opened_by(desk, filed), by=desk.officer("integrity"), text="จำเป็น")
    text = shown(page(reporter(filed)))
    assert str(STANDINGS[State.IN_PROGRESS].title) in text
    assert "จำเป็น" not in text


def pages_queries(client: Client, numbers: DjangoAssertNumQueries, count: int) -> None:
    with numbers(count):
        assert client.get(FOLLOW).status_code == 200


def test_a_long_conversation_asks_no_more_of_the_database(
    desk: Desk, file_case: FileCase, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    filed = file_case()
    client = reporter(filed)
    opened = opened_by(desk, filed)

    def talk(times: int) -> None:
        for number in range(times):
            answer_reporter(opened, by=desk.officer("integrity"), text=f"ตอบ {number}")
            write_as_reporter(opened, text=f"ถาม {number}", files=[sealed("a.txt", b"a")])

    talk(1)
    pages_queries(client, django_assert_num_queries, 5)  # page generations, case, letters, files, municipality
    talk(29)
    pages_queries(client, django_assert_num_queries, 5)
