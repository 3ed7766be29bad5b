"""Files: sealed piece by piece as they arrive and opened piece by piece as they leave, in flat memory.

libsodium's secretstream (XChaCha20-Poly1305): pieces cannot be changed, left out, repeated or put in another order,
and a cut end is noticed. Behind the content stand zeros up to a bucket, so that the size tells little.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.utils import random

from .errors import SealingError, WrongKeyError

PIECE = 64 * 1024
"""Bytes of content in a piece; sealed it is 17 bytes longer. The last piece alone may be shorter."""
_SMALLEST = 16 * 1024
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL


def padded_size(size: int) -> int:
    """What `size` bytes are padded to: 16 KiB at least, then the next of eight steps between powers of two."""
    if size <= _SMALLEST:
        return _SMALLEST
    step = max(1 << (size.bit_length() - 4), 1024)
    return -(-size // step) * step


class StreamSealer:
    """Seals one file. `key` is its own; `start` must be written first."""

    def __init__(self, context: str) -> None:
        self.key = random(bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES)
        self._context = context.encode()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        self.start: bytes = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, self.key)
        self._waiting = bytearray()
        self.size = 0

    def update(self, data: bytes) -> bytes:
        """What may be written of the sealed file after `data` came."""
        self.size += len(data)
        self._waiting += data
        return self._whole_pieces()

    def finish(self) -> Iterator[bytes]:
        """The rest, piece by piece: padding and the final piece."""
        missing = padded_size(self.size) - self.size
        while missing > 0:
            zeros = min(missing, PIECE)
            self._waiting += bytes(zeros)
            missing -= zeros
            yield self._whole_pieces()
        yield self._push(bytes(self._waiting), _FINAL)
        self._waiting.clear()

    def _whole_pieces(self) -> bytes:
        sealed = bytearray()
        # The last whole piece waits: it may prove to be the final one.
        while len(self._waiting) > PIECE:
            sealed += self._push(bytes(self._waiting[:PIECE]), _MESSAGE)
            del self._waiting[:PIECE]
        return bytes(sealed)

    def _push(self, piece: bytes, tag: int) -> bytes:
        return bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, self._context, tag)


class StreamOpener:
    """Opens one sealed file. size: bytes of the content, without padding."""

    def __init__(self, key: bytes, context: str, size: int) -> None:
        self._key = key
        self._context = context.encode()
        self._size = size

    def read(self, sealed: IO[bytes]) -> Iterator[bytes]:
        """The content piece by piece; WrongKeyError at the first that is not as it was sealed."""
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        left, tag = self._size, _MESSAGE
        try:
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, sealed.read(_HEADER), self._key)
            while piece := sealed.read(PIECE + _OVERHEAD):
                content, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, piece, self._context)
                if left:
                    yield content[:left]
                left = max(0, left - len(content))
        except (CryptoError, TypeError, ValueError, RuntimeError) as error:
            raise WrongKeyError from error
        if tag != _FINAL or left:
            raise SealingError("the sealed file is cut")
