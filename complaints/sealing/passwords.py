"""Argon2id: from a receipt code or a passphrase to a key.

The parameters lie above the minimum of the OWASP Password Storage Cheat Sheet (19 MiB and 2 passes, or an equal).
One run at a time in each process: memory stays flat however many people come at once.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass

from nacl import pwhash
from nacl.utils import random

SALT_BYTES = pwhash.argon2id.SALTBYTES
_one_at_a_time = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Strength:
    """Argon2id parameters, parallelism 1. memory: MiB."""

    passes: int
    memory: int


CODE = Strength(passes=4, memory=32)
"""For receipt codes: 20 random digits behind it."""
VAULT = Strength(passes=4, memory=64)
"""For passphrases that people choose."""


def new_salt() -> bytes:
    """A fresh salt; each case and each vault has its own."""
    return random(SALT_BYTES)


def stretch(secret: str, salt: bytes | memoryview, strength: Strength) -> bytes:
    """A 32-byte key of `secret`. The same words in another Unicode spelling (NFKC) give the same key."""
    words = unicodedata.normalize("NFKC", secret).encode()
    with _one_at_a_time:
        return pwhash.argon2id.kdf(
            32, words, bytes(salt), opslimit=strength.passes, memlimit=strength.memory * 1024 * 1024
        )
