"""Official documents as PDF, made by Typst from a template and plain values.

What people typed never becomes markup: it is handed over as JSON and printed by the template as text, so
`#`, `*`, `$` or `<a>` come out as they were written. Only the portal's own font is used, and every
document meets PDF/UA-1 (tagged, with title and language) and PDF/A-2a (archival), or it is not made at
all.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from ..thai import to_thai_digits
from .coverage import covered_characters

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Sarabun"
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]

_SUBSTITUTES = str.maketrans({"✓": "√", "✔": "√", "☑": "√", "●": "•", "◦": "•", "▪": "•", "‣": "•", "\t": " "})
_NOT_IN_FONT = "◊"
_LONGEST_RUN = 14
"""Letters that a narrow column of a table holds."""
_DECOMPOSED_SARA_AM = "\u0e4d\u0e32", "\u0e33"


class Verbatim(str):
    """Text whose digits stay as they are even where all others turn Thai: an address, a digest."""

    __slots__ = ()


def compile_pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    title: str,
    author: str,
    thai_digits: bool = True,
    language: str = "th",
    created: dt.datetime | None = None,
) -> bytes:
    """The document that `template` makes of `data`.

    template: a `.typ` file of the portal that starts with `#import "/ita_portal/pdf/base.typ": *` and
    shows itself through `official`. data: what JSON can hold; strings are printed as they are.
    thai_digits: every digit that is printed is Thai, page numbers too, but for `Verbatim` strings.
    created: the moment noted in the file, so that the same data give the same bytes. TypstError where the
    template is wrong.
    """
    values = {
        "title": title,
        "author": author,
        "language": language,
        "thai_digits": thai_digits,
        "content": printable(data, thai_digits=thai_digits),
        "heading": printable(title, thai_digits=thai_digits),
    }
    return typst.compile(
        template,
        root=ROOT,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        format="pdf",
        timestamp=int(created.timestamp()) if created else None,
    )


def printable(value: Any, *, thai_digits: bool) -> Any:
    """`value` with every string made fit to print: characters that the font has, digits as asked.

    Composed to NFC, and a sara am written as two marks becomes one, so that no mark floats. What the font
    lacks is replaced by its plain form, else by a lozenge: it is seen that something is missing.
    """
    if isinstance(value, Verbatim):
        return _in_font(value)
    if isinstance(value, str):
        text = _in_font(value)
        return to_thai_digits(text) if thai_digits else text
    if isinstance(value, Mapping):
        return {key: printable(item, thai_digits=thai_digits) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [printable(item, thai_digits=thai_digits) for item in value]
    return value


def breakable(text: str, *, whole: int = 0) -> str:
    """`text` with places where a line may break: after signs in numbers, and inside words too long for a column.

    whole: up to so many letters fit beside each other and are left as they are.
    """
    if len(text) <= whole:
        return text
    marked = re.sub(r"([-/._])(?=\S)", "\\1\u200b", text)
    marked = re.sub(rf"([!-~]{{{_LONGEST_RUN}}})(?=[!-~])", "\\1\u200b", marked)
    return re.sub(rf"((\S)\2{{{_LONGEST_RUN - 1}}})(?=\2)", "\\1\u200b", marked)


def _in_font(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).replace(*_DECOMPOSED_SARA_AM).translate(_SUBSTITUTES)
    return composed if composed.isascii() and composed.isprintable() else "".join(map(_printable, composed))


@functools.lru_cache(maxsize=4096)
def _printable(character: str) -> str:
    if character in "\n\u200b" or character in covered_characters(FONTS / "Sarabun-Regular.ttf"):
        return character
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(part in covered_characters(FONTS / "Sarabun-Regular.ttf") for part in plain):
        return plain
    # Controls, joiners and variation selectors print nothing anywhere.
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn"} else _NOT_IN_FONT


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
