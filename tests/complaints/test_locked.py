"""A vault that locked while an officer typed: nothing is lost, nothing is sent by itself, nothing is stored."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.models import Case, CaseLogEntry, Item
from complaints.services.filing import Filed
from complaints.views.vault import tries

from .conftest import PASSPHRASE, Desk
from .test_desk import last

Make = Callable[..., Filed]
TEXT = 'บรรทัดแรก "สำคัญ"\nบรรทัดที่สอง <b>'
AGAIN = "Your vault had locked. What you wrote was not sent. Look through it, then send it again."


@pytest.fixture(autouse=True)
def _no_tries() -> None:
    tries._counts.clear()


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form for the passphrase."""
    form = page[page.index('action="/en/complaints/desk/unlock/"') :].split("</form>", maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def send_locked(client: Client, path: str, data: dict[str, Any]) -> dict[str, list[str]]:
    """Send a form to a locked vault: what the answer carries on."""
    response = client.post(path, data)
    assert response.status_code == 409
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "Nothing was sent" in page
    return hidden(page)


def unlock(client: Client, fields: dict[str, list[str]], passphrase: str = PASSPHRASE) -> Any:
    """Send the form for the passphrase as the page holds it."""
    data = {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}
    return client.post("/en/complaints/desk/unlock/", data | {"passphrase": passphrase})


def nothing_done(case: Case) -> None:
    """Neither in the case nor in its log."""
    assert Item.objects.filter(case=case).count() == 1
    assert CaseLogEntry.objects.filter(case=case.pk).count() == 1


def test_an_answer_and_its_file_are_shown_again_and_sent_by_hand(desk: Desk, file_case: Make) -> None:
    case, client = file_case().case, desk.cast.client("integrity")
    path = f"/en/complaints/desk/{case.reference}/acts/answer/"
    paper = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 letter", "application/pdf")
    fields = send_locked(client, path, {"seen": last(case), "text": TEXT, "attachments": paper})
    assert fields["typed-text"] == [TEXT]
    assert unlock(client, fields, "another passphrase").status_code == 422
    shown = unlock(client, fields)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert AGAIN in page
    form = page[page.index(f'action="{path}"') :].split("</form>")[0]
    assert html.escape(TEXT).replace("&#x27;", "'") in form
    assert "letter.pdf" in form
    nothing_done(case)
    ticket = html.unescape(re.findall(r'name="kept_attachments" value="([^"]+)"', form)[0])
    sent = client.post(path, {"seen": last(case), "text": TEXT, "kept_attachments": ticket})
    assert sent.status_code == 303
    assert "letter.pdf" in client.get(sent["Location"]).content.decode()


def test_a_wrong_passphrase_and_the_wait_keep_what_was_typed(desk: Desk, file_case: Make) -> None:
    case, client = file_case().case, desk.cast.client("integrity")
    path = f"/en/complaints/desk/{case.reference}/acts/note/"
    fields = send_locked(client, path, {"seen": "1", "text": TEXT})
    for _try in range(11):
        answer = unlock(client, fields, "another passphrase")
        assert hidden(answer.content.decode())["typed-text"] == [TEXT]
    assert answer.status_code == 429


@pytest.mark.parametrize(("form", "field"), [("identity", "reason"), ("package", "receiver")])
def test_the_other_forms_of_a_case(desk: Desk, file_case: Make, form: str, field: str) -> None:
    case, client = file_case(identity={"contact_name": "สมศรี ผู้แจ้ง"}).case, desk.cast.client("integrity")
    fields = send_locked(client, f"/en/complaints/desk/{case.reference}/{form}/", {"seen": "2", field: "เหตุที่พิมพ์ไว้"})
    page = unlock(client, fields).content.decode()
    assert AGAIN in page
    assert "เหตุที่พิมพ์ไว้" in page
    assert "สมศรี ผู้แจ้ง" not in page
    assert CaseLogEntry.objects.filter(case=case.pk).count() == 1


def test_what_was_entered_from_a_letter_is_shown_again(desk: Desk) -> None:
    client = desk.cast.client("integrity")
    told = {"channel": "letter", "arrived_on": "1/11/2569", "narrative": TEXT, "category": "bribery",
            "about_officers": [str(desk.officer("integrity2").pk)], "identity": "anonymous"}  # fmt: skip
    page = unlock(client, send_locked(client, "/en/complaints/desk/intake/", told)).content.decode()
    assert AGAIN in page
    assert 'action="/en/complaints/desk/intake/"' in page
    assert "บรรทัดที่สอง &lt;b&gt;" in page
    assert re.search(r'name="about_officers"[^>]*checked', page)
    assert not Case.objects.exists()


def test_other_forms_say_that_nothing_was_sent(desk: Desk, file_case: Make) -> None:
    """What holds a passphrase or decides about people is not carried."""
    case, client = file_case().case, desk.cast.client("integrity")
    fields = send_locked(client, f"/en/complaints/desk/{case.reference}/package/file/", {"passphrase": "2345"})
    assert not [name for name in fields if name.startswith("typed-")]
    assert unlock(client, fields)["Location"] == f"/en/complaints/desk/{case.reference}/"


def test_a_form_from_elsewhere_is_not_carried(desk: Desk, file_case: Make) -> None:
    case = file_case().case
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.cast.integrity)
    for path in (f"/en/complaints/desk/{case.reference}/acts/note/", "/en/complaints/desk/unlock/"):
        response = client.post(path, {"text": TEXT, "typed-text": TEXT, "passphrase": PASSPHRASE})
        assert response.status_code == 403
        assert TEXT not in response.content.decode()
