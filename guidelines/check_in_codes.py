"""The codes with which people check in to a training.

Each is a keyed digest of what it stands for, with a secret that is the session's own: the code of one session says
nothing of another's. The one on the screen is made anew every minute and is taken for some minutes; the one on the
printed page is taken in the hours of the session. None is taken outside these hours.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

from .models import TrainingSession

EVERY = 60
"""Seconds after which the screen shows a new code."""
TAKEN_FOR = 5
"""Codes of the screen that are taken, the newest included: time to scan and to sign in on a slow telephone."""
_LETTERS = 12


def screen_code(session: TrainingSession, now: dt.datetime) -> str:
    """What the screen shows at a moment."""
    return _code(session, f"screen {_minute(now)}")


def printed_code(session: TrainingSession) -> str:
    """What stands on the printed page."""
    return _code(session, "printed")


def is_right(session: TrainingSession, code: str, now: dt.datetime) -> bool:
    """Whether a code is one of this session and is taken at this moment."""
    if not session.takes_check_ins(now):
        return False
    latest = _minute(now)
    known = [printed_code(session), *(_code(session, f"screen {latest - back}") for back in range(TAKEN_FOR))]
    given = code.upper().encode("utf-8", "replace")
    return any(hmac.compare_digest(given, one.encode()) for one in known)


def _minute(now: dt.datetime) -> int:
    return int(now.timestamp()) // EVERY


def _code(session: TrainingSession, stands_for: str) -> str:
    words = f"{session.pk} {session.day} {session.begins} {session.ends} {stands_for}"
    digest = hmac.new(session.secret.encode(), words.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:_LETTERS]
