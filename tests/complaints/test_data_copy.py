"""The reporter's copy of their own data: complete, readable without the portal, and made while it is sent."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from complaints import store
from complaints.choices import Body
from complaints.services.acts import answer_reporter, refer_case, write_note
from complaints.services.filing import Filed

from .conftest import Desk
from .follow_helpers import FOLLOW, opened_by, reporter, sealed, upload

BIG = bytes(range(256)) * 4096


@pytest.fixture
def client(desk: Desk, file_case: Callable[..., Filed]) -> Client:
    """The browser of a reporter whose case has everything that a case can have."""
    filed = file_case(narrative="เรื่อง <ของฉัน>", identity={"contact_name": "สมหญิง ใจกล้า"})
    client = reporter(filed)
    client.post(FOLLOW, {"message": "เพิ่มเติม", "attachments": [upload("เสียง.mp3", BIG), upload("ภาพ.txt", b"one")]})
    officer = desk.officer("integrity")
    officer.user.first_name = "วีระ"
    officer.user.save()
    opened = opened_by(desk, filed)
    answer_reporter(opened, by=officer, text="ตอบแล้ว", files=[sealed("ภาพ.txt", b"two")])
    write_note(opened, by=officer, text="บันทึกภายใน", files=[sealed("ลับ.txt", b"secret")])
    refer_case(opened, by=officer, body=Body.PACC, number="มท 1/2569", note="เหตุผลภายใน", text="ส่งต่อแล้ว")
    return client


def archive_of(client: Client) -> zipfile.ZipFile:
    response = client.get(FOLLOW + "copy.zip", headers={"accept-encoding": "gzip"})
    assert response.status_code == 200
    assert response.streaming
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="copy.zip"'
    assert "no-store" in response["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert archive.testzip() is None
    return archive


def test_everything_of_the_reporter_is_in_it(client: Client) -> None:
    archive = archive_of(client)
    data: dict[str, Any] = json.loads(archive.read("data.json"))
    assert [(letter["kind"], letter["from"]) for letter in data["letters"]] == [
        ("report", "reporter"), ("identity", "reporter"), ("message", "reporter"), ("message", "officer"),
        ("message", "officer"),
    ]  # fmt: skip
    assert data["letters"][0]["content"]["narrative"] == "เรื่อง <ของฉัน>"
    assert data["letters"][0]["content"]["witnesses"]
    assert data["letters"][1]["content"] == {"contact_name": "สมหญิง ใจกล้า"}
    assert data["state"] == "referred"
    files = [file for letter in data["letters"] for file in letter["files"]]
    assert {file["place"] for file in files} == set(archive.namelist()) - {"index.html", "data.json"}
    assert sorted(archive.read(file["place"]) for file in files) == sorted([BIG, b"one", b"two"])
    for file in files:
        assert hashlib.sha256(archive.read(file["place"])).hexdigest() == file["sha256"]


def test_the_page_is_readable_without_the_portal(client: Client) -> None:
    archive = archive_of(client)
    page = archive.read("index.html").decode()
    for words in ("เรื่อง &lt;ของฉัน&gt;", "สมหญิง ใจกล้า", "เพิ่มเติม", "ตอบแล้ว", "ส่งต่อแล้ว", "แม่ค้าแผงข้าง"):
        assert words in page
    assert not re.search(r"(src|href)=\"(https?:)?/", page), "it asks no server"
    links = re.findall(r'href="([^"]+)"', page)
    assert {unquote(link) for link in links} == set(archive.namelist()) - {"index.html", "data.json"}


def test_what_is_the_officers_alone_is_not_in_it(client: Client) -> None:
    archive = archive_of(client)
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for words in ("บันทึกภายใน", "เหตุผลภายใน", "มท 1/2569", "วีระ", "secret", "integrity"):
        assert words.encode() not in whole
    assert not [name for name in archive.namelist() if "ลับ" in name]


def test_a_file_that_is_gone_does_not_spoil_the_rest(client: Client) -> None:
    names = re.findall(r"files/([0-9a-f-]{36})/", client.get(FOLLOW).content.decode())
    [path.unlink() for path in store.root().glob("*/*") if path.name == names[0]]
    archive = archive_of(client)
    assert len(archive.namelist()) == 4
    files = [file for letter in json.loads(archive.read("data.json"))["letters"] for file in letter["files"]]
    assert [file["place"] is None for file in files] == [True, False, False]


def test_it_is_made_piece_by_piece(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is written anywhere, and no piece is as large as the whole."""
    import tempfile

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    before = {path for path in store.root().rglob("*") if path.is_file()}
    response = client.get(FOLLOW + "copy.zip")
    largest = max(len(piece) for piece in response.streaming_content)
    assert largest <= 128 * 1024
    assert {path for path in store.root().rglob("*") if path.is_file()} == before


def test_in_english(client: Client) -> None:
    response = client.get("/en" + FOLLOW + "copy.zip")
    page = zipfile.ZipFile(io.BytesIO(response.getvalue())).read("index.html").decode()
    assert '<html lang="en">' in page
    assert "Filed on" in page
