"""What is asked of a form that somebody sends without having signed in: that it comes from this portal, and not too
often from one place. Nobody's address is kept for it.

How often is counted in the memory of one process, by two bytes of a digest whose key was drawn when the process began
and is nowhere else: some thousands of addresses share each count, and nothing leads back to one. The limit is above
what the people of one office or one mobile network send.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from django.http import HttpRequest

from organization.sign_in import one_visitor

SENT_AN_HOUR = 20
"""From one place, in one process: fewer than are taken in of all (`services.voices.WAITING_AN_HOUR`)."""
_HOUR, _PLACES = 3_600, 5_000
_key = secrets.token_bytes(32)
_lock = threading.Lock()
_counts: OrderedDict[bytes, tuple[float, int]] = OrderedDict()


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that another website sent this form. Programs that say nothing are let through: whoever
    is not signed in lends them no right."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != request.get_host()
    except ValueError:  # no browser writes such an origin
        return True


def sends_too_much(request: HttpRequest) -> bool:
    """Count a form; whether more comes from the sender's place than people write."""
    place = hashlib.blake2b(one_visitor(request).encode(), key=_key, digest_size=2).digest()
    now = time.monotonic()
    with _lock:
        began, count = _counts.pop(place, (now, 0))
        if now - began > _HOUR:
            began, count = now, 0
        _counts[place] = (began, count + 1)
        while len(_counts) > _PLACES:
            _counts.popitem(last=False)
    return count >= SENT_AN_HOUR


def forget() -> None:
    """Begin to count anew."""
    with _lock:
        _counts.clear()
