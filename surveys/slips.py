"""Single-use codes: twelve digits, of which two are a check that finds typing errors without asking the database.

The portal keeps a digest of the unused ones only. The printed slip is the one place where a code stands.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from ita_portal.thai import to_arabic_digits

DRAWN, CHECKS = 10, 2
LENGTH = DRAWN + CHECKS
_NOT_DIGITS = re.compile(r"\D+")


def new_slip() -> str:
    """A new code, as twelve digits."""
    drawn = "".join(secrets.choice("0123456789") for _place in range(DRAWN))
    return drawn + _check(drawn)


def read_slip(typed: str) -> str | None:
    """What somebody typed, in Thai or other digits, with spaces or dashes, as twelve digits; None for no such code."""
    if len(typed) > 60:
        return None
    digits = _NOT_DIGITS.sub("", to_arabic_digits(typed))
    if len(digits) != LENGTH or not digits.isascii():
        return None
    known = any(_check(digits[:DRAWN], secret) == digits[DRAWN:] for secret in _secrets())
    return digits if known else None


def shown(slip: str) -> str:
    """A code in groups of four, as people read it."""
    return " ".join(slip[place : place + 4] for place in range(0, LENGTH, 4))


def digest(slip: str) -> str:
    """Under what a new code stands in the database."""
    return digests(slip)[0]


def digests(slip: str) -> list[str]:
    """Under what an unused code may stand: the portal's secret may have changed since it was printed."""
    return [salted_hmac("surveys.slips.digest", slip, secret, algorithm="sha256").hexdigest() for secret in _secrets()]


def _secrets() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _check(drawn: str, secret: str | bytes = "") -> str:
    key = salted_hmac("surveys.slips.check", drawn, secret or settings.SECRET_KEY, algorithm="sha256").hexdigest()
    return f"{int(key[:8], 16) % 100:02d}"
