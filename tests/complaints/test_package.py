"""The sealed package: passphrase and file by two answers, AES-256, nothing on the disk, names that say nothing."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Util import Counter
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.choices import Act
from complaints.models import Attachment, CaseLogEntry, Item
from complaints.services.filing import Filed

from .conftest import Desk
from .test_desk import last

IDENTITY = {"contact_name": "สมศรี ผู้แจ้ง", "contact_phone": "0812345678"}


class WrongPassphraseError(Exception):
    """Of the reader below."""


def read_encrypted(archive: bytes, passphrase: str) -> dict[str, bytes]:
    """The files of a WinZip AE-2 archive by the format's description, without the library that wrote it."""
    end = archive.rindex(b"PK\x05\x06")
    count, _size, at = struct.unpack_from("<HII", archive, end + 10)
    found = {}
    for _number in range(count):
        assert archive[at : at + 4] == b"PK\x01\x02"
        flags, method = struct.unpack_from("<HH", archive, at + 8)
        packed, _plain, name_length, extra_length, comment_length = struct.unpack_from("<IIHHH", archive, at + 20)
        local = struct.unpack_from("<I", archive, at + 42)[0]
        name = archive[at + 46 : at + 46 + name_length].decode()
        extra = archive[at + 46 + name_length :][:extra_length]
        at += 46 + name_length + extra_length + comment_length
        assert flags & 1, "not encrypted"
        assert method == 99, "not AES"
        version, vendor, strength, real = struct.unpack_from("<H2sBH", extra, extra.index(b"\x01\x99") + 4)
        assert (version, vendor, strength) == (2, b"AE", 3), "not AES-256"
        local_name, local_extra = struct.unpack_from("<HH", archive, local + 26)
        body = archive[local + 30 + local_name + local_extra :][:packed]
        found[name] = _decrypted(body, passphrase, real)
    return found


def _decrypted(body: bytes, passphrase: str, method: int) -> bytes:
    salt, check, text, code = body[:16], body[16:18], body[18:-10], body[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), salt, 1000, 66)
    if keys[64:] != check:
        raise WrongPassphraseError
    assert hmac.compare_digest(hmac.new(keys[32:64], text, "sha1").digest()[:10], code)
    counter = Counter.new(128, initial_value=1, little_endian=True)
    plain = AES.new(keys[:32], AES.MODE_CTR, counter=counter).decrypt(text)
    return plain if method == 0 else zlib.decompress(plain, -zlib.MAX_WBITS)


@pytest.fixture
def filed(desk: Desk, file_case: Callable[..., Filed]) -> Filed:
    """A complaint with an identity, an answer with a file, and a note."""
    found = file_case(narrative="เรื่องที่ส่งต่อ", identity=IDENTITY)
    client, address = desk.client("integrity"), f"/complaints/desk/{found.case.reference}/acts/"
    paper = SimpleUploadedFile("หลักฐานของสมศรี.pdf", b"%PDF-1.7 evidence")
    for act, data in (("answer", {"text": "คำตอบ", "attachments": paper}), ("note", {"text": "บันทึกภายใน"})):
        assert client.post(f"{address}{act}/", {"seen": last(found.case), **data}).status_code == 303
    return found


def step_one(desk: Desk, filed: Filed, **data: str) -> Any:
    """The page with the passphrase."""
    address = f"/complaints/desk/{filed.case.reference}/package/"
    return desk.client("integrity").post(address, {"seen": last(filed.case), "receiver": "สำนักงาน ป.ป.ช.", **data})


def fields_of(page: str) -> dict[str, str]:
    """What the button of the page sends."""
    form = page[page.index("/package/file/") :]
    tags = re.findall(r"<input[^>]*>", form)
    found = {}
    for tag in tags:
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else ""
    return found


def step_two(desk: Desk, filed: Filed, fields: dict[str, str]) -> Any:
    """The file."""
    return desk.client("integrity").post(f"/complaints/desk/{filed.case.reference}/package/file/", fields)


