"""Sealed files on the disk: whose they are, what their names and times tell, and a disk that is full."""

from __future__ import annotations

import datetime as dt
import io
import stat
import time
import uuid
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.test import RequestFactory

from complaints import sealing, store
from complaints.http import reporter_page
from complaints.uploads import MAX_BYTES, SealedUpload, seal_uploads

from .test_races import upload

SECRET = b"what nobody may read " * 20_000


def files() -> list[Path]:
    return [path for path in store.root().rglob("*") if path.is_file()]


def received(content: bytes = SECRET, name: str = "a.txt") -> SealedUpload:
    request = RequestFactory().post("/", {"attachments": SimpleUploadedFile(name, content)})
    seal_uploads(request)
    found = request.FILES["attachments"]
    assert isinstance(found, SealedUpload)
    return found


def test_nothing_in_clear_ever_touches_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte that is written anywhere is looked at."""
    written = bytearray()
    real = store.create

    def watch(name: uuid.UUID) -> Any:
        out = real(name)
        write = out.write

        class Watched:
            def write(self, data: bytes) -> int:
                written.extend(data)
                return write(data)

            def close(self) -> None:
                out.close()

        return Watched()

    monkeypatch.setattr(store, "create", watch)
    file = received()
    assert len(written) == file.sealed_size > len(SECRET)
    assert b"nobody" not in written
    assert b"nobody" not in files()[0].read_bytes()
    assert bytes(written) == files()[0].read_bytes()


def test_it_opens_with_its_key_from_its_place() -> None:
    file = received()
    store.keep([file.id])
    with store.open_file(file.id) as sealed:
        assert b"".join(sealing.StreamOpener(file.key, f"file/{file.id}", file.size).read(sealed)) == SECRET


def test_files_and_folders_are_the_portals_alone() -> None:
    file = received()
    store.keep([file.id])
    assert stat.S_IMODE(store.path_of(file.id).stat().st_mode) == 0o600
    for folder in (store.root(), store.path_of(file.id).parent, store.root() / "arriving"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_names_and_times_tell_nothing() -> None:
    with time_machine.travel(dt.datetime(2026, 1, 5, 20, 30, tzinfo=dt.UTC)):  # 03:30 of the 6th in Bangkok
        file = received(name="นายสมชาย.pdf")
        store.keep([file.id])
    found = store.path_of(file.id)
    assert uuid.UUID(found.name) == file.id
    midnight = dt.datetime(2026, 1, 5, 17, 0, tzinfo=dt.UTC).timestamp()
    assert (found.stat().st_mtime, found.stat().st_atime) == (midnight, midnight)


def test_keeping_twice_is_keeping_once() -> None:
    file = received()
    store.keep([file.id])
    store.keep([file.id])
    assert [path.name for path in files()] == [str(file.id)]
    assert store.has_arrived(file.id)


def test_what_is_gone_is_said_and_moves_nothing() -> None:
    there = received()
    with pytest.raises(store.FileGoneError):
        store.keep([there.id, uuid.uuid4()])
    assert not store.path_of(there.id).exists()
    with pytest.raises(store.FileGoneError):
        store.open_file(there.id)


def test_destroyed_and_discarded_twice_without_a_fault() -> None:
    file = received()
    store.discard(file.id)
    store.discard(file.id)
    store.destroy([file.id, file.id])
    assert not files()


def test_sweeping_leaves_what_is_known_new_or_of_others() -> None:
    kept, lost = received(), received()
    store.keep([kept.id, lost.id])
    (store.root() / "arriving" / "README").write_text("somebody's own")
    assert store.sweep({kept.id}, older_than=time.time() + 60) == 1
    assert {path.name for path in files()} == {str(kept.id), "README"}
    assert store.sweep(set(), older_than=time.time() - 60) == 0


def test_no_name_leaves_the_folder() -> None:
    assert store.path_of(uuid.UUID(int=0)).is_relative_to(store.root())
    assert SealedUpload.of_ticket("../../etc/passwd") is None


class TestFullDisk:
    def test_no_room_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr(store.shutil, "disk_usage", lambda _folder: usage(1, 1, store.ROOM_KEPT_FREE))
        file = received()
        assert file.problem == "no_room"
        assert not files()

    @pytest.mark.parametrize("after", [0, 1, 3])
    def test_no_room_in_the_middle(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        """The file is refused by its field; the report itself can still be sent."""
        real = store.create

        def full(name: uuid.UUID) -> Any:
            out = real(name)

            class Full:
                left = after

                def write(self, data: bytes) -> int:
                    self.left -= 1
                    if self.left < 0:
                        raise OSError(28, "No space left on device")
                    return out.write(data)

                def close(self) -> None:
                    out.close()
                    raise OSError(28, "No space left on device")

            return Full()

        monkeypatch.setattr(store, "create", full)
        file = received()
        assert file.problem == "no_room"
        assert not files()

    def test_a_folder_that_cannot_be_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_name: uuid.UUID) -> Any:
            raise PermissionError(13, "denied")

        monkeypatch.setattr(store, "create", refuse)
        assert received().problem == "no_room"


class TestUploads:
    def test_empty(self) -> None:
        file = received(b"")
        assert file.problem == "empty"
        assert not files()

    def test_too_large_is_read_to_its_end_and_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from complaints import uploads

        assert MAX_BYTES == 200 * 1024 * 1024
        monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)
        assert received().problem == "too_large"
        assert not files()

    def test_a_ticket_brings_the_file_back_and_a_changed_one_does_not(self) -> None:
        file = received()
        ticket = file.ticket()
        again = SealedUpload.of_ticket(ticket)
        assert again is not None
        assert (again.id, again.key, again.size, again.sha256) == (file.id, file.key, file.size, file.sha256)
        assert (again.sealed_digest, again.sealed_size, again.name) == (file.sealed_digest, file.sealed_size, file.name)
        for wrong in ("", "x", ticket[:-1], "A" + ticket, ticket.replace(":", "", 1)):
            assert SealedUpload.of_ticket(wrong) is None
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=13)):
            assert SealedUpload.of_ticket(ticket) is None

    def test_closing_what_was_uploaded_is_no_fault(self) -> None:
        upload().close()

    def test_a_connection_that_breaks_leaves_nothing(self) -> None:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\n' + SECRET + b"\r\n"
            b'--x\r\nContent-Disposition: form-data; name="b"; filename="b.txt"\r\n\r\n' + SECRET
        )

        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                found = super().read(size)
                if not found:
                    raise OSError("connection reset")
                return found

        request = RequestFactory().post("/", data=b"x", content_type="multipart/form-data; boundary=x")
        request.META["CONTENT_LENGTH"] = str(len(body) + 1_000_000)
        request._stream = Broken(body)  # type: ignore[attr-defined]
        request._read_started = False  # type: ignore[attr-defined]
        seen: list[type] = []

        def view(inner: HttpRequest) -> HttpResponse:
            try:
                return HttpResponse(str(len(inner.FILES)))
            except BaseException as error:
                seen.append(type(error))
                raise

        answer = reporter_page(view)(request)
        assert answer.status_code in {400, 500}
        assert seen
        assert issubclass(seen[0], OSError) or seen[0] is UnreadablePostError
        assert not files()


class TestRequestsFromElsewhere:
    def ask(self, **headers: str) -> int:
        request = RequestFactory().post("/", headers=headers)
        return int(reporter_page(lambda _request: HttpResponse("ok"))(request).status_code)

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ({}, 200),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "none"}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "http://testserver"}, 200),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": "http://["}, 403),  # no browser writes it, and it is no fault
            ({"Origin": "http://testserver.evil.example"}, 403),
        ],
    )
    def test_forms_of_other_websites(self, db: None, headers: dict[str, str], code: int) -> None:
        assert self.ask(**headers) == code
