"""Sealed files on the disk: whose they are, what their names and times tell, and a disk that is full."""

from __future__ import annotations

import datetime as dt
import io
import stat
import time
import uuid
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

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


def test_folders_tell_the_day_only() -> None:
    """Every name that comes or goes changes its folder's time."""
    midnight = store._midnight()

    def times() -> set[float]:
        return {path.stat().st_mtime for path in (store.root(), *store.root().rglob("*"))}

    file, other = received(), received()
    assert times() == {midnight}, "waiting"
    store.keep([file.id])
    assert times() == {midnight}, "kept"
    store.discard(other.id)
    assert times() == {midnight}, "discarded"


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

        def view(_request: HttpRequest) -> HttpResponse:
            pytest.fail("half a form reached the page")

        assert reporter_page(takes_files=True)(view)(request).status_code == 400
        assert not files()

    def test_a_connection_that_ends_early_is_no_form(self) -> None:
        """Else a report would be filed with the words that had come until then."""
        request = RequestFactory().post("/", {"narrative": "x" * 1000})
        request.META["CONTENT_LENGTH"] = str(int(request.META["CONTENT_LENGTH"]) + 1)
        view = reporter_page(lambda _request: pytest.fail("half a form reached the page"))
        assert view(request).status_code == 400


class TestWhatNobodyClaims:
    """Whoever never files leaves nothing on the disk."""

    def ask(self, view: Callable[[HttpRequest], HttpResponse], count: int = 2, **options: Any) -> HttpResponse:
        sent = [SimpleUploadedFile(f"{number}.txt", SECRET) for number in range(count)]
        return reporter_page(**options)(view)(RequestFactory().post("/", {"attachments": sent}))

    def test_a_page_without_files_stores_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "create", lambda _name: pytest.fail("stored"))
        answer = self.ask(lambda request: HttpResponse(str(len(request.FILES))))
        assert answer.content == b"0"

    def test_only_what_the_page_names_or_a_case_keeps_stays(self) -> None:
        seen: list[SealedUpload] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.extend(request.FILES.getlist("attachments"))  # type: ignore[arg-type]
            store.keep([seen[0].id])
            return HttpResponse(seen[1].ticket())

        self.ask(view, 4, takes_files=True)
        assert {path.name for path in files()} == {str(file.id) for file in seen[:2]}

    def test_past_the_limit_none_is_stored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from complaints import uploads

        monkeypatch.setattr(uploads, "MAX_FILES", 2)
        seen: list[SealedUpload] = []
        self.ask(lambda request: HttpResponse(seen.extend(request.FILES.getlist("attachments"))), 4, takes_files=True)  # type: ignore[arg-type]
        assert [file.problem for file in seen] == ["", "", "too_many", "too_many"]

    @pytest.mark.parametrize("address", ["verify/", "slip.pdf", "follow/leave/", "follow/withdraw/", "follow/copy.zip"])
    def test_no_address_stores_for_strangers(self, db: None, address: str) -> None:
        sent = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(30)]
        Client().post(f"/complaints/{address}", {"receipt_code": "1" * 28, "proof": "x", "attachments": sent})
        assert not files()

    def test_what_waits_has_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "ARRIVING_MOST", 3 * len(SECRET))
        found = [received().problem for _each in range(5)]
        assert found == ["", "", "", "no_room", "no_room"]
        store.keep([uuid.UUID(files()[0].name)])
        assert received().problem == "", "what is filed waits no longer"

    def test_many_small_ones_have_a_limit_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "ARRIVING_MOST", 3 * 512 * 1024)
        assert [received(b"x").problem for _each in range(4)] == ["", "", "", "no_room"]


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
