"""Letters: sealed pieces of writing (a report, a message, a note), padded so that their length tells little."""

from __future__ import annotations

import json
from typing import Any

from nacl.utils import random

from .errors import SealingError
from .keys import KEY_BYTES, KeyPair, Stored, open_sealed, seal_to, unwrap, wrap

_SMALLEST = 2 * 1024
_SEALED_KEY_BYTES = KEY_BYTES + 64
_FORMAT = b"\x01"


def size_bucket(size: int) -> int:
    """The size in bytes that a letter of `size` bytes is padded to: 2 KiB, 4 KiB, 8 KiB …"""
    bucket = _SMALLEST
    while bucket < size + 4:
        bucket *= 2
    return bucket


def seal_letter(public: Stored, content: dict[str, Any], context: str) -> bytes:
    """Seal `content` (what JSON can hold) to a public key.

    Written as: format byte 1 · sealed letter key (96 bytes) · the padded JSON under that key.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    padded = (len(text).to_bytes(4, "big") + text).ljust(size_bucket(len(text)), b"\0")
    key = random(KEY_BYTES)
    return _FORMAT + seal_to(public, key, f"{context}/key") + wrap(key, padded, context)


def open_letter(pair: KeyPair, sealed: Stored, context: str) -> dict[str, Any]:
    """The content of a letter; WrongKeyError where key or context is another, SealingError for an unknown format."""
    sealed = bytes(sealed)
    if sealed[:1] != _FORMAT:
        raise SealingError("unknown format")
    middle = 1 + _SEALED_KEY_BYTES
    key = open_sealed(pair, sealed[1:middle], f"{context}/key")
    padded = unwrap(key, sealed[middle:], context)
    length = int.from_bytes(padded[:4], "big")
    if length > len(padded) - 4:
        raise SealingError("not a letter")
    try:
        found = json.loads(padded[4 : 4 + length])
    except ValueError:
        raise SealingError("not a letter") from None
    if not isinstance(found, dict):
        raise SealingError("not a letter")
    return found
