"""The proof of filing: the day and a digest of what was sealed, signed by the portal (Ed25519). Nothing else.

Written in capital letters and digits (base32) after `ITA1`, in groups of five, so that it can be typed from paper.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

PREFIX = "ITA1"
DIGEST_BYTES = 32
_DAY_BYTES = 4
_GROUP = 5
_LONGEST_INPUT = 1000


@dataclass(frozen=True, slots=True)
class Proof:
    """What a genuine proof says. digest: SHA-256 over the sealed parts."""

    day: dt.date
    digest: bytes


def verify_key(signing_seed: bytes) -> bytes:
    """The public half that anyone may check with, 32 bytes."""
    return bytes(SigningKey(bytes(signing_seed)).verify_key)


def sign_proof(signing_seed: bytes, day: dt.date, digest: bytes) -> str:
    """The proof as text."""
    signed = SigningKey(bytes(signing_seed)).sign(day.toordinal().to_bytes(_DAY_BYTES, "big") + bytes(digest))
    text = base64.b32encode(bytes(signed)).decode().rstrip("=")
    return " ".join([PREFIX, *(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))])


def read_proof(public: bytes, text: str) -> Proof | None:
    """What the proof says, or None where it is not one of this portal."""
    plain = "".join(text[:_LONGEST_INPUT].upper().split()).replace("-", "")
    if not plain.startswith(PREFIX):
        return None
    body = plain.removeprefix(PREFIX)
    try:
        signed = base64.b32decode(body + "=" * (-len(body) % 8))
        content = VerifyKey(public).verify(signed)
        if len(content) != _DAY_BYTES + DIGEST_BYTES:
            return None
        return Proof(dt.date.fromordinal(int.from_bytes(content[:_DAY_BYTES], "big")), content[_DAY_BYTES:])
    except (binascii.Error, BadSignatureError, ValueError, OverflowError):
        return None
