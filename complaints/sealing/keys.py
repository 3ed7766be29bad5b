"""Key pairs (X25519), sealing to a public key, and wrapping under a shared key (XChaCha20-Poly1305).

Everything sealed is bound to a *context*, a short text that says what it is and to what it belongs: a sealed part
that somebody with access to the database moves to another case or another place does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.utils import random

from .errors import WrongKeyError

KEY_BYTES = 32
Stored = bytes | memoryview
"""What a column of bytes gives back."""
_CONTEXT_BYTES = 16
_NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """An X25519 pair, 32 bytes each. Not shown in tracebacks or logs."""

    public: bytes
    private: bytes

    @classmethod
    def of(cls, private: bytes) -> KeyPair:
        """The pair of a private key."""
        return cls(bindings.crypto_scalarmult_base(private), private)


def new_pair() -> KeyPair:
    """A fresh pair."""
    return KeyPair(*bindings.crypto_box_keypair())


def context_mark(context: str) -> bytes:
    """16 bytes that stand for a context."""
    return hashlib.blake2b(context.encode(), digest_size=_CONTEXT_BYTES, person=b"ITA1 context").digest()


def seal_to(public: Stored, data: bytes, context: str) -> bytes:
    """Seal `data` so that only the holder of the private key reads it; 64 bytes longer than `data`."""
    return bindings.crypto_box_seal(context_mark(context) + data, bytes(public))


def open_sealed(pair: KeyPair, sealed: Stored, context: str) -> bytes:
    """The reverse of `seal_to`; WrongKeyError where key or context is another."""
    try:
        opened = bindings.crypto_box_seal_open(bytes(sealed), pair.public, pair.private)
    except (CryptoError, TypeError, ValueError) as error:
        raise WrongKeyError from error
    mark, data = opened[:_CONTEXT_BYTES], opened[_CONTEXT_BYTES:]
    if not hmac.compare_digest(mark, context_mark(context)):
        raise WrongKeyError
    return data


def wrap(key: bytes, data: bytes, context: str) -> bytes:
    """Encrypt `data` under a 32-byte key; 40 bytes longer than `data`."""
    nonce = random(_NONCE_BYTES)
    return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(data, context.encode(), nonce, key)


def unwrap(key: bytes, wrapped: Stored, context: str) -> bytes:
    """The reverse of `wrap`; WrongKeyError where key or context is another."""
    nonce, text = bytes(wrapped)[:_NONCE_BYTES], bytes(wrapped)[_NONCE_BYTES:]
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(text, context.encode(), nonce, key)
    except (CryptoError, TypeError, ValueError) as error:
        raise WrongKeyError from error