def test_a_package_opens_with_the_passphrase_and_holds_the_case(desk: Desk, filed: Filed) -> None:
    page = step_one(desk, filed)
    text = page.content.decode()
    passphrase = re.search(r'id="package-passphrase">([^<]+)<', text)
    assert page.status_code == 200
    assert passphrase
    assert not CaseLogEntry.objects.filter(act=Act.EXPORT).exists()
    before = set(Path(tempfile.gettempdir()).iterdir())
    response = step_two(desk, filed, fields_of(text))
    assert response.streaming
    archive = b"".join(response.streaming_content)
    assert {path.name for path in set(Path(tempfile.gettempdir()).iterdir()) - before if path.suffix == ".zip"} == set()
    assert response["Content-Disposition"] == f'attachment; filename="{filed.case.reference}.zip"'
    assert passphrase[1].encode() not in archive
    assert "สมศรี".encode() not in archive
    parts = read_encrypted(archive, passphrase[1])
    assert list(parts) == ["case.pdf", "file-01.pdf", "SHA256SUMS"]
    assert parts["case.pdf"].startswith(b"%PDF-")
    assert parts["file-01.pdf"] == b"%PDF-1.7 evidence"
    for line in parts["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(parts[name]).hexdigest() == digest
    assert CaseLogEntry.objects.filter(act=Act.EXPORT, by=desk.cast.integrity).count() == 1
    assert not CaseLogEntry.objects.filter(act=Act.OPEN_IDENTITY).exists()
    with pytest.raises(WrongPassphraseError):
        read_encrypted(archive, "2222-2222-2222-2222-2222")


def test_the_identity_goes_only_with_a_reason(desk: Desk, filed: Filed) -> None:
    assert step_one(desk, filed, with_identity="on").status_code == 422
    fields = fields_of(step_one(desk, filed, with_identity="on", reason="ต้องติดต่อพยาน").content.decode())
    response = step_two(desk, filed, fields)
    assert b"".join(response.streaming_content)
    assert CaseLogEntry.objects.filter(act=Act.OPEN_IDENTITY).count() == 1
    # The reason cannot be left out on the way to the file.
    again = step_two(desk, filed, {**fields, "seen": str(last(filed.case)), "reason": ""})
    assert again.status_code == 303
    assert CaseLogEntry.objects.filter(act=Act.OPEN_IDENTITY).count() == 1


def test_what_the_document_says(desk: Desk, filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values that are printed: the report and the conversation, never a note, the identity only where asked for."""
    from complaints.documents import package as documents

    printed: list[Any] = []
    real = documents.compile_pdf

    def noting(template: Any, data: Any, **told: Any) -> bytes:
        printed.append(repr(data))
        return real(template, data, **told)

    monkeypatch.setattr(documents, "compile_pdf", noting)
    for ticked in ({}, {"with_identity": "on", "reason": "ต้องติดต่อพยาน"}):
        response = step_two(desk, filed, fields_of(step_one(desk, filed, **ticked).content.decode()))
        b"".join(response.streaming_content)
    without, with_name = printed
    for text in printed:
        assert "เรื่องที่ส่งต่อ" in text
        assert "คำตอบ" in text
        assert "หลักฐานของสมศรี.pdf" in text
        assert "บันทึกภายใน" not in text
    assert "สมศรี ผู้แจ้ง" not in without
    assert "สมศรี ผู้แจ้ง" in with_name


def test_a_second_tap_makes_no_second_package(desk: Desk, filed: Filed) -> None:
    fields = fields_of(step_one(desk, filed).content.decode())
    b"".join(step_two(desk, filed, fields).streaming_content)
    assert step_two(desk, filed, fields).status_code == 409
    assert CaseLogEntry.objects.filter(act=Act.EXPORT).count() == 1


@pytest.mark.parametrize("change", [{"passphrase": "1"}, {"receiver": ""}, {"seen": ""}])
def test_a_changed_second_step_makes_nothing(desk: Desk, filed: Filed, change: dict[str, str]) -> None:
    items = Item.objects.count()
    fields = fields_of(step_one(desk, filed).content.decode()) | change
    assert step_two(desk, filed, fields).status_code in (303, 409)
    assert Item.objects.count() == items


def test_a_file_that_is_gone_stops_it_before_the_log(desk: Desk, filed: Filed) -> None:
    from complaints import store

    fields = fields_of(step_one(desk, filed).content.decode())
    store.destroy([Attachment.objects.get().pk])
    assert step_two(desk, filed, fields).status_code == 409
    assert not CaseLogEntry.objects.filter(act=Act.EXPORT).exists()
