"""Bodies that arrive slowly: they give way to whoever comes, and to nobody while there are places."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import LimitedStream
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.test import RequestFactory

from complaints import bodies
from complaints.bodies import SLOW_SECONDS, Body, NoPlaceError, Places, take_in
from complaints.http import reporter_page

KINDS = ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded")
FORMS = {
    KINDS[0]: b'--x\r\nContent-Disposition: form-data; name="narrative"\r\n\r\n' + b"w" * 100_000 + b"\r\n--x--\r\n",
    KINDS[1]: b"narrative=" + b"w" * 100_000,
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands until it is moved."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(time, "monotonic", lambda: Clock.now)
    return Clock


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newcomers who find no place are told so without waiting."""
    monkeypatch.setattr(bodies, "WAIT_SECONDS", 0)


class Sender:
    """Somebody who sends a form over a real connection, as slowly as they like."""

    def __init__(self, kind: str = KINDS[0]) -> None:
        self.ours, theirs = socket.socketpair()
        self.left = FORMS[kind]
        self.request = RequestFactory().post("/", data=b"x", content_type=kind)
        self.request.META |= {"CONTENT_LENGTH": str(len(self.left)), "gunicorn.socket": theirs}
        self.request._stream = LimitedStream(theirs.makefile("rb"), len(self.left))  # type: ignore[assignment]
        self._theirs = theirs

    def send(self, count: int | None = None) -> None:
        """So many bytes, else the rest."""
        count = len(self.left) if count is None else count
        self.ours.sendall(self.left[:count])
        self.left = self.left[count:]

    def is_cut_off(self) -> bool:
        self.ours.setblocking(False)
        try:
            return self.ours.recv(1) == b""
        except BlockingIOError:
            return False

    def close(self) -> None:
        self.ours.close()
        self._theirs.close()


@pytest.fixture
def senders() -> Iterator[list[Sender]]:
    found = [Sender() for _each in range(3)]
    yield found
    for sender in found:
        sender.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_read_whole(kind: str) -> None:
    sender = Sender(kind)
    writer = threading.Thread(target=sender.send)
    writer.start()
    take_in(sender.request, Places(1))
    writer.join()
    assert sender.request.POST["narrative"] == "w" * 100_000
    sender.close()


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_form_is_no_form(kind: str) -> None:
    sender = Sender(kind)
    sender.send(50_000)
    sender.ours.close()
    with pytest.raises(UnreadablePostError):
        take_in(sender.request, Places(1))
    sender.close()


class TestPace:
    def test_a_good_pace_is_never_slow(self, clock: Any) -> None:
        body = Body(Sender().request)
        for _each in range(100):
            clock.now += 3
            body._came(8192)
            assert body.due > clock.now + 15

    def test_what_came_quickly_at_first_is_no_credit_for_later(self, clock: Any) -> None:
        body = Body(Sender().request)
        body._came(100 * 1024 * 1024)
        clock.now += SLOW_SECONDS + 1
        assert body.due < clock.now

    def test_a_byte_now_and_then_is_slow(self, clock: Any) -> None:
        body = Body(Sender().request)
        for _each in range(4):
            clock.now += 6
            body._came(1)
        clock.now += 1
        assert body.due < clock.now


class TestPlaces:
    def test_the_slowest_gives_way_and_its_thread_is_free(self, clock: Any, senders: list[Sender]) -> None:
        """A real thread stands in a real read, until a newcomer ends it."""
        places, broken = Places(2), threading.Event()
        stands = threading.Semaphore(0)

        def read(sender: Sender) -> None:
            try:
                body = Body(sender.request)
                with places.one_for(body):
                    stands.release()
                    body.take_in()
            except UnreadablePostError:
                broken.set()

        threads = [threading.Thread(target=read, args=[sender], daemon=True) for sender in senders[:2]]
        for thread, _sender in zip(threads, senders, strict=False):
            thread.start()
            assert stands.acquire(timeout=30)
            clock.now += 5
        clock.now += SLOW_SECONDS - 9  # the first is late, the second is not
        with places.one_for(Body(senders[2].request)):
            assert broken.wait(30)
        assert senders[0].is_cut_off()
        assert not senders[1].is_cut_off()
        senders[1].ours.close()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive()

    def test_who_moves_is_not_ended(self, clock: Any, at_once: None, senders: list[Sender]) -> None:
        places = Places(2)
        with places.one_for(Body(senders[0].request)), places.one_for(Body(senders[1].request)):
            clock.now += SLOW_SECONDS - 1
            with pytest.raises(NoPlaceError):
                take_in(senders[2].request, places)
        assert not senders[0].is_cut_off()
        with places.one_for(Body(senders[2].request)):
            assert len(places._read) == 1

    def test_while_there_are_places_nobody_is_ended(self, clock: Any, senders: list[Sender]) -> None:
        places = Places(3)
        with places.one_for(Body(senders[0].request)):
            clock.now += 10 * SLOW_SECONDS
            with places.one_for(Body(senders[1].request)):
                assert not senders[0].is_cut_off()

    def test_each_newcomer_ends_one(self, clock: Any, at_once: None, senders: list[Sender]) -> None:
        places = Places(2)
        with places.one_for(Body(senders[0].request)), places.one_for(Body(senders[1].request)):
            clock.now += SLOW_SECONDS + 1
            for ended in (1, 2):
                with pytest.raises(NoPlaceError):
                    places._enter(Body(senders[2].request))
                assert sum(sender.is_cut_off() for sender in senders[:2]) == ended

    def test_the_portal_keeps_threads_for_reading(self) -> None:
        from ita_portal.serving import THREADS

        assert bodies.reporters.most + bodies.CROWD < THREADS
        assert bodies.reporters.most + bodies.officers.most < THREADS


def test_who_finds_no_place_is_told_in_words(
    db: None, at_once: None, senders: list[Sender], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "reporters", Places(0))

    def view(_request: HttpRequest) -> HttpResponse:
        pytest.fail("asked")

    answer = reporter_page(view)(RequestFactory().post("/", {"narrative": "x"}))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "<h1>" in answer.content.decode()


def test_the_place_is_free_while_the_view_works(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(1)
    monkeypatch.setattr(bodies, "reporters", places)
    seen: list[int] = []
    view = reporter_page(lambda _request: HttpResponse(seen.append(len(places._read))))
    assert view(RequestFactory().post("/", {"narrative": "x"})).status_code == 200
    assert seen == [0]
