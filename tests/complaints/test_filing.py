"""Filing a complaint: what is asked, what is refused, what comes back, and what leaves no trace."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pypdf import PdfReader

from complaints import flood
from complaints.choices import ItemKind
from complaints.models import Case, CaseLogEntry, ChannelSettings, Grant, Item, KeySession, Officer
from tests.cast import Cast
from tests.races import at_once

from .conftest import Desk
from .reporter import GOOD, NAMED, NEW, code_of, errors_of, nothing_was_filed, opened, send, token_of

LONG = "ก" * 20_000


def test_an_anonymous_report_is_answered_with_a_code(desk: Desk) -> None:
    answer = send(witnesses="แม่ค้าแผงข้าง ๆ", happened_on="5 ม.ค. 2569", accused_division="กองช่าง")
    assert re.fullmatch(r"(\d{4} ){6}\d{4}", code_of(answer))
    case = opened(answer)
    [letter] = case.letters
    assert letter.item.kind == ItemKind.REPORT
    assert letter.content["narrative"] == GOOD["narrative"]
    assert letter.content["happened_on"] == "2026-01-05"
    assert letter.content["accused_division"] == "กองช่าง"
    assert case.case.category == "bribery"
    assert case.case.reference in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_name_is_sealed_apart_from_the_report(desk: Desk) -> None:
    letters = opened(send(**NAMED)).letters
    assert [letter.item.kind for letter in letters] == [ItemKind.REPORT, ItemKind.IDENTITY]
    assert letters[1].content["contact_name"] == "สมหญิง ใจกล้า"
    assert not any("สมหญิง" in str(value) for value in letters[0].content.values())


def test_only_the_narrative_and_the_category_are_needed(desk: Desk) -> None:
    answer = Client().post(NEW, {"narrative": "x", "category": "other"})
    assert opened(answer).letters[0].content["narrative"] == "x"


def test_a_form_that_is_not_multipart_is_filed_too(desk: Desk) -> None:
    answer = Client().post(NEW, "narrative=seen&category=other", content_type="application/x-www-form-urlencoded")
    assert opened(answer).letters[0].content["narrative"] == "seen"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"narrative": ""}, "narrative"),
        ({"narrative": " \n "}, "narrative"),
        ({"narrative": "\0\0"}, "narrative"),
        ({"narrative": LONG + "ก"}, "narrative"),
        ({"category": "unknown"}, "category"),
        ({"category": ""}, "category"),
        ({"happened_on": "31/02/2567"}, "happened_on"),
        ({"happened_on": "๓๑/๐๒/๒๕๖๗"}, "happened_on"),
        ({"happened_on": "30 ก.พ. 2567"}, "happened_on"),
        ({"happened_on": "2567-13-01"}, "happened_on"),
        ({"happened_on": "01/01/2999"}, "happened_on"),
        ({"happened_on": "01/01/1200"}, "happened_on"),
        ({"happened_on": "x" * 301}, "happened_on"),
        ({"happened_at_place": "x" * 301}, "happened_at_place"),
        ({"accused_name": "x" * 301}, "accused_name"),
        ({"accused_position": "x" * 301}, "accused_position"),
        ({"accused_division": "กองที่ไม่มี"}, "accused_division"),
        ({"about_officers": "999999"}, "about_officers"),
        ({"about_officers": "x\0"}, "about_officers"),
        ({"about_officers": "9" * 40}, "about_officers"),
        ({"evidence_note": "x" * 5001}, "evidence_note"),
        ({"witnesses": "x" * 5001}, "witnesses"),
        ({"reported_elsewhere": "x" * 5001}, "reported_elsewhere"),
        ({"identity": "somebody"}, "identity"),
        ({"contact_phone": "1"}, "identity"),  # anonymous, and yet a contact
        (NAMED | {"contact_name": ""}, "contact_name"),
        (NAMED | {"contact_phone": ""}, "contact_phone"),
        (NAMED | {"contact_email": "no address"}, "contact_email"),
        (NAMED | {"contact_email": "a\0@b.th"}, "contact_email"),
        (NAMED | {"contact_phone": "1" * 101}, "contact_phone"),
        (NAMED | {"contact_address": "x" * 1001}, "contact_address"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(desk: Desk, fields: dict[str, str], name: str) -> None:
    typed = {"witnesses": "พยาน <b>หนึ่ง</b>"} | fields
    answer = send(**typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(errors_of(answer)) == {name}
    assert nothing_was_filed()
    assert "no-store" in answer["Cache-Control"]
    [tied] = re.findall(rf'aria-describedby="([^"]*\bid_{name}_error\b[^"]*)"', page)
    for part in tied.split():
        assert f'id="{part}"' in page
    assert "พยาน &lt;b&gt;หนึ่ง&lt;/b&gt;" in page or "witnesses" in fields
    if name == "narrative" and fields["narrative"] == LONG + "ก":
        assert LONG + "ก" in page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ต้นเดือนมีนาคม", "ต้นเดือนมีนาคม"),
        ("ทุกวันที่ 1-15", "ทุกวันที่ 1-15"),
        ("15/03/2567", "2024-03-15"),
        ("๑๕ มีนาคม ๒๕๖๗", "2024-03-15"),
        ("2024-03-15", "2024-03-15"),
        ("15 March 2024", "15 March 2024"),
        ("", ""),
    ],
)
def test_a_day_in_numbers_or_in_words(desk: Desk, typed: str, kept: str) -> None:
    assert opened(send(happened_on=typed)).letters[0].content["happened_on"] == kept


def test_text_is_kept_as_it_was_written(desk: Desk) -> None:
    words = "บรรทัดแรก\r\nบรรทัดสอง 🙏 <script>\u202e {{ x }} %s\0"
    content = opened(send(narrative=words)).letters[0].content
    assert content["narrative"] == "บรรทัดแรก\nบรรทัดสอง 🙏 <script>\u202e {{ x }} %s"
    assert len(opened(send(narrative=LONG)).letters[0].content["narrative"]) == 20_000


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"narrative=%ED%A0%80%FF&category=other", "application/x-www-form-urlencoded"),
        (b"narrative=+2AA-&category=other", "application/x-www-form-urlencoded; charset=utf-7"),
        (b'{"narrative": 1}', "application/json"),
        (b"form_token=%FF%00&narrative=x&category=other", "application/x-www-form-urlencoded"),
    ],
)
def test_whatever_programs_send_is_no_failure(desk: Desk, body: bytes, content_type: str) -> None:
    answer = Client().generic("POST", NEW, body, content_type=content_type)
    assert answer.status_code in {200, 400, 415, 422}


# The same form twice -------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_one_case_with_the_same_code(desk: Desk) -> None:
    token = token_of(Client().get(NEW))
    first, second = (send(form_token=token) for _tap in range(2))
    assert code_of(first) == code_of(second)
    assert first.context["filed"].is_new
    assert not second.context["filed"].is_new
    assert Case.objects.count() == 1


def test_another_text_in_the_same_form_is_another_case(desk: Desk) -> None:
    token = token_of(Client().get(NEW))
    assert code_of(send(form_token=token)) != code_of(send(form_token=token, narrative="อีกเรื่องหนึ่ง"))
    assert Case.objects.count() == 2


def test_forms_without_a_token_are_cases_of_their_own(desk: Desk) -> None:
    assert code_of(send()) != code_of(send())
    assert code_of(send(form_token="short")) != code_of(send(form_token="short"))


def test_the_token_stays_while_a_mistake_is_mended(desk: Desk) -> None:
    token = token_of(Client().get(NEW))
    assert token_of(send(form_token=token, narrative="")) == token
    assert token_of(Client().get(NEW)) != token


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_are_one_case(desk: Desk) -> None:
    token = token_of(Client().get(NEW))
    answers = at_once(*[lambda: code_of(send(form_token=token))] * 4)
    assert len(set(answers)) == 1
    assert Case.objects.count() == 1


# Conflict of interest ------------------------------------------------------------------------------------------


def test_an_officer_whom_it_is_about_does_not_receive_it(desk: Desk) -> None:
    case = opened(send(about_officers=str(desk.officer("integrity").pk))).case
    assert list(Grant.objects.filter(case=case).values_list("officer__user__username", flat=True)) == ["integrity2"]
    assert desk.client("integrity").get(NEW).status_code == 200
    assert not Case.objects.visible_to(desk.cast.integrity).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"accused_position": "นายกเทศมนตรี"},
        {"accused_position": "ปลัดเทศบาล"},
        {"accused_name": "integrity integrity2"},
    ],
)
def test_where_nobody_may_read_it_one_is_told_and_nothing_is_kept(desk: Desk, fields: dict[str, str]) -> None:
    answer = send(**fields, narrative="ห้ามเก็บ")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert nothing_was_filed()
    assert "ห้ามเก็บ" in page
    for number in ("1205", "1206", "1567"):
        assert page.count(f'href="tel:{number}"') > 1, "above the form too, not only in the strip of every page"
    assert not CaseLogEntry.objects.filter(act="file").exists()


def test_ticking_every_officer_is_told_too(desk: Desk) -> None:
    everybody = [str(pk) for pk in Officer.objects.values_list("pk", flat=True)]
    answer = send(about_officers=everybody)
    assert answer.status_code == 422
    assert nothing_was_filed()
    assert answer.content.decode().count(" checked") == len(everybody) + 1, (
        "the ticks stay, and the choice to be nobody"
    )


def test_an_external_recipient_receives_what_is_about_the_mayor(desk: Desk) -> None:
    Officer.objects.filter(user=desk.cast.integrity2).update(is_external=True)
    ChannelSettings.objects.update_or_create(pk=1, defaults={"external_name": "คณะกรรมการอิสระ"})
    assert "คณะกรรมการอิสระ" in Client().get(NEW).content.decode(), "told before sending"
    case = opened(send(accused_position="นายกเทศมนตรี")).case
    assert [grant.officer.user.username for grant in case.grants.all()] == ["integrity2"]


def test_before_there_are_officers_one_is_told_so(cast: Cast) -> None:
    page = Client().get(NEW).content.decode()
    assert page.count('id="errors"') == 1
    assert send().status_code == 422
    assert nothing_was_filed()


def test_a_report_about_the_administrator_reaches_the_officers(desk: Desk) -> None:
    case = opened(send(accused_name="admin", accused_position="ผู้ดูแลระบบ")).case
    assert case.grants.count() == 2


# No traces -----------------------------------------------------------------------------------------------------


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # names of our own tables
            found[table] = cursor.fetchone()[0]
    return found


def test_looking_at_the_form_writes_nothing(desk: Desk) -> None:
    before = _counts()
    for method in ("get", "head"):
        assert getattr(Client(), method)(NEW).status_code == 200
    assert _counts() == before


def test_neither_looking_nor_filing_gives_a_cookie(desk: Desk) -> None:
    client = Client()
    for answer in (client.get(NEW), send(client), send(client, narrative="")):
        assert not answer.cookies
    assert not Session.objects.exists()
    assert not KeySession.objects.exists()


def test_the_empty_form_may_be_gone_back_to(desk: Desk) -> None:
    assert Client().get(NEW)["Cache-Control"] == "private, no-cache"


def test_nothing_of_the_content_is_in_clear(desk: Desk) -> None:
    send(**NAMED | {"narrative": "คำลับสุดยอด"})
    with connection.cursor() as cursor:
        for model in (Case, Item, Grant, CaseLogEntry):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{model._meta.db_table}\" t")
            text = cursor.fetchone()[0]
            for word in ("คำลับสุดยอด", "สมหญิง", "คำลับสุดยอด".encode().hex()):
                assert word not in text


def test_the_log_tells_no_minute_of_a_report(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for answer in (send(), send(narrative=""), send(happened_on="31/02/2567"), send(accused_position="นายกเทศมนตรี")):
        assert answer.status_code in {200, 422}
    assert not caplog.records


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_website_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    answer = Client().post(NEW, GOOD, headers=headers)
    assert answer.status_code == 403
    assert nothing_was_filed()


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"}]
)
def test_the_own_form_is_taken_without_a_cookie(desk: Desk, headers: dict[str, str]) -> None:
    code_of(Client(enforce_csrf_checks=True).post(NEW, GOOD, headers=headers))


def test_a_flood_is_held_back_and_the_text_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "filings", flood.Window(2, 3600))
    assert [send().status_code for _time in range(3)] == [200, 200, 429]
    answer = send(narrative="ยังอยู่")
    page = answer.content.decode()
    assert answer["Retry-After"]
    assert "ยังอยู่" in page
    assert page.count('href="tel:1205"') > 1
    assert Case.objects.count() == 2


# The receipt and its slip --------------------------------------------------------------------------------------


def _slip(answer: Any, prefix: str = "", **fields: str) -> Any:
    known = {"receipt_code": code_of(answer), "proof": answer.context["filed"].proof}
    return Client().post(f"{prefix}/complaints/slip.pdf", known | fields)


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 1
    return re.sub(r"\s+", " ", pages[0].extract_text())


def test_the_receipt_says_what_one_needs(desk: Desk) -> None:
    answer = send()
    page = answer.content.decode()
    filed = answer.context["filed"]
    assert page.count('id="receipt-code"') == 1
    assert 'src="data:image/png;base64,' in page
    assert filed.proof in page
    assert "http://testserver/complaints/follow/" in page
    assert "http://testserver/complaints/verify/" in page
    assert f"{filed.case.due_on.day} " in page
    english = Client().post(f"/en{NEW}", GOOD).content.decode()
    assert "http://testserver/en/complaints/follow/" in english


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_slip_holds_the_same_in_print(desk: Desk, prefix: str) -> None:
    answer = send()
    made = _slip(answer, prefix)
    text = _text(made)
    case = answer.context["filed"].case
    for group in code_of(answer).split():
        assert group in text
    assert case.reference in text
    assert f"http://testserver{prefix}/complaints/follow/" in text.replace(" ", "")
    assert answer.context["filed"].proof.replace(" ", "") in text.replace(" ", "")
    assert made["Content-Type"] == "application/pdf"
    assert made["Content-Disposition"].startswith("attachment")
    assert "no-store" in made["Cache-Control"]
    assert not made.cookies


def test_the_slip_tells_no_time_of_day(desk: Desk) -> None:
    found = PdfReader(io.BytesIO(_slip(send()).content)).metadata
    assert found is not None
    assert found.creation_date is not None
    assert (found.creation_date.hour, found.creation_date.minute, found.creation_date.second) == (0, 0, 0)


def test_a_slip_of_nothing_is_refused(desk: Desk) -> None:
    one, other = send(), send(narrative="อีกเรื่อง")
    wrong = code_of(one)[:-1] + ("1" if code_of(one)[-1] == "0" else "0")
    before = _counts()
    for fields in (
        {"receipt_code": wrong}, {"receipt_code": ""}, {"receipt_code": "\0"}, {"receipt_code": "9" * 5000},
        {"receipt_code": code_of(other)}, {"proof": other.context["filed"].proof}, {"proof": ""},
        {"proof": "ITA1 AAAA"}, {"proof": "\0"},
    ):  # fmt: skip
        answer = _slip(one, **fields)
        assert answer.status_code == 422
        assert "no-store" in answer["Cache-Control"]
    assert Client().get("/complaints/slip.pdf").status_code == 405
    assert Client().post("/complaints/slip.pdf", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert _counts() == before
