"""Who sends a form slowly cannot take the portal's threads from everybody else.

A thread waits while the body of a request arrives, and a process has few of them. So a body is read at one of a few
places; where all are taken, a newcomer ends the slowest that hardly moves, waits a moment, or is asked to come again.
The place is held while the body is read, not while what it says is sealed. No address is looked at.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, UnreadablePostError

SLOW_SECONDS = 20
"""So long a body may lag behind before it gives way to a newcomer."""
SLOW_RATE = 2 * 1024
"""Bytes a second; who sends more does not lag behind."""
WAIT_SECONDS = 2
"""So long a newcomer waits for a place."""
CROWD, CROWD_SECONDS = 8, 0.5
"""Where so many wait already, the next wait this long: pages that only read keep a thread."""
_PIECE = 8 * 1024
_REST_SECONDS = 0.2
_REST_BYTES = 4 * 1024 * 1024


class NoPlaceError(Exception):
    """All places are taken by bodies that arrive at a good pace."""


class Body:
    """The body of one request while it is read. due: the moment when it will have lagged behind for too long."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._stream: Any = request._stream
        self._connection = request.META.get("gunicorn.socket")
        self.due = time.monotonic() + SLOW_SECONDS
        self.size = 0

    def read(self, size: int | None = -1) -> bytes:
        """As of a file; in small pieces, so that the pace is known."""
        left = -1 if size is None else size
        pieces = []
        while left and (piece := self._stream.read(_PIECE if left < 0 else min(left, _PIECE))):
            self._came(len(piece))
            pieces.append(piece)
            left = left if left < 0 else left - len(piece)
        return b"".join(pieces)

    def readline(self, *size: int) -> bytes:
        """As of a file."""
        line: bytes = self._stream.readline(*size)
        self._came(len(line))
        return line

    def close(self) -> None:
        """As of a file."""
        self._stream.close()

    def take_in(self) -> None:
        """Read it all; UnreadablePostError where it ended before its end: half a form is no form."""
        self._request._stream = self  # type: ignore[assignment]
        self._request.POST  # noqa: B018 - reads the form, and its files
        if self._request.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
            self.pass_over()
        elif self.size < _length(self._request):
            raise UnreadablePostError

    def end(self) -> None:
        """Break the connection: the thread that waits for it is free."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def pass_over(self) -> None:
        """Take away what has arrived, so that the answer is read, and wait for no more."""
        if self._connection is None:
            return
        until, left = time.monotonic() + _REST_SECONDS, _REST_BYTES
        with contextlib.suppress(OSError):
            self._connection.settimeout(_REST_SECONDS)
            while left > 0 and time.monotonic() < until and (piece := self._stream.read(_PIECE)):
                left -= len(piece)
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)
            self._connection.settimeout(None)

    def _came(self, count: int) -> None:
        self.size += count
        now = time.monotonic()
        self.due = min(max(self.due, now) + count / SLOW_RATE, now + SLOW_SECONDS)


class Places:
    """So many bodies are read at once, in one process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._changed = threading.Condition()
        self._read: set[Body] = set()
        self._ended: set[Body] = set()
        self._waiting = 0

    @contextlib.contextmanager
    def one_for(self, body: Body) -> Iterator[None]:
        """Hold a place. NoPlaceError where none becomes free in a moment."""
        self._enter(body)
        try:
            yield
        finally:
            with self._changed:
                self._read.discard(body)
                self._ended.discard(body)
                self._changed.notify()

    def _enter(self, body: Body) -> None:
        with self._changed:
            if len(self._read) >= self.most:
                self._end_slowest()
                self._waiting += 1
                try:
                    seconds = WAIT_SECONDS if self._waiting <= CROWD else CROWD_SECONDS
                    if not self._changed.wait_for(lambda: len(self._read) < self.most, seconds):
                        raise NoPlaceError
                finally:
                    self._waiting -= 1
            self._read.add(body)

    def _end_slowest(self) -> None:
        slowest = min(self._read - self._ended, key=lambda body: body.due, default=None)
        if slowest is not None and slowest.due <= time.monotonic():
            self._ended.add(slowest)
            slowest.end()


reporters = Places(14)
officers = Places(6)
"""Their own: whoever floods the channel does not keep officers from their work."""


def take_in(request: HttpRequest, places: Places) -> None:
    """Read the form of a POST at one of `places`; NoPlaceError, and what has arrived is dropped, where none is free."""
    body = Body(request)
    try:
        with places.one_for(body):
            body.take_in()
    except NoPlaceError:
        body.pass_over()
        raise


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
