"""The reporter's page: in with the code, what it says, what can be done on it, out again."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints import flood, store
from complaints.channel import own_keys
from complaints.choices import State
from complaints.models import Case, CaseLogEntry, Item, KeySession
from complaints.sealing.receipt import _check
from complaints.services.acts import (
    write_as_reporter,
    write_note,
)  # fmt: skip
from complaints.services.filing import Filed
from ita_portal.thai import to_thai_digits

from .conftest import Desk
from .follow_helpers import FOLLOW, bring, hidden_fields, opened_by, page, reporter, sealed, token, upload

FileCase = Callable[..., Filed]


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    flood.tries._counts.clear()


def wrong_code(filed: Filed) -> str:
    """The code with its last digit changed."""
    code = filed.receipt.code
    return code[:-1] + str((int(code[-1]) + 1) % 10)


# The way in ----------------------------------------------------------------------------------------------------


def test_the_code_form_is_for_everybody() -> None:
    response = Client().get(FOLLOW)
    text = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    field = re.search(r'<input[^>]*name="receipt_code"[^>]*>', text)
    assert field is not None
    assert 'inputmode="numeric"' in field[0]
    assert 'autocomplete="off"' in field[0]


@pytest.mark.parametrize(
    "write", [str, to_thai_digits, lambda code: code.replace(" ", "-"), lambda code: f" {code.replace(' ', '')}\n"]
)
def test_the_code_is_read_as_people_type_it(file_case: FileCase, write: Callable[[str], str]) -> None:
    filed = file_case()
    client = Client()
    response = client.post(FOLLOW, {"receipt_code": write(filed.receipt.code)})
    assert response.status_code == 303
    assert filed.case.reference in page(client)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "พิมพ์รหัส"), ("1234", "28"), ("abcd", ""), ("๑" * 28, ""), ("1" * 5000, "28"), ("\0", "")],
)
def test_what_is_no_code_is_told_at_its_field(file_case: FileCase, typed: str, said: str) -> None:
    file_case()
    response = Client().post(FOLLOW, {"receipt_code": typed})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'aria-describedby="receipt_code_helptext receipt_code_error"' in text
    assert 'id="receipt_code_error"' in text
    assert not response.cookies


def test_each_reason_has_its_own_words(file_case: FileCase) -> None:
    filed = file_case()
    other = file_case()
    Case.objects.filter(pk=other.case.pk).delete()
    found = set()
    for typed in ("12x4", "1234", wrong_code(filed), other.receipt.code):
        text = Client().post(FOLLOW, {"receipt_code": typed}).content.decode()
        assert f'value="{typed}"' in text, "what was typed stays"
        error = re.search(r'id="receipt_code_error"><p[^>]*>(.*?)</p>', text)
        assert error is not None
        found.add(error[1])
    assert len(found) == 4


def test_a_wrong_code_asks_no_database(file_case: FileCase, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    filed = file_case()
    client = reporter(filed)  # a browser with a case open, and templates in memory
    client.post(FOLLOW, {"receipt_code": wrong_code(filed)})
    for typed in (wrong_code(filed), "1234", "abc"):
        with django_assert_num_queries(0):
            response = client.post(FOLLOW, {"receipt_code": typed})
        assert response.status_code == 422
        assert len(response.content) < 8_000


def test_the_right_check_and_a_wrong_secret_opens_nothing(file_case: FileCase) -> None:
    """Somebody who knows a locator and has luck with the check digits still needs the secret."""
    from complaints.channel import own_keys
    from complaints.sealing import receipt as codes

    filed = file_case()
    body = filed.receipt.locator + "1" * codes.SECRET_DIGITS
    response = Client().post(FOLLOW, {"receipt_code": body + codes._check(own_keys().check, body)})
    assert response.status_code == 422
    assert not KeySession.objects.exists()


def test_too_many_tries_must_wait(file_case: FileCase) -> None:
    filed = file_case()
    client = Client()
    for _try in range(flood.TRIES_IN_TEN_MINUTES + 5):
        right = client.post(FOLLOW, {"receipt_code": filed.receipt.code})
    assert right.status_code == 303, "right ones are no tries"
    body = f"{filed.receipt.locator}{(int(filed.receipt.secret) + 1) % 10**20:020d}"
    wrong = body + _check(own_keys().check, body)
    for _try in range(flood.TRIES_IN_TEN_MINUTES):
        assert client.post(FOLLOW, {"receipt_code": wrong}).status_code == 422
    response = client.post(FOLLOW, {"receipt_code": filed.receipt.code})
    assert response.status_code == 429
    assert response["Retry-After"]
    assert filed.receipt.code in response.content.decode()


def test_the_cookie_of_the_opened_case(file_case: FileCase) -> None:
    response = Client().post(FOLLOW, {"receipt_code": file_case().receipt.code}, secure=True)
    cookie = response.cookies["follow"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["secure"]
    assert cookie["expires"] == ""
    assert cookie["max-age"] == ""
    assert set(response.cookies) == {"follow"}


def test_a_form_of_another_website_opens_nothing(file_case: FileCase) -> None:
    code = file_case().receipt.code
    response = Client().post(FOLLOW, {"receipt_code": code}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert not KeySession.objects.exists()


def test_another_code_in_the_same_browser_closes_the_first_case(file_case: FileCase) -> None:
    first, second = file_case(), file_case()
    client = reporter(first)
    client.post(FOLLOW, {"receipt_code": second.receipt.code})
    assert second.case.reference in page(client)
    assert [row.case_id for row in KeySession.objects.all()] == [second.case.pk]


def test_after_an_hour_at_most_the_code_is_asked_for_again(file_case: FileCase) -> None:
    filed = file_case()
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        client = reporter(filed)
        clock.shift(dt.timedelta(minutes=61))
        response = client.get(FOLLOW)
    text = response.content.decode()
    assert response.status_code == 200
    assert filed.case.reference not in text
    assert 'role="alert"' in text
    assert response.cookies["follow"]["max-age"] == 0


def test_a_message_typed_for_too_long_is_not_lost(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    hidden = token(page(client))
    KeySession.objects.all().delete()
    late = client.post(FOLLOW, {"message": "ข้อความยาวมาก", "token": hidden, "attachments": [upload()]})
    assert late.status_code == 422
    assert not Item.objects.filter(kind="message").exists()
    again = hidden_fields(late.content.decode(), FOLLOW)
    assert again["message"] == "ข้อความยาวมาก"
    sent = client.post(FOLLOW, {**again, "receipt_code": filed.receipt.code})
    assert sent.status_code == 303
    text = page(client)
    assert "ข้อความยาวมาก" in text
    assert "ภาพ.txt" in text


def test_a_destroyed_case_is_as_if_it_had_never_been(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    Case.objects.filter(pk=filed.case.pk).delete()
    assert filed.case.reference not in page(client)
    response = Client().post(FOLLOW, {"receipt_code": filed.receipt.code})
    assert response.status_code == 422


# What can be done ------------------------------------------------------------------------------------------------


def test_reading_writes_nothing(file_case: FileCase, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = reporter(file_case())
    with CaptureQueriesContext(connection) as seen:
        for path in ("", "withdraw/", "identity/", "copy.zip"):
            response = client.get(FOLLOW + path)
            assert response.status_code == 200
            if response.streaming:
                response.getvalue()
    assert not [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]


def test_words_or_files_or_both(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    nothing = client.post(FOLLOW, {"message": "  ", "token": "a"})
    assert nothing.status_code == 422
    assert 'id="id_message_error"' in nothing.content.decode()
    assert client.post(FOLLOW, {"attachments": [upload("หนึ่ง.txt")]})["Location"] == f"{FOLLOW}#latest"
    assert client.post(FOLLOW, {"message": "สอง", "attachments": [upload("สาม.txt")]}).status_code == 303
    assert Item.objects.filter(case=filed.case, kind="message").count() == 2
    assert 'id="latest"' in page(client)


def test_a_file_that_cannot_be_kept_loses_nothing_else(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    files = [upload("ว่าง.txt", b""), upload("ดี.txt")]
    response = client.post(FOLLOW, {"message": "ดูไฟล์", "token": token(page(client)), "attachments": files})
    text = response.content.decode()
    assert response.status_code == 422
    assert "ดูไฟล์" in text
    ticket = re.search(r'name="kept_attachments" value="([^"]+)"', text)
    assert ticket is not None
    client.post(FOLLOW, {"message": "ดูไฟล์", "kept_attachments": ticket[1], "token": token(text)})
    assert "ดี.txt" in page(client)


def test_a_file_comes_back_as_it_was_sent(file_case: FileCase) -> None:
    content = bytes(range(256)) * 1500  # several pieces
    client = reporter(file_case())
    client.post(FOLLOW, {"attachments": [upload("ภาพ ถ่าย.html", content)]})
    path = re.search(r'href="(/complaints/follow/files/[^"]+)"', page(client))
    assert path is not None
    response = client.get(path[1], headers={"accept-encoding": "gzip"})
    assert response.getvalue() == content
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("Content-Encoding")


def test_files_of_others_do_not_exist(desk: Desk, file_case: FileCase) -> None:
    mine, theirs = file_case(), file_case()
    other = sealed("b.txt", b"b")
    write_as_reporter(opened_by(desk, theirs), text="", files=[other])
    note = sealed("c.txt", b"c")
    write_note(opened_by(desk, mine), by=desk.officer("integrity"), text="ภายใน", files=[note])
    client = reporter(mine)
    for name in (other.id, note.id, uuid.uuid4()):
        response = client.get(f"{FOLLOW}files/{name}/")
        assert response.status_code == 404
        assert "no-store" in response["Cache-Control"]


def test_a_file_that_is_gone_or_changed_is_told(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    file = sealed("a.txt", b"a")
    write_as_reporter(opened_by(desk, filed), text="", files=[file])
    client = reporter(filed)
    where = store.path_of(file.id)
    where.write_bytes(where.read_bytes()[:-1] + b"x")
    assert client.get(f"{FOLLOW}files/{file.id}/").status_code == 410
    where.unlink()
    assert client.get(f"{FOLLOW}files/{file.id}/").status_code == 410


def test_a_double_tap_says_it_once(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    hidden = token(page(client))
    for _tap in range(2):
        sent = {"message": "ครั้งเดียว", "token": hidden, "attachments": [upload()]}
        assert client.post(FOLLOW, sent).status_code == 303
    assert page(client).count("ครั้งเดียว") == 1
    assert Item.objects.filter(case=filed.case, kind="message").count() == 1
    assert not [path for path in (store.root() / "arriving").glob("*") if path.is_file()], "the second file is gone"
    client.post(FOLLOW, {"message": "ครั้งเดียว", "token": token(page(client))})
    assert page(client).count("ครั้งเดียว") == 2, "the same words of another page are another message"


def test_the_id_of_a_message_tells_nothing(file_case: FileCase) -> None:
    """The same words with another token have another id: nobody can try words against the database."""
    client = reporter(file_case())
    for hidden in ("one", "two", ""):
        client.post(FOLLOW, {"message": "ใช่", "token": hidden})
    assert Item.objects.filter(kind="message").count() == 3


def test_withdraw(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    assert "<form" in page(client, FOLLOW + "withdraw/")
    for _tap in range(2):
        response = client.post(FOLLOW + "withdraw/", {"message": "กลัว"})
        assert response.status_code == 303
    filed.case.refresh_from_db()
    assert filed.case.state == State.WITHDRAWN
    assert page(client).count("กลัว") == 1


@pytest.mark.parametrize("state", [State.CLOSED, State.REFUSED])
def test_what_has_ended_is_not_withdrawn(desk: Desk, file_case: FileCase, state: State) -> None:
    filed = file_case()
    bring(desk, filed, state)
    client = reporter(filed)
    assert 'name="message"' not in page(client, FOLLOW + "withdraw/")
    response = client.post(FOLLOW + "withdraw/")
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()
    filed.case.refresh_from_db()
    assert filed.case.state == state


def test_say_who(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    hidden = token(page(client, FOLLOW + "identity/"))
    sent = {"contact_name": "สมหญิง ใจกล้า", "contact_email": "s@example.org", "token": hidden}
    for _tap in range(2):
        assert client.post(FOLLOW + "identity/", sent).status_code == 303
    assert Item.objects.filter(case=filed.case, kind="identity").count() == 1
    assert "สมหญิง" in page(client)
    assert [letter.item.kind for letter in opened_by(desk, filed).letters] == ["report"]
    wrong = client.post(FOLLOW + "identity/", {"contact_name": "สม", "contact_email": "ที่บ้าน"})
    assert wrong.status_code == 422
    assert 'id="id_contact_email_error"' in wrong.content.decode()
    assert "ที่บ้าน" in wrong.content.decode()
    assert client.post(FOLLOW + "identity/", {}).status_code == 422


# Without cookies ---------------------------------------------------------------------------------------------------


def test_programs_write_without_a_cookie(file_case: FileCase) -> None:
    filed = file_case()
    sent = {"receipt_code": filed.receipt.code, "message": "จากโปรแกรม", "attachments": [upload()]}
    response = Client().post(FOLLOW, sent)
    assert response.status_code == 200
    assert "จากโปรแกรม" in response.content.decode()
    assert not response.cookies
    assert not KeySession.objects.exists()


def test_everything_works_in_a_browser_without_cookies(file_case: FileCase) -> None:
    filed = file_case()

    def send(path: str = "", **fields: object) -> str:
        response = Client().post(FOLLOW + path, fields)
        assert response.status_code == 200
        assert not response.cookies
        return response.content.decode()

    text = send(receipt_code=filed.receipt.code, without_cookie="1")
    text = send(**hidden_fields(text, FOLLOW) | {"message": "ไม่มีคุกกี้", "attachments": [upload()]})
    assert "ไม่มีคุกกี้" in text
    address = re.search(r'action="(/complaints/follow/files/[^"]+)"', text)
    assert address is not None
    saved = Client().post(address[1], hidden_fields(text, address[1]))
    assert saved.getvalue() == b"what happened"
    asked = send("withdraw/", **hidden_fields(text, FOLLOW + "withdraw/"))
    filed.case.refresh_from_db()
    assert filed.case.state == State.RECEIVED, "asking is not doing"
    send("withdraw/", **hidden_fields(asked, FOLLOW + "withdraw/"))
    filed.case.refresh_from_db()
    assert filed.case.state == State.WITHDRAWN


# The way out -----------------------------------------------------------------------------------------------------


def test_leave(file_case: FileCase) -> None:
    client = reporter(file_case())
    cookie = client.cookies["follow"].value
    text = page(client)
    assert text.index('action="/complaints/leave/"') < text.index("skip-link"), "the first stop of the keyboard"
    response = client.post("/complaints/leave/")
    assert response.status_code == 303
    assert response["Location"] == "/"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert response.cookies["follow"]["max-age"] == 0
    assert not KeySession.objects.exists()
    stale = Client()
    stale.cookies["follow"] = cookie
    assert 'name="receipt_code"' in page(stale)
    assert client.get("/complaints/leave/").status_code == 405


def test_nothing_is_kept_by_the_browser(file_case: FileCase) -> None:
    filed = file_case()
    client = reporter(filed)
    answers = [
        client.get(FOLLOW + path) for path in ("", "withdraw/", "identity/", "copy.zip", f"files/{uuid.uuid4()}/")
    ]
    answers += [Client().get(FOLLOW + path) for path in ("", "withdraw/", "identity/", "copy.zip")]
    answers += [client.post(FOLLOW, {"message": ""}), client.post(FOLLOW, {"receipt_code": "1"})]
    answers += [
        client.post(FOLLOW, {"message": "ก"}),
        client.get("/complaints/leave/"),
        client.post("/complaints/leave/"),
    ]
    for response in answers:
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        if response.streaming:
            response.getvalue()


def test_who_has_opened_no_case_is_led_to_the_code(file_case: FileCase) -> None:
    file_case()
    for path in ("withdraw/", "identity/", "copy.zip", f"files/{uuid.uuid4()}/"):
        response = Client().get(FOLLOW + path)
        assert response.status_code == 303
        assert response["Location"] == FOLLOW
    for path in ("withdraw/", "identity/"):
        assert Client().post(FOLLOW + path).status_code == 422


def test_the_log_has_the_day_and_no_moment(file_case: FileCase) -> None:
    client = reporter(file_case())
    client.post(FOLLOW, {"message": "ก"})
    entry = CaseLogEntry.objects.latest("number")
    assert (entry.act, entry.at, entry.by) == ("write", None, None)
