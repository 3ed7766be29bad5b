"""Writing and following without account or cookie; what was typed is kept on every mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ita_portal.thai import to_thai_digits
from organization import strangers
from participation.choices import LetterState
from participation.models import Letter, LetterMessage
from participation.services import letters_acts as acts
from participation.views import letters as pages

from ..cast import Cast
from .letters import answered, published, receipt, seed, sent, works

pytestmark = pytest.mark.django_db
NEW, FOLLOW = "/participation/new/", "/participation/follow/"


@pytest.fixture(autouse=True)
def _nobody_sent_anything() -> Iterator[None]:
    strangers.forget()
    yield
    strangers.forget()


def form(**more: Any) -> dict[str, Any]:
    return {"kind": "question", "subject": "ไฟดับ", "text": "ไฟถนนหน้าวัดดับ", "form_mark": seed(), **more}


def html_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:500]
    return str(response.content.decode())


def test_a_citizen_writes_and_reads_the_answer_without_a_cookie(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"{NEW}?kind=suggestion")
    html = html_of(page)
    assert not page.cookies and "csrfmiddlewaretoken" not in html and "noindex" in html
    assert re.search(r'value="suggestion"[^>]* checked', html)
    assert not re.search(r'name="consent"[^>]* checked', html), "consent is given, not presumed"
    shown = re.search(r'name="form_mark" value="(\w+)"', html)
    assert shown
    typed = form(form_mark=shown[1], about=str(works().pk), name="ลุงดำ", consent="on")
    codes = set()
    for _twice in range(2):
        response = client.post(NEW, typed, headers={"sec-fetch-site": "same-origin"})
        code = re.search(r'id="letter-code"[^>]*>([\d ]+)<', html_of(response))
        assert code and not response.cookies
        assert response.headers["Cache-Control"] == "no-store, private"
        codes.add(code[1])
    assert len(codes) == 1
    letter = Letter.objects.get()
    assert (letter.name, letter.about, letter.consent, letter.state) == ("ลุงดำ", works(), True, "received")
    acts.answer_letter(acts.route_letter(letter, works(), by=cast.secretary), "ซ่อมแล้วครับ", by=cast.staff)
    typed_code = to_thai_digits(codes.pop())
    html = html_of(client.post(FOLLOW, {"code": typed_code}))
    assert "ซ่อมแล้วครับ" in html and "ไฟถนนหน้าวัดดับ" in html and "กองช่าง" in html
    assert "staff" not in re.sub(r"said-by--staff|/staff/", "", html), "who of the staff is not the sender's to read"
    assert not client.cookies
    html_of(client.post(FOLLOW, {"code": typed_code, "act": "rate", "rating": "clear"}))
    letter.refresh_from_db()
    assert letter.rating == "clear"
    message = {"code": typed_code, "act": "message", "message": "ขอบคุณครับ", "form_mark": seed()}
    for _twice in range(2):
        html_of(client.post(FOLLOW, message))
    assert LetterMessage.objects.get().text == "ขอบคุณครับ"
    html_of(client.post(FOLLOW, {"code": typed_code, "act": "withdraw"}))
    letter.refresh_from_db()
    assert (letter.consent, letter.state) == (False, LetterState.WITH_DIVISION)
    html_of(client.post(FOLLOW, {"code": typed_code, "act": "rate", "rating": "clear"}), 422)
    html_of(client.post(FOLLOW, {"code": typed_code, "act": "allow"}))
    letter.refresh_from_db()
    assert letter.consent and not client.cookies


def test_mistakes_keep_what_was_typed(client: Client, cast: Cast) -> None:
    for wrong, marked in (
        ({"text": ""}, 'id="id_text_error"'),
        ({"subject": ""}, 'id="id_subject_error"'),
        ({"text": "ก" * 5001}, 'id="id_text_error"'),
        ({"kind": "x"}, 'id="id_kind_error"'),
        ({"kind": ""}, 'id="id_kind_error"'),
        ({"text": "บัตร 3409900123456 ครับ"}, 'id="id_text_error"'),
        ({"about": "99999999999999999999999"}, 'id="id_about_error"'),
        ({"about": "x\x00"}, 'id="id_about_error"'),
    ):
        typed = form(name="ลุงดำ", consent="on", **wrong)
        html = html_of(client.post(NEW, typed), 422)
        assert marked in html and 'value="ลุงดำ"' in html and typed["text"][:20] in html and typed["form_mark"] in html
        assert re.search(r'name="consent"[^>]* checked', html)
        assert "letter-code" not in html
    assert not Letter.objects.exists()
    assert client.post(NEW, form(text="ก\x00ข\x07", form_mark="\x00x")).status_code == 200
    assert Letter.objects.get().text == "กข"


def test_marks_that_others_may_have_are_not_taken(client: Client, cast: Cast) -> None:
    """Whoever sends a mark that the portal did not make gets a code of their own, never another's."""
    codes = set()
    for _person in range(2):
        found = re.search(r'id="letter-code"[^>]*>([\d ]+)<', html_of(client.post(NEW, form(form_mark="1"))))
        assert found
        codes.add(found[1])
    assert len(codes) == 2 and Letter.objects.count() == 2


