"""Files with a report: whatever they are they arrive sealed, and no file is sent twice for a mistake elsewhere."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from PIL import Image

from complaints import store, uploads
from complaints.models import Attachment, Case
from complaints.opened import OpenFile
from complaints.uploads import SealedUpload
from complaints.views.filing import new
from tests.races import at_once

from .conftest import Desk
from .reporter import (
    GOOD,
    NEW,
    arriving,
    code_of,
    errors_of,
    kept,
    nothing_was_filed,
    opened,
    send,
    tickets_of,
    token_of,
)

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _file(name: str = "ภาพ.jpg", content: bytes = b"seen") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _jpeg(*, gps: bool = False) -> bytes:
    picture, exif = Image.new("RGB", (40, 30), "red"), Image.Exif()
    if gps:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x8825] = {1: "N", 2: (16.0, 30.0, 12.0)}
    found = io.BytesIO()
    picture.save(found, "JPEG", exif=exif)
    return found.getvalue()


def _bomb() -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    return found.getvalue()


def _files_of(answer: Any) -> list[OpenFile]:
    return opened(answer).letters[0].files


def _content(file: OpenFile) -> bytes:
    return b"".join(file.read())


HOSTILE = {
    "wrong ending": ("photo.jpg", b"MZ\x90\x00program", "application/x-executable"),
    "polyglot": ("both.pdf", b"%PDF-1.4\n%%EOF\n" + _bomb()[:4000], "application/pdf"),
    "truncated picture": ("cut.jpg", _jpeg()[:200], "image/jpeg"),
    "virus pattern": ("eicar.com", EICAR, "text/plain"),
    "bomb": ("bomb.zip", _bomb(), "application/zip"),
    "place in the picture": ("gps.jpg", _jpeg(gps=True), "image/jpeg"),
    "page with a script": ("x.svg", b"<svg onload='alert(1)'/>", "text/plain"),
    "no ending": ("README", b"\x00\x01\x02", "application/octet-stream"),
    "one byte": ("a", b"a", "text/plain"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_every_kind_is_taken_as_it_is(desk: Desk, what: str) -> None:
    name, content, kind = HOSTILE[what]
    [file] = _files_of(send(attachments=_file(name, content)))
    assert (file.name, file.kind, file.size) == (name, kind, len(content))
    assert _content(file) == content, "the original, to the byte"
    assert not arriving()


@pytest.mark.parametrize(
    "name",
    ["ก" * 300 + ".pdf", "../../../etc/passwd", "..\\..\\boot.ini", "a\u202egpj.exe", "<b>x</b>.txt", ". .", "con"],
)
def test_a_strange_name_is_only_a_name(desk: Desk, name: str) -> None:
    [file] = _files_of(send(attachments=_file(name)))
    assert 0 < len(file.name) <= 150
    assert not set(file.name) & set("/\\<>\u202e")
    assert _content(file) == b"seen"
    assert [path.name for path in kept()] == [str(file.id)], "on the disk it has another"


def test_no_plain_byte_reaches_the_disk(desk: Desk) -> None:
    secret = b"a sentence that must not be found " * 4000
    send(attachments=_file("s.txt", secret))
    send(attachments=_file("t.txt", secret), narrative="")
    for path in (*kept(), *arriving()):
        assert secret[:34] not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600


def test_several_files_stay_in_order(desk: Desk) -> None:
    names = [f"{number}.txt" for number in range(uploads.MAX_FILES)]
    files = _files_of(send(attachments=[_file(name, name.encode()) for name in names]))
    assert [file.name for file in files] == names
    assert [_content(file) for file in files] == [name.encode() for name in names]


# Refused -------------------------------------------------------------------------------------------------------


def test_an_empty_file_is_said_by_name(desk: Desk) -> None:
    answer = send(attachments=[_file("ว่าง.txt", b""), _file("good.txt")])
    assert answer.status_code == 422
    assert "ว่าง.txt" in errors_of(answer)["attachments"][0]
    assert 'id="id_attachments_error"' in answer.content.decode()
    assert nothing_was_filed()
    assert len(arriving()) == len(tickets_of(answer)) == 1, "the good one waits"


@pytest.mark.parametrize(("over", "status"), [(0, 200), (1, 422)])
def test_the_limit_is_exact(desk: Desk, monkeypatch: pytest.MonkeyPatch, over: int, status: int) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 300_000)
    answer = send(attachments=_file("large.bin", bytes(300_000 + over)))
    assert answer.status_code == status
    assert not arriving()
    assert len(kept()) == (status == 200)
    if over:
        assert "large.bin" in errors_of(answer)["attachments"][0]


def test_a_full_disk_takes_reports_without_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "ROOM_KEPT_FREE", 1 << 62)
    answer = send(attachments=_file())
    assert answer.status_code == 422
    assert "attachments" in errors_of(answer)
    assert send().status_code == 200


def test_too_many_files_are_named_and_the_first_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILES", 2)
    answer = send(attachments=[_file(f"{number}.txt") for number in range(4)])
    [message] = errors_of(answer)["attachments"]
    assert answer.status_code == 422
    assert "2.txt" in message
    assert "3.txt" in message
    assert len(tickets_of(answer)) == len(arriving()) == 2
    assert [file.name for file in _files_of(send(kept_attachments=tickets_of(answer)))] == ["0.txt", "1.txt"]


def test_a_hundred_and_one_files_are_refused_at_once(desk: Desk) -> None:
    answer = send(attachments=[_file(f"{number}.txt") for number in range(101)])
    assert answer.status_code == 400
    assert not arriving()


# Kept ----------------------------------------------------------------------------------------------------------


def test_what_arrived_need_not_be_sent_again(desk: Desk) -> None:
    first = send(narrative="", attachments=[_file("a.jpg", _jpeg()), _file("b.txt", b"two")])
    page = first.content.decode()
    assert first.status_code == 422
    assert "a.jpg" in page
    assert page.count(" checked") == 3, "both files, and the choice to stay anonymous"
    second = send(kept_attachments=tickets_of(first), narrative="", attachments=_file("c.txt", b"three"))
    assert len(tickets_of(second)) == 3
    files = _files_of(send(kept_attachments=tickets_of(second)))
    assert [(file.name, _content(file)) for file in files] == [
        ("a.jpg", _jpeg()), ("b.txt", b"two"), ("c.txt", b"three"),
    ]  # fmt: skip
    assert not arriving()


def test_a_file_without_its_tick_is_not_filed(desk: Desk) -> None:
    first = send(narrative="", attachments=[_file("a.txt"), _file("b.txt")])
    [file] = _files_of(send(kept_attachments=tickets_of(first)[1:]))
    assert file.name == "b.txt"


def test_the_same_ticket_twice_is_one_file(desk: Desk) -> None:
    tickets = tickets_of(send(narrative="", attachments=_file()))
    assert len(_files_of(send(kept_attachments=tickets * 3))) == 1


def test_a_ticket_is_nobody_elses_invention(desk: Desk) -> None:
    for ticket in ("x", "\0", "eyJ4IjoxfQ:1x:y", "ก" * 5000):
        answer = send(kept_attachments=ticket)
        assert answer.status_code == 422
        assert "attachments" in errors_of(answer)
    assert nothing_was_filed()


def test_a_file_that_is_gone_must_be_attached_again(desk: Desk) -> None:
    first = send(narrative="", attachments=[_file("gone.txt", b"1"), _file("there.txt", b"22")])
    lost = next(SealedUpload.of_ticket(ticket) for ticket in tickets_of(first))
    assert lost is not None
    store.discard(lost.id)
    answer = send(kept_attachments=tickets_of(first))
    assert answer.status_code == 422
    assert "gone.txt" in errors_of(answer)["attachments"][0]
    assert nothing_was_filed()
    [file] = _files_of(send(kept_attachments=tickets_of(answer)))
    assert (file.name, _content(file)) == ("there.txt", b"22")


def test_a_ticket_that_was_used_up_is_not_used_again(desk: Desk) -> None:
    tickets = tickets_of(send(narrative="", attachments=_file("a.txt")))
    code_of(send(kept_attachments=tickets))
    answer = send(kept_attachments=tickets, narrative="อีกเรื่องหนึ่ง")
    assert answer.status_code == 422
    assert "a.txt" in errors_of(answer)["attachments"][0]
    assert not tickets_of(answer)
    assert Case.objects.count() == Attachment.objects.count() == 1


def test_the_same_form_with_tickets_twice_is_one_case(desk: Desk) -> None:
    first = send(narrative="", attachments=_file())
    fields = {"kept_attachments": tickets_of(first), "form_token": token_of(first)}
    assert code_of(send(**fields)) == code_of(send(**fields))
    again = send(form_token=token_of(first), attachments=_file())
    assert code_of(again) == code_of(send(**fields)), "the file itself in place of its ticket is the same form too"
    assert Case.objects.count() == Attachment.objects.count() == len(kept()) == 1
    assert not arriving()


@pytest.mark.django_db(transaction=True)
def test_two_taps_with_the_same_tickets_are_one_case(desk: Desk) -> None:
    first = send(narrative="", attachments=_file("a.txt", b"content"))
    fields = {"kept_attachments": tickets_of(first), "form_token": token_of(first)}
    answers = at_once(*[lambda: send(**fields)] * 3)
    assert len({code_of(answer) for answer in answers}) == 1
    [file] = _files_of(answers[0])
    assert _content(file) == b"content"


@pytest.mark.django_db(transaction=True)
def test_two_taps_with_the_same_file_are_one_case(desk: Desk) -> None:
    token = token_of(Client().get(NEW))
    answers = at_once(*[lambda: send(form_token=token, attachments=_file("a.txt", b"content"))] * 3)
    assert len({code_of(answer) for answer in answers}) == 1
    assert Attachment.objects.count() == len(kept()) == 1
    assert not arriving()


def test_where_nobody_may_read_it_the_files_wait(desk: Desk) -> None:
    answer = send(accused_position="นายกเทศมนตรี", attachments=_file("a.txt"))
    assert answer.status_code == 422
    assert nothing_was_filed()
    assert len(tickets_of(answer)) == 1


# Broken off ----------------------------------------------------------------------------------------------------


class _Line(io.BytesIO):
    """A body whose connection breaks after so many bytes."""

    def __init__(self, content: bytes, breaks_after: int) -> None:
        super().__init__(content)
        self._left = breaks_after

    def read(self, size: int | None = -1) -> bytes:
        if self._left <= 0:
            raise OSError("broken")
        found = super().read(min(size if size and size > 0 else 1 << 20, self._left))
        self._left -= len(found)
        return found


@pytest.mark.parametrize("breaks_after", [300, 70_000, 260_000])
def test_a_broken_connection_leaves_no_file(desk: Desk, breaks_after: int) -> None:
    factory = RequestFactory()
    sent = factory.post(NEW, GOOD | {"attachments": [_file("a.bin", bytes(100_000)), _file("b.bin", bytes(400_000))]})
    body = sent.body
    request = factory.generic("POST", NEW, body, content_type=sent.META["CONTENT_TYPE"])
    request._stream = _Line(body, breaks_after)  # type: ignore[attr-defined]
    assert new(request).status_code == 400
    assert not arriving()
    assert nothing_was_filed()


def test_a_body_that_ends_in_the_middle_is_no_failure(desk: Desk) -> None:
    sent = RequestFactory().post(NEW, GOOD | {"attachments": _file("a.bin", bytes(200_000))})
    for part in (200, 5_000, 150_000):
        answer = Client().generic("POST", NEW, sent.body[:part], content_type=sent.META["CONTENT_TYPE"])
        assert answer.status_code < 500
