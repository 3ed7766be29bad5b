"""The headings of a table: which columns an app knows, and how people spell what stands above them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from ..spreadsheets import Value
from ..thai import to_arabic_digits
from .problems import UnreadableError

_LONGEST_HEADING = 60
_NOTHING: frozenset[int] = frozenset()
_FROM_BELOW, _FROM_BOTH = 1, 2
_FIGURES = re.compile(r"[0-9๐-๙.,\s-]+")


def skeleton(text: object) -> str:
    """What makes two spellings the same: letters, marks, Arabic digits, small; a lone sign is itself."""
    plain = unicodedata.normalize("NFKC", to_arabic_digits(text)).casefold()
    return "".join(filter(_speaks, plain)) or plain.strip()


def _speaks(letter: str) -> bool:
    """Whether it is a letter or digit, or one of the vowels and tone marks that Thai sets above and below."""
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"


def text_of(cell: object) -> str:
    """A cell as one line of text."""
    return " ".join(str(cell).split()) if cell is not None else ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. spellings: what else people write above it. help: what belongs into it, for the template.

    Under headings in two rows a spelling names both, as `งบประมาณ ตั้งไว้`, or the lower one alone.
    """

    key: str
    thai: str
    english: str
    width: int = 20
    example: Value = None
    help: str | Promise = ""
    spellings: tuple[str, ...] = ()
    needed: bool = False

    def heading(self, language: str | None = None) -> str:
        """Its heading in `language` (the active one)."""
        return self.thai if (language or get_language() or "th").startswith("th") else self.english


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A row of headings that was found. rows: how many rows of the sheet it takes. texts: what stands in each of them.

    places: key of a column → its place. headings: as the file writes them. ignored: those that nothing is known of.
    """

    places: dict[str, int]
    headings: dict[str, str]
    ignored: list[str]
    rows: int
    texts: tuple[tuple[str, ...], ...]


class Headings:
    """The columns that a table may have.

    anchor: which set of known columns makes a row the row of headings; unless told, all that are needed.
    rows: 2 where a group may stand above several headings: `งบประมาณ` over `ตั้งไว้ | โอน | คงเหลือ`. A table whose
    headings stand in one row is read all the same.
    """

    def __init__(
        self, columns: Sequence[Column], *, anchor: Callable[[set[str]], bool] | None = None, rows: int = 1
    ) -> None:
        self.columns, self.rows = tuple(columns), rows
        self.by_key: dict[str, Column] = {column.key: column for column in self.columns}
        self.needed = frozenset(column.key for column in self.columns if column.needed)
        self.anchor: Callable[[set[str]], bool] = anchor or self.needed.issubset
        self._keys: dict[str, str] = {}
        for column in self.columns:
            for spelling in (column.thai, column.english, column.key.replace("_", " "), *column.spellings):
                self._keys.setdefault(skeleton(spelling), column.key)

    def find(self, cell: object) -> str | None:
        """The key of the column of which this is the heading."""
        return self._keys.get(skeleton(text_of(cell))) if isinstance(cell, str) else None

    def usual(self, key: str, cell: str) -> bool:
        """Whether it is the column's own name, not one of its other spellings."""
        return skeleton(cell) in (skeleton(self.by_key[key].thai), skeleton(self.by_key[key].english))

    def header(self, language: str | None = None) -> list[str]:
        """The names of all columns, as an export or a template writes them."""
        return [column.heading(language) for column in self.columns]

    def count(self, cells: Sequence[Any]) -> int:
        """How many columns a row names."""
        return len({key for key in map(self.find, cells) if key is not None})

    def read(
        self, cells: Sequence[Any], under: Sequence[Any] | None = None,
        *, beside: Collection[int] = _NOTHING, beside_under: Collection[int] = _NOTHING,
    ) -> HeadingRow | None:  # fmt: skip
        """The row of headings that `cells` is, or None. UnreadableError where two columns say the same.

        under: the next row, where a second row of headings may stand. beside: places that a merged cell on the left
        covers.
        """
        if self.rows > 1 and under is not None and not any(_is_value(cell) for cell in under):
            joined = list(self._joined(cells, under, beside, beside_under))
            keys = {key for _text, key, _from in joined if key is not None}
            # Where the lower row has all that is needed by itself, a title may stand above it, not groups.
            enough = _FROM_BOTH if self._stands_alone(cells, under) else _FROM_BELOW
            if max((found for _text, _key, found in joined), default=0) >= enough and self.anchor(keys):
                return self._row([(text, key) for text, key, _from in joined], cells, under)
        single = [
            ("", None) if place in beside else (text_of(cell), self.find(cell)) for place, cell in enumerate(cells)
        ]
        if not self.anchor({key for _text, key in single if key is not None}):
            return None
        return self._row(single, cells)

    def _stands_alone(self, upper: Sequence[Any], lower: Sequence[Any]) -> bool:
        """Whether the lower row is a row of headings without what merged cells carry into it from above."""
        own = (
            self.find(cell)
            for place, cell in enumerate(lower)
            if place >= len(upper) or text_of(upper[place]) != text_of(cell)
        )
        return self.anchor({key for key in own if key is not None})

    def _joined(
        self, upper: Sequence[Any], lower: Sequence[Any], beside: Collection[int], beside_lower: Collection[int]
    ) -> Iterator[tuple[str, str | None, int]]:
        """Of each place: its heading from both rows, the column, and what the lower row has to do with it."""
        width, group = max(len(upper), len(lower)), ""
        above = [text_of(cell) for cell in upper] + [""] * (width - len(upper))
        below = [text_of(cell) for cell in lower] + [""] * (width - len(lower))
        for place in range(width):
            # In a file without merged cells a group stands above the first of its columns alone.
            group = above[place] or group
            if place in beside_lower:
                yield "", None, 0
            elif not below[place] or skeleton(below[place]) == skeleton(above[place]):
                # A group with nothing under it, or one heading over both rows.
                text = "" if place in beside else above[place]
                yield text, self.find(text), 0
            else:
                text = f"{group} {below[place]}".strip()
                key, origin = self.find(text), _FROM_BOTH if group else _FROM_BELOW
                follows = place + 1 < width and (
                    place + 1 in beside or (not above[place + 1] and bool(below[place + 1]))
                )
                if key is None and (follows or place in beside or not above[place]):
                    key, origin = self.find(below[place]), _FROM_BELOW
                if key is not None:
                    yield text, key, origin
                else:
                    # Perhaps a unit stands below: `จำนวนเงิน` over `(บาท)`.
                    yield text, None if place in beside or follows else self.find(above[place]), 0

    def _row(self, found: Sequence[tuple[str, str | None]], *rows: Sequence[Any]) -> HeadingRow:
        places = self._places(found)
        used = set(places.values())
        return HeadingRow(
            places,
            {key: found[place][0] for key, place in places.items()},
            [text for place, (text, _key) in enumerate(found) if text and place not in used],
            len(rows),
            tuple(tuple(text_of(cell) for cell in row) for row in rows),
        )

    def _places(self, found: Sequence[tuple[str, str | None]]) -> dict[str, int]:
        """Key of a column → its place. Where two say the same, the one with its usual name."""
        places: dict[str, int] = {}
        for place, (text, key) in enumerate(found):
            if key is None:
                continue
            before = found[places[key]][0] if key in places else ""
            if key not in places or (self.usual(key, text) and not self.usual(key, before)):
                places[key] = place
            elif self.usual(key, text) == self.usual(key, before):
                raise UnreadableError(
                    _("Two columns are read as “%(column)s”: %(first)s and %(second)s. Remove one of them."),
                    column=self.by_key[key].thai,
                    first=get_column_letter(places[key] + 1), second=get_column_letter(place + 1),
                )  # fmt: skip
        return places

    def repeated(self, row: HeadingRow) -> Callable[[Sequence[Any]], bool]:
        """A test of later rows: whether the headings stand there again, as on every page of a printed table."""
        first = [key for key in row.places if not self.anchor(row.places.keys() - {key})]
        others = [key for key in row.places if key not in first]

        def again(key: str, cells: Sequence[Any]) -> bool:
            place = row.places[key]
            cell = cells[place] if place < len(cells) else None
            return isinstance(cell, str) and len(cell) < _LONGEST_HEADING and self.find(cell) == key

        def test(cells: Sequence[Any]) -> bool:
            # Without these columns no row is one of headings: most rows end here.
            if all(again(key, cells) for key in first):
                found = {*first, *(key for key in others if again(key, cells))}
                if found and self.anchor(found):
                    return True
            return row.rows > 1 and any(_same(texts, cells) for texts in row.texts)

        return test


def _is_value(cell: Any) -> bool:
    """Whether it is a number or a day, which no heading is."""
    if isinstance(cell, str):
        return bool(cell.strip()) and bool(_FIGURES.fullmatch(cell))
    return cell is not None


def _same(texts: Sequence[str], cells: Sequence[Any]) -> bool:
    """Whether a row says what a row of headings says."""
    if not any(texts):
        return False
    width = max(len(texts), len(cells))
    return all(
        (texts[place] if place < len(texts) else "") == (text_of(cells[place]) if place < len(cells) else "")
        for place in range(width)
    )