def test_programs_and_other_websites(cast: Cast) -> None:
    client = Client()
    assert client.post(NEW, form(website="https://buy.example")).status_code == 302
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "http://[bad"}):
        for path, typed in ((NEW, form()), (FOLLOW, {"code": "1"})):
            assert client.post(path, typed, headers=headers).status_code == 403
    assert not Letter.objects.exists()
    for _number in range(strangers.SENT_AN_HOUR):
        client.post(NEW, form(text=""))
    response = client.post(NEW, form(text="ข้อความที่ต้องไม่หาย"))
    assert "ข้อความที่ต้องไม่หาย" in html_of(response, 429) and response.headers["Retry-After"]
    assert not Letter.objects.exists()


def test_a_wrong_code_costs_no_query_and_keeps_nobody_out(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = receipt()
    sent()
    html_of(client.post(FOLLOW, {"code": "1111"}), 422)  # what a page reads but once is read
    digits = made.code.digits
    other = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    for typed in ("", "1234 5678 9012 3456"[:18], other, "x", "\x00", "9" * 400):
        response = client.post(FOLLOW, {"code": typed})
        assert "id_code_error" in html_of(response, 422)
        assert response.headers["Cache-Control"] == "no-store, private"
    with django_assert_num_queries(_frame(client)):
        client.post(FOLLOW, {"code": other})
    for _guess in range(60):
        client.post(FOLLOW, {"code": other})
    assert made.letter.text in html_of(client.post(FOLLOW, {"code": made.code.shown})), "the right one still opens"


def _frame(client: Client) -> int:
    """Queries that the frame of every page needs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        client.get(FOLLOW)
    return len([one for one in found if "participation_" not in one["sql"] and "pagetopic" not in one["sql"]])


def test_the_sender_reads_why_it_is_not_taken_up(client: Client, cast: Cast) -> None:
    made = receipt()
    acts.refuse_letter(made.letter, "elsewhere", words="โปรดติดต่อขนส่ง", by=cast.secretary)
    html = html_of(client.post(FOLLOW, {"code": made.code.shown}))
    assert "โปรดติดต่อขนส่ง" in html and 'value="message"' not in html
    message = {"code": made.code.shown, "act": "message", "message": "แต่ว่า", "form_mark": seed()}
    assert "แต่ว่า" in html_of(client.post(FOLLOW, message), 422)
    assert not LetterMessage.objects.exists()


def test_the_home_of_participation(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = answered(cast, subject="เรื่องที่ไม่เผยแพร่", consent=False)
    shown = published(cast, subject="ไฟถนนหมู่ 3")
    html = html_of(client.get("/participation/"))
    assert shown.subject in html and secret.subject not in html
    for link in (NEW, FOLLOW, "/surveys/", "/complaints/", "/participation/questions/", "/participation/statistics/"):
        assert f'href="{link}' in html
    assert 'href="/en/surveys/"' in html_of(client.get("/en/participation/"))


def test_more_than_anybody_types_is_neither_searched_nor_shown(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []
    monkeypatch.setattr(pages, "sounds_like_corruption", lambda *texts: searched.extend(map(len, texts)) or False)
    made, much = receipt(), "ก" * 300_000
    for path, typed in (
        (NEW, form(text=much, subject=much, name=much)),
        (FOLLOW, {"code": made.code.shown, "act": "message", "message": much, "form_mark": seed()}),
        (FOLLOW, {"code": much}),
    ):
        html = html_of(client.post(path, typed), 422)
        assert len(html) < 150_000 and "ก" * 90 in html
    assert sum(searched) == 0
    client.post(NEW, form(subject="ก" * 200, text="ข\r\n" * 2_500))
    assert searched == [200, 4_999], "line ends count as the field counts them"


def test_what_senders_do_is_counted_and_only_taking_back_is_always_possible(client: Client, cast: Cast) -> None:
    made = receipt()
    acts.route_letter(made.letter, works(), by=cast.secretary)
    letter = acts.answer_letter(made.letter, "ตอบ", by=cast.staff)
    code = {"code": made.code.shown}
    for _number in range(strangers.SENT_AN_HOUR):
        client.post(FOLLOW, {**code, "act": "rate", "rating": "x"})
    for act in ({"act": "rate", "rating": "clear"}, {"act": "message", "message": "ที่พิมพ์ไว้", "form_mark": seed()}):
        response = client.post(FOLLOW, {**code, **act})
        html = html_of(response, 429)
        assert response.headers["Retry-After"] and (act.get("message", "") in html)
    letter.refresh_from_db()
    assert letter.rating == "" and not LetterMessage.objects.exists()
    assert "ตอบ" in html_of(client.post(FOLLOW, code)), "reading is not counted"
    html_of(client.post(FOLLOW, {**code, "act": "withdraw"}))
    letter.refresh_from_db()
    assert not letter.consent
    assert client.post(NEW, form(kind="corruption")).status_code == 302, "the way to the channel is always open"


def test_no_browser_keeps_the_form(client: Client, cast: Cast) -> None:
    """The way back from the protected channel leads to an empty form."""
    page = client.get(NEW)
    assert page.headers["Cache-Control"] == "no-store, private"
    html = html_of(page)
    assert "js/fresh" in html and "<script>" not in html
