"""A person's number of thirteen digits is never shown in full: only its last four digits are kept (`XXXXXXXXX1234`).

A company's number begins with 0 and stays: it is public in the register of companies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

DIGITS = 13
_MASK = "X" * 9
_SPACE = " \t\u00a0\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_DASH = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_LOOSE = f"[{_SPACE}{_DASH}]{{0,3}}"
_ANY = f"[{_SPACE}{_DASH}./_]{{1,3}}"
_AS_ON_THE_CARD = re.compile(
    rf"(?<!\d)\d{_ANY}\d{{4}}{_ANY}\d{{5}}{_ANY}\d{{2}}{_ANY}\d(?!\d)"
    rf"|(?<!\d)\d{_ANY}\d{{4}}{_ANY}\d{{5}}{_ANY}\d{{3}}(?!\d)"
)
_AT_ONE_STRETCH = re.compile(r"(?<!\d)\d{13}(?!\d)")
_PIECES = re.compile(rf"\d(?:{_LOOSE}\d)+")
_NOT_DIGITS = re.compile(r"\D+")
_SHORTENED = re.compile(r"[Xx*✕×]{9}(\d{4})")


def _plain(text: str) -> str:
    """The digits of a number, as ASCII, whatever digits and separators it was written with."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def _masked(found: re.Match[str]) -> str:
    digits = _plain(found[0])
    return found[0] if digits.startswith("0") else _MASK + digits[-4:]


def _masked_pieces(found: re.Match[str]) -> str:
    """Thirteen digits in any grouping. A list such as `1 2 3 … 11` is no number: small, and each more than the last."""
    digits = _plain(found[0])
    if len(digits) != DIGITS:
        return found[0]
    groups = [_plain(group) for group in _NOT_DIGITS.split(found[0])]
    numbers = [int(group) for group in groups]
    if max(map(len, groups)) < 3 and all(one < other for one, other in pairwise(numbers)):
        return found[0]
    return _masked(found)


def mask_citizen_numbers(text: str) -> str:
    """`text` with every number of a person shortened: in one stretch, as on the card, in any groups, in Thai digits.

    What has thirteen digits and is something else is shortened as well: a number that was shown cannot be taken back.
    """
    if not text:
        return text
    for pattern in (_AT_ONE_STRETCH, _AS_ON_THE_CARD):
        text = pattern.sub(_masked, text)
    return _PIECES.sub(_masked_pieces, text)


def masked_tax_id(text: str) -> str:
    """A tax number as it is kept: a company's thirteen digits, a person's last four, nothing for nothing.

    ValueError where it is no number of thirteen digits and none that was shortened before.
    """
    joined = re.sub(rf"[\s{_SPACE}{_DASH}./_]", "", text)
    if not joined:
        return ""
    if shortened := _SHORTENED.fullmatch(joined):
        return _MASK + _plain(shortened[1])
    if not joined.isdecimal() or len(joined) != DIGITS:
        raise ValueError(text)
    digits = _plain(joined)
    return digits if digits.startswith("0") else _MASK + digits[-4:]


def masked_bids(bids: Iterable[Any]) -> list[dict[str, Any]]:
    """Bidders and their prices (`Purchase.bids`), names without numbers of people. What is no bid is left out."""
    return [
        {"name": mask_citizen_numbers(str(bid.get("name", ""))), "price": bid.get("price")}
        for bid in bids
        if isinstance(bid, dict)
    ]
