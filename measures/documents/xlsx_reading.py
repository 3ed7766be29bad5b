"""The rows of a spreadsheet, read without trusting its size or its merged ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from ita_portal.spreadsheets import CELL_LIMIT

from . import limits
from .package import Budget, Package, attribute, broken, local, refuse
from .plan_table import Cell, Row
from .text import tidy

MAX_MERGES = 1000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How spreadsheets write what XML cannot hold (ISO/IEC 29500-1, 22.9.2.19)."""

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


def xlsx_blocks(package: Package) -> Iterator[Row]:
    """Every row with something in it, of every visible sheet, in order. A blank row in between is an empty row."""
    related = package.related(package.main)
    shared = _shared_strings(package, related)
    sheets = next((part for part in package.xml(package.main) if local(part) == "sheets"), None)
    if sheets is None:
        raise broken()
    budget = Budget()
    for sheet in sheets:
        target = related.get(attribute(sheet, "id") or "")
        if sheet.get("state") in ("hidden", "veryHidden"):
            continue
        if target is None or not package.has(target):
            raise broken()
        yield from _rows(package.xml(target), tidy(sheet.get("name", "")), shared, budget)


def _shared_strings(package: Package, related: dict[str, str]) -> list[str]:
    name = next((part for part in related.values() if part.endswith("sharedStrings.xml")), None)
    if name is None or not package.has(name):
        return []
    strings = [_string(item) for item in package.xml(name) if local(item) == "si"]
    if any(len(string) > CELL_LIMIT for string in strings):
        raise refuse(limits.too_long(CELL_LIMIT))
    return strings


def _string(element: etree._Element) -> str:
    """The text of a plain or formatted string, without reading aids (furigana)."""
    return "".join(
        part.text or ""
        for part in element.iter()
        if local(part) == "t" and not any(local(above) == "rPh" for above in part.iterancestors())
    )


def _rows(sheet: etree._Element, name: str, shared: list[str], budget: Budget) -> Iterator[Row]:
    data = next((part for part in sheet if local(part) == "sheetData"), None)
    if data is None:
        return
    covered = _Covered(sheet)
    last = 0
    for row in data:
        if local(row) != "row":
            continue
        cells = []
        number = last + 1
        for position, cell in enumerate(part for part in row if local(part) == "c"):
            budget.cell()
            column, number = _position(cell.get("r"), position + 1, _number(row.get("r"), last + 1))
            lines = () if covered.hides(column, number) else _lines(cell, shared, budget)
            if lines:
                place = _("sheet “%(sheet)s”, cell %(cell)s") % {"sheet": name, "cell": f"{_letters(column)}{number}"}
                cells.append((float(column), column + 1.0, Cell(lines, place)))
        if number > last + 1 or not cells:
            yield Row((), _("sheet “%(sheet)s”, row %(row)s") % {"sheet": name, "row": last + 1})
        last = number
        if cells:
            place = _("sheet “%(sheet)s”, row %(row)s") % {"sheet": name, "row": number}
            yield Row(tuple(sorted(cells, key=lambda cell: cell[0])), place)


def _lines(cell: etree._Element, shared: list[str], budget: Budget) -> tuple[str, ...]:
    kind = cell.get("t", "n")
    value = next((part.text or "" for part in cell if local(part) == "v"), "")
    if kind == "s":
        index = _number(value, -1)
        if not 0 <= index < len(shared):
            raise broken()
        value = shared[index]
    elif kind == "inlineStr":
        value = "".join(_string(part) for part in cell if local(part) == "is")
    value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), budget.text(value)).replace("\r", "\n")
    return tuple(filter(None, (tidy(line) for line in value.split("\n"))))


class _Covered:
    """The cells that lie under a merged range: what they still hold is not seen."""

    def __init__(self, sheet: etree._Element) -> None:
        self.ranges = []
        for merges in (part for part in sheet if local(part) == "mergeCells"):
            for merge in merges:
                first, _colon, last = (merge.get("ref") or "").partition(":")
                start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
                if start and end:
                    self.ranges.append((_column(start[1]), int(start[2]), _column(end[1]), int(end[2])))
        if len(self.ranges) > MAX_MERGES:
            raise refuse(_("it has more than %(limit)s merged cells") % {"limit": MAX_MERGES})

    def hides(self, column: int, row: int) -> bool:
        """Whether the cell is merged into another."""
        return any(
            left <= column <= right and top <= row <= bottom and (column, row) != (left, top)
            for left, top, right, bottom in self.ranges
        )


def _position(reference: str | None, column: int, row: int) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference or "")
    return (_column(found[1]), int(found[2])) if found else (column, row)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default
