"""The reporter's browser, and files of the officers."""

from __future__ import annotations

import contextlib
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.http import HttpRequest
from django.test import Client

from complaints.choices import Body, Outcome, Refusal, State
from complaints.opened import OpenedCase, open_for_officer
from complaints.services.acts import accept_case, ask_reporter, close_case, refer_case, refuse_case, withdraw_case
from complaints.services.filing import Filed
from complaints.uploads import SealedUpload, SealingUploadHandler

from .conftest import Desk

FOLLOW = "/complaints/follow/"


def sealed(name: str, content: bytes) -> SealedUpload:
    """A file as it lies in the store after it arrived."""
    handler = SealingUploadHandler(HttpRequest())
    with contextlib.suppress(StopFutureHandlers):
        handler.new_file("attachments", name, "application/octet-stream", len(content))
    handler.receive_data_chunk(content, 0)
    found = handler.file_complete(len(content))
    assert isinstance(found, SealedUpload)
    return found


def upload(name: str = "ภาพ.txt", content: bytes = b"what happened") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def reporter(filed: Filed) -> Client:
    """A browser in which the case is open."""
    client = Client()
    response = client.post(FOLLOW, {"receipt_code": filed.receipt.code})
    assert response.status_code == 303
    assert response["Location"] == FOLLOW
    return client


def opened_by(desk: Desk, filed: Filed, name: str = "integrity") -> OpenedCase:
    """The case as an officer has it open."""
    filed.case.refresh_from_db()
    return open_for_officer(filed.case, desk.vaults[name])


def page(client: Client, path: str = FOLLOW) -> str:
    """What the browser shows there."""
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def token(text: str) -> str:
    """The hidden token of a page's form."""
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def hidden_fields(text: str, address: str) -> dict[str, str]:
    """What the form that goes to `address` holds already."""
    form = next(part for part in re.findall(r"<form.*?</form>", text, re.S) if f'action="{address}"' in part)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return dict(fields) | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form))


def bring(desk: Desk, filed: Filed, state: State) -> None:
    """Lead a fresh case into `state`."""
    opened, officer = opened_by(desk, filed), desk.officer("integrity")
    if state == State.WAITING:
        ask_reporter(opened, by=officer, text="เห็นเองหรือไม่")
    elif state == State.IN_PROGRESS:
        accept_case(opened, by=officer)
    elif state == State.REFERRED:
        refer_case(opened, by=officer, body=Body.NACC, number="1/2569", note="ส่งต่อ", text="ส่งแล้ว")
    elif state == State.CLOSED:
        accept_case(opened, by=officer)
        close_case(opened, by=officer, outcome=Outcome.CORRECTED, text="แก้ไขแล้ว")
    elif state == State.REFUSED:
        refuse_case(opened, by=officer, refusal=Refusal.COURT, text="อยู่ในศาล")
    elif state == State.WITHDRAWN:
        withdraw_case(opened)
    filed.case.refresh_from_db()
    assert filed.case.state == state
