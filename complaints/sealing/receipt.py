"""The receipt code: 28 digits in groups of four, `1234 5678 …`.

    5 digits   locator: which case it may be (kept as a keyed mark only)
   20 digits   secret: 66.4 bits, known to nobody but the reporter
    3 digits   check: a keyed digest of the 25 others; of a thousand guesses or typing errors 999 end here

The code is derived from a seed that the reporter's browser holds while the form is open, so that a form sent twice
gives the same receipt and not a second case.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

LOCATOR_DIGITS, SECRET_DIGITS, CHECK_DIGITS = 5, 20, 3
LENGTH = LOCATOR_DIGITS + SECRET_DIGITS + CHECK_DIGITS
_SEPARATORS = frozenset(".·•,:;/|_\t\r\n\u2212")
_SEPARATING = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
"""Kinds of signs that people and word processors put between groups: spaces, dashes, invisible signs."""
_LONGEST_INPUT = 200


class ReceiptError(ValueError):
    """Not a code of this portal. reason: `digits` (other signs in it), `length`, `check`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Receipt:
    """A receipt code in its parts. Not shown in tracebacks or logs."""

    locator: str
    secret: str
    check: str

    @property
    def code(self) -> str:
        """As it is shown: groups of four digits."""
        digits = self.locator + self.secret + self.check
        return " ".join(digits[start : start + 4] for start in range(0, LENGTH, 4))

    def mark(self, key: bytes) -> bytes:
        """Under which its case is filed: 16 bytes, of the locator alone."""
        return _keyed(key, self.locator, b"ITA1 locator")[:16]


def derive_receipt(seed: bytes, attempt: int, key: bytes) -> Receipt:
    """The code of a seed of 32 random bytes. attempt: 0, and on while the locator belongs to another case already."""
    digest = hashlib.blake2b(attempt.to_bytes(4, "big"), key=seed, person=b"ITA1 receipt").digest()
    locator = f"{int.from_bytes(digest[:16], 'big') % 10**LOCATOR_DIGITS:0{LOCATOR_DIGITS}d}"
    secret = f"{int.from_bytes(digest[16:], 'big') % 10**SECRET_DIGITS:0{SECRET_DIGITS}d}"
    return Receipt(locator, secret, _check(key, locator + secret))


def parse_receipt(text: str, key: bytes) -> Receipt:
    """Read a code as people type it: spaces, hyphens, Thai or full-width digits. ReceiptError where it is none."""
    digits = []
    for sign in text[:_LONGEST_INPUT]:
        if sign in _SEPARATORS or unicodedata.category(sign) in _SEPARATING:
            continue
        try:
            digits.append(str(unicodedata.decimal(sign)))
        except ValueError:
            raise ReceiptError("digits") from None
    if len(digits) != LENGTH or len(text) > _LONGEST_INPUT:
        raise ReceiptError("length")
    whole = "".join(digits)
    body, check = whole[:-CHECK_DIGITS], whole[-CHECK_DIGITS:]
    if not hmac.compare_digest(check, _check(key, body)):
        raise ReceiptError("check")
    return Receipt(body[:LOCATOR_DIGITS], body[LOCATOR_DIGITS:], check)


def _check(key: bytes, body: str) -> str:
    return f"{int.from_bytes(_keyed(key, body, b'ITA1 check'), 'big') % 10**CHECK_DIGITS:0{CHECK_DIGITS}d}"


def _keyed(key: bytes, text: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(text.encode(), key=bytes(key), person=purpose, digest_size=32).digest()
