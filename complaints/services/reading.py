"""The reporter's way in: from a receipt code to the opened case."""

from __future__ import annotations

from .. import sealing
from ..channel import own_keys
from ..models import Case

_NO_SALT = bytes(16)


class UnknownCodeError(Exception):
    """A code that belongs to no case, or to none any more."""


def read_code(text: str) -> sealing.Receipt:
    """The code in its parts; `sealing.ReceiptError` where it is none: costs microseconds, asks no database."""
    return sealing.parse_receipt(text, own_keys().check)


def open_by_code(receipt: sealing.Receipt) -> tuple[Case, bytes]:
    """The case of a code and its private key; UnknownCodeError where there is none, which takes as long to say."""
    case = Case.objects.filter(locator_mark=receipt.mark(own_keys().check)).first()
    key = sealing.stretch(receipt.secret, case.code_salt if case else _NO_SALT, sealing.CODE)
    if case is None:
        raise UnknownCodeError
    try:
        return case, sealing.unwrap(key, case.code_sealed_key, f"case {case.pk}/code")
    except sealing.WrongKeyError:
        raise UnknownCodeError from None
