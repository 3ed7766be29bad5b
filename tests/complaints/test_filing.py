"""Filing a complaint: what is asked, what is refused, what comes back, and what leaves no trace."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.client import encode_multipart
from pypdf import PdfReader

from complaints import flood
from complaints.channel import own_keys
from complaints.choices import ItemKind
from complaints.models import Case, CaseLogEntry, ChannelSettings, Grant, Item, KeySession, Officer
from complaints.sealing.receipt import _check
from organization.models import Municipality
from tests.cast import Cast
from tests.races import at_once

from .conftest import Desk
from .reporter import GOOD, NAMED, NEW, code_of, errors_of, nothing_was_filed, opened, send, token_of

LONG = "ก" * 20_000
INTAKE = "/complaints/desk/intake/"


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


@pytest.mark.parametrize("fields", [{}, {"category": ""}])
def test_what_says_no_category_is_other(desk: Desk, fields: dict[str, str]) -> None:
    assert opened(Client().post(NEW, {"narrative": "x"} | fields)).case.category == "other"


def test_a_form_in_no_writing_that_there_is_is_read_as_what_it_is(desk: Desk) -> None:
    """Such names are known to Python, and read no text."""
    for charset in ("hex", "base64", "rot13", "utf-16", "nonsense"):
        content = encode_multipart("xyz", {"narrative": f"เห็น {charset}", "category": "other"})
        kind = f"multipart/form-data; boundary=xyz; charset={charset}"
        answer = Client().generic("POST", NEW, content, content_type=kind)
        assert opened(answer).letters[0].content["narrative"] == f"เห็น {charset}"


def test_a_request_that_cannot_be_read_is_answered_and_not_logged(
    desk: Desk, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    loggers = [logging.getLogger(name) for name in ("django", "django.request", "django.security", "portal")]
    for logger in loggers:
        logger.addHandler(caplog.handler)
    multipart = "multipart/form-data; boundary=xyz"
    try:
        for client, address in ((Client(), NEW), (Client(), "/complaints/follow/"), (desk.client("integrity"), INTAKE)):
            for content, kind in (
                (b"&".join(b"a=1" for _each in range(9)), "application/x-www-form-urlencoded"),
                (encode_multipart("xyz", {f"a{number}": "1" for number in range(9)}), multipart),
                (b"--xyz", "multipart/form-data; boundary="),
            ):
                answer = client.post(address, content, content_type=kind)
                assert answer.status_code == 400
                assert "no-store" in answer["Cache-Control"]
                assert "no-store, private" in answer["Cache-Control"]
    finally:
        for logger in loggers:
            logger.removeHandler(caplog.handler)
    assert not caplog.records


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
    known = {
        "receipt_code": code_of(answer),
        "proof": answer.context["filed"].proof,
        "code_mark": re.findall(r'name="code_mark" value="([^"]+)"', answer.content.decode())[0],
    }
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


def test_a_telephone_is_named_where_there_is_one(desk: Desk) -> None:
    Municipality.objects.update(phone="")
    without = Client().post(f"/en{NEW}", GOOD)
    assert "Ask by telephone" not in without.content.decode() + _text(_slip(without, "/en"))
    ChannelSettings.objects.update_or_create(pk=1, defaults={"phone": "054-000-000"})
    answer = Client().post(f"/en{NEW}", GOOD | {"narrative": "again"})
    for text in (answer.content.decode(), _text(_slip(answer, "/en"))):
        assert "Ask by telephone" in text
        assert "054-000-000" in text


def test_paper_does_not_say_what_it_is_about(desk: Desk) -> None:
    answer = Client().post(f"/en{NEW}", GOOD)
    text = _text(_slip(answer, "/en"))
    assert "corrupt" not in text.lower()
    assert "Your secret code: let nobody else scan it" in text
    assert "The proof: not secret" in text


def test_nothing_leads_away_from_the_form_and_the_receipt(desk: Desk) -> None:
    for answer in (Client().get(NEW), send()):
        page = answer.content.decode()
        strip = page[page.index('<aside class="report-strip"') : page.index("</aside>")]
        assert "tel:1205" in strip
        assert "/complaints/" not in strip
        assert "breadcrumb" not in page


def test_a_mistake_is_in_sight_without_javascript(desk: Desk) -> None:
    assert f'action="{NEW}#errors"' in Client().get(NEW).content.decode()
    wrong = Client().post(f"/en{NEW}", GOOD | {"narrative": ""}).content.decode()
    nobody = Client().post(f"/en{NEW}", GOOD | {"accused_position": "นายกเทศมนตรี"}).content.decode()
    for page in (wrong, nobody):
        assert page.count('id="errors"') == 1
        assert "<title>Not sent yet · " in page
    assert 'id="before"' not in nobody, "no promises where nobody may read it"


def test_who_would_not_be_read_is_told_before_writing(desk: Desk) -> None:
    page = Client().get(f"/en{NEW}").content.decode()
    box = page[page.index('id="before"') : page.index("<form")]
    assert "the municipality cannot take such a report" in box
    Officer.objects.filter(user=desk.cast.integrity2).update(is_external=True)
    assert "it goes to a recipient outside the municipality" in Client().get(f"/en{NEW}").content.decode()


def test_contact_is_hidden_only_where_nothing_is_wrong_in_it(desk: Desk) -> None:
    hidden = "step__contact--of-named"
    assert hidden in Client().get(NEW).content.decode()
    assert hidden in send(narrative="").content.decode()
    assert hidden not in send(contact_phone="081").content.decode()
    assert hidden not in send(contact_email="x").content.decode()


def test_what_was_reported_elsewhere_is_not_folded_away(desk: Desk) -> None:
    folded = '<details class="step__more">'
    assert folded in Client().get(NEW).content.decode()
    assert folded not in send(narrative="", reported_elsewhere="ป.ป.ช.").content.decode()


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
    filed = one.context["filed"].receipt
    guess = f"{filed.locator}{(int(filed.secret) + 1) % 10**20:020d}"
    useless = guess + _check(own_keys().check, guess)  # the right locator, good check digits, and opens nothing
    before = _counts()
    for fields in (
        {"receipt_code": wrong}, {"receipt_code": ""}, {"receipt_code": "\0"}, {"receipt_code": "9" * 5000},
        {"receipt_code": code_of(other)}, {"receipt_code": useless}, {"code_mark": ""},
        {"code_mark": "\0"}, {"proof": other.context["filed"].proof}, {"proof": ""},
        {"proof": "ITA1 AAAA"}, {"proof": "\0"},
    ):  # fmt: skip
        answer = _slip(one, **fields)
        assert answer.status_code == 422
        assert "no-store" in answer["Cache-Control"]
    assert Client().get("/complaints/slip.pdf").status_code == 405
    assert Client().post("/complaints/slip.pdf", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert _counts() == before
