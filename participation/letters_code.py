"""The code by which a sender follows a letter: 16 digits in groups of four, `1234 5678 9012 3456`.

    13 digits   secret: 43.2 bits, known to nobody but the sender; kept as a keyed digest only
     3 digits   check: a keyed digest of the others; of a thousand typing errors or guesses 999 end here, with no query

The code is derived from the mark of the form, which the sender's browser holds, and from the portal's secret: a form
that is sent twice gives the same code, and no code can be made from what the database holds. After a change of the
portal's secret, codes go on working as long as the old one is among `SECRET_KEY_FALLBACKS`.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import salted_hmac

SECRET_DIGITS, CHECK_DIGITS = 13, 3
LENGTH = SECRET_DIGITS + CHECK_DIGITS
_SALT = "participation.letters"
_SEPARATORS = frozenset(".·•,:;/|_\t\r\n\u2212")
_SEPARATING = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf"})
"""Kinds of signs that people and word processors put between groups: spaces, dashes, invisible signs."""
_LONGEST_INPUT = 100


class CodeError(ValueError):
    """Not a code of this portal."""


@dataclass(frozen=True, slots=True, repr=False)
class LetterCode:
    """A code. mark: under which its letter is filed. Not shown in tracebacks or logs."""

    digits: str
    mark: str

    @property
    def shown(self) -> str:
        """In groups of four digits."""
        return " ".join(self.digits[start : start + 4] for start in range(0, LENGTH, 4))


def form_mark_of(seed: str) -> str:
    """What is kept of a form's mark: the mark itself would, with the portal's secret, give the code."""
    return salted_hmac(f"{_SALT}.form", seed, algorithm="sha256").hexdigest()


def derive_code(seed: str, attempt: int = 0) -> LetterCode:
    """The code of a form. attempt: 0, and on while the code belongs to another letter already."""
    digest = salted_hmac(f"{_SALT}.seed", f"{attempt}:{seed}", algorithm="sha256").digest()
    body = f"{int.from_bytes(digest, 'big') % 10**SECRET_DIGITS:0{SECRET_DIGITS}d}"
    return _code(body, settings.SECRET_KEY)


def parse_code(text: str) -> LetterCode:
    """Read a code as people type it: spaces, hyphens, Thai or full-width digits. CodeError where it is none."""
    digits = []
    for sign in text[:_LONGEST_INPUT]:
        if sign in _SEPARATORS or unicodedata.category(sign) in _SEPARATING:
            continue
        try:
            digits.append(str(unicodedata.decimal(sign)))
        except ValueError:
            raise CodeError("digits") from None
    whole = "".join(digits)
    if len(whole) != LENGTH or len(text) > _LONGEST_INPUT:
        raise CodeError("length")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        code = _code(whole[:SECRET_DIGITS], secret)
        if hmac.compare_digest(code.digits, whole):
            return code
    raise CodeError("check")


def _code(body: str, secret: str | bytes) -> LetterCode:
    check = int.from_bytes(_keyed("check", body, secret), "big") % 10**CHECK_DIGITS
    return LetterCode(f"{body}{check:0{CHECK_DIGITS}d}", _keyed("code", body, secret).hex())


def _keyed(purpose: str, text: str, secret: str | bytes) -> bytes:
    return salted_hmac(f"{_SALT}.{purpose}", text, secret=secret, algorithm="sha256").digest()
