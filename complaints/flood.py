"""Flood and abuse control: no puzzle, no service, no address kept.

Counters live in the memory of one process and are keyed by two bytes of a digest whose key was drawn when the process
began and is nowhere else: nobody can turn one back into an address, not even afterwards with everything the server
holds. Limits are far above what a shared connection of honest people needs.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict

from django.conf import settings
from django.http import HttpRequest
from nacl.utils import random

from organization.sign_in import one_visitor

from . import sealing

FILINGS_AN_HOUR = 1_200
"""From one bucket of addresses, in one process."""
TRIES_IN_TEN_MINUTES = 30
"""With a wrong code of the same case."""
OPENINGS_IN_TEN_MINUTES = 300
"""With the right one: who keeps no cookie sends it with every page."""
_key = random(32)
_MOST_HELD = 18
_held = threading.BoundedSemaphore(_MOST_HELD)


class Window:
    """Counts by key over the last `seconds`, in bounded memory."""

    def __init__(self, limit: int, seconds: float, keys: int = 5_000) -> None:
        self.limit = limit
        self._seconds = seconds
        self._keys = keys
        self._lock = threading.Lock()
        self._counts: OrderedDict[bytes, tuple[float, int]] = OrderedDict()

    def over(self, key: bytes, amount: int = 1) -> bool:
        """Count `amount`, or take as much back; whether the limit is passed."""
        now = time.monotonic()
        with self._lock:
            began, count = self._counts.pop(key, (now, 0))
            if now - began > self._seconds:
                began, count = now, 0
            self._counts[key] = (began, count + amount)
            while len(self._counts) > self._keys:
                self._counts.popitem(last=False)
            return count + amount > self.limit


filings = Window(FILINGS_AN_HOUR, 3600)

tries = Window(TRIES_IN_TEN_MINUTES, 600)

openings = Window(OPENINGS_IN_TEN_MINUTES, 600)


def too_many_filings(request: HttpRequest) -> bool:
    """Whether more is filed from the sender's part of the network than people can write."""
    return filings.over(_bucket(request))


def too_many_tries(receipt: sealing.Receipt) -> bool:
    """Whether the code of one case was tried so often that the next try must wait.

    Each try counts as wrong until `was_right`: many at once get no more of them.
    """
    key = _locator(receipt)
    return openings.over(key, 0) or tries.over(key)


def was_right(receipt: sealing.Receipt) -> None:
    """The try that was counted opened the case: it is counted among the openings instead."""
    key = _locator(receipt)
    tries.over(key, -1)
    openings.over(key)


def hold_back() -> None:
    """Let who sent a wrong code wait a moment, so that guessing takes no processor time from others.

    At most some at once: past that nobody waits, so that waiting itself cannot fill the server.
    """
    if settings.WRONG_CODE_SECONDS and _held.acquire(blocking=False):
        try:
            time.sleep(settings.WRONG_CODE_SECONDS)
        finally:
            _held.release()


def _locator(receipt: sealing.Receipt) -> bytes:
    return hashlib.blake2b(receipt.locator.encode(), key=_key, digest_size=16).digest()


def _bucket(request: HttpRequest) -> bytes:
    return hashlib.blake2b(one_visitor(request).encode(), key=_key, digest_size=2).digest()
