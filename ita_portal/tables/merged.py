"""Merged ranges of a sheet: the value of the first cell stands for all of them, as the person sees it.

They stand behind the rows in the file, so that they are looked for before the rows are read (`Merges.see`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import column_index_from_string

from .problems import UnreadableError

MOST_RANGES = 20_000
"""Merged ranges of a sheet."""
_RANGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']"
)
_LONGEST_TAG = 1024


@dataclass(frozen=True, slots=True, order=True)
class _Range:
    top: int
    left: int
    bottom: int
    right: int


class Merges:
    """The merged ranges of one sheet, within its first `columns` columns.

    A row in which nothing of its own stands stays empty: a range that reaches down to the last row that Excel knows
    makes no rows. Of ranges that overlap, which no program writes, the first counts.
    """

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.ranges: list[_Range] = []
        self._rest = b""
        self._count = self._next = 0
        self._sorted = False
        self._active: dict[int, tuple[_Range, Any]] = {}

    def see(self, piece: bytes) -> None:
        """Take up the ranges in the next piece of the part. UnreadableError where there are far too many."""
        text = self._rest + piece
        for found in _RANGE.finditer(text):
            self._count += 1
            if self._count > MOST_RANGES:
                raise UnreadableError(
                    _("It has more than %(count)s merged cells. Divide them, and save it again."), count=MOST_RANGES
                )
            self._add(*(part.decode() for part in found.groups()))
        start = text.rfind(b"<")
        # A tag that the next piece continues.
        cut = start >= 0 and len(text) - start <= _LONGEST_TAG and b">" not in text[start:]
        self._rest = text[start:] if cut else b""

    def _add(self, left: str, top: str, right: str, bottom: str) -> None:
        columns = sorted((column_index_from_string(left) - 1, column_index_from_string(right) - 1))
        lines = sorted((int(top), int(bottom)))
        if columns[0] < self.columns and (columns[0] < columns[1] or lines[0] < lines[1]):
            self.ranges.append(_Range(lines[0], columns[0], lines[1], min(columns[1], self.columns - 1)))

    def _in_order(self) -> list[_Range]:
        if not self._sorted:
            self.ranges.sort()
            self._sorted = True
        return self.ranges

    def beside(self, line: int) -> frozenset[int]:
        """Places in a row to the right of the first cell of a merged range."""
        places: set[int] = set()
        for found in self._in_order():
            if found.top > line:
                break
            if line <= found.bottom:
                places.update(range(found.left + 1, found.right + 1))
        return frozenset(places)

    def filled(self, line: int, cells: list[Any]) -> list[Any]:
        """The cells of the next row, those of merged ranges filled in."""
        covered = self._covered(line, cells)
        if not covered:
            return cells
        if all(_is_blank(cell) for place, cell in enumerate(cells) if place not in covered):
            return []
        cells.extend([None] * (max(covered) + 1 - len(cells)))
        for place, value in covered.items():
            cells[place] = value
        return cells

    def _covered(self, line: int, cells: list[Any]) -> dict[int, Any]:
        """Place → value of the cells that a merged range covers, all but its first one."""
        ranges = self._in_order()
        if self._active:
            self._active = {place: held for place, held in self._active.items() if held[0].bottom >= line}
        covered = {place: value for place, (found, value) in self._active.items() if found.top < line}
        while self._next < len(ranges) and ranges[self._next].top <= line:
            found = ranges[self._next]
            self._next += 1
            # The row of its first cell may be missing: then nothing stands in it.
            if found.top < line or found.left >= len(cells) or _is_blank(cells[found.left]):
                continue
            places = range(found.left, found.right + 1)
            if any(place in self._active for place in places):
                continue
            value = cells[found.left]
            self._active.update(dict.fromkeys(places, (found, value)))
            covered.update(dict.fromkeys(places[1:], value))
        return covered


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
