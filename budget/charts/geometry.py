"""What charts share: lengths as SVG writes them, and how wide letters are."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

_LETTER, _LATIN = 8.6, 7.7
"""Mean width of a letter of the portal's font in the charts, in CSS pixels. Thai marks above and below take none."""


def percent(value: float | Decimal) -> str:
    """`12.5%`; a string, so that no language writes a decimal comma into the drawing."""
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return f"{text if text not in ('', '-0') else '0'}%"


def text_width(text: str) -> float:
    """About how wide a text is, in CSS pixels: on the safe side."""
    return sum(_LATIN if letter.isascii() else _LETTER for letter in text if unicodedata.category(letter) != "Mn")


def wrapped(text: str, room: float) -> tuple[str, ...]:
    """A text in lines that have room, broken between words; a word longer than that stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) > room:
            lines.append(word)
        else:
            lines[-1:] = [longer]
    return tuple(lines)
