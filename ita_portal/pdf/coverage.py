"""Which characters a TrueType font can show.

A document of the standards that we keep may not hold a character without a glyph, and people paste anything.
"""

from __future__ import annotations

import functools
import struct
from pathlib import Path

_SEGMENTED = 4
_PRIVATE_USE = range(0xE000, 0xF900)


@functools.cache
def covered_characters(font: Path) -> frozenset[str]:
    """The printable characters of the basic plane in the font's character map (OpenType `cmap`, format 4).

    ValueError where the font has no such map.
    """
    file = font.read_bytes()
    table = _table(file, b"cmap")
    (count,) = struct.unpack_from(">H", file, table + 2)
    for number in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", file, table + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", file, table + offset)
        if form == _SEGMENTED:
            return frozenset(_segments(file, table + offset))
    raise ValueError(font)


def _table(file: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", file, 4)
    for number in range(count):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", file, 12 + 16 * number)
        if tag == name:
            return int(offset)
    raise ValueError(name)


def _segments(file: bytes, start: int) -> set[str]:
    (doubled,) = struct.unpack_from(">H", file, start + 6)
    size = doubled // 2
    last = struct.unpack_from(f">{size}H", file, start + 14)
    first = struct.unpack_from(f">{size}H", file, start + 16 + doubled)
    codes = {code for low, high in zip(first, last, strict=True) for code in range(low, high + 1)}
    return {chr(code) for code in codes if code >= 0x20 and code != 0xFFFF and code not in _PRIVATE_USE}
