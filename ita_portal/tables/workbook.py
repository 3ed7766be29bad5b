"""The cells of a workbook, fast and in little memory, whoever wrote it: read piece by piece, never as a whole.

What a part is, the relationships of the package say (ECMA-376, part 2), not its name; each kind of part has its limit.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple
from zipfile import ZipFile

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from .merged import Merges
from .problems import UnreadableError

Row = tuple[int, list[Any]]
"""Number of the row in its sheet, and its values."""
MEGABYTE = 1024 * 1024
LIMITS = {"relationships": MEGABYTE, "workbook": 2 * MEGABYTE, "styles": 2 * MEGABYTE, "sharedStrings": 40 * MEGABYTE}
"""Bytes of a part, unpacked, by what it is."""
MOST_FORMATS = 65_490
"""Formats of cells that Excel itself allows."""
MOST_MARKS = 200_000
"""Marks of XML (`<`) between one row or text and the next: a row of all columns of Excel has half as many."""
_PIECES = {
    "worksheet": re.compile(rb"<(?:[\w.-]+:)?row[\s/>]"),
    "sharedStrings": re.compile(rb"<(?:[\w.-]+:)?si[\s/>]"),
}
_CHUNK = MEGABYTE
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_WHOLE = 1e15
"""Below it every whole number is a number of its own."""
_LETTERS = re.compile(r"[A-Z]{1,3}")
_THAI_DATES = frozenset({*range(27, 37), *range(50, 59), *range(71, 82)})
"""Formats of dates that programs in Asian languages have built in; the rest `BUILTIN_FORMATS` knows."""


class Formula:
    """Stands where a cell holds a formula whose result the file does not keep."""


@dataclass(slots=True)
class Book:
    """What there is besides the cells. sheets: names and parts of the visible ones. dates: formats that show a day."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    dates: frozenset[int] = frozenset()
    epoch: dt.datetime = WINDOWS_EPOCH


class SheetRows(NamedTuple):
    """A sheet as its rows, to be read once. merges: its merged ranges, where they were asked for."""

    name: str
    rows: Iterator[Row]
    merges: Merges | None = None


def sheets(file: IO[bytes], *, columns: int, merged: bool = False) -> Iterator[SheetRows]:
    """The visible sheets of a workbook; of each row at most `columns` values.

    merged: whether every cell of a merged range carries the value of its first one (`Merges`).
    """
    archive = ZipFile(file)
    book = _book(archive)
    for name, path in book.sheets:
        merges = Merges(columns) if merged else None
        yield SheetRows(name, _rows(archive, path, _Cells(book), columns, merges), merges)


def _book(archive: ZipFile) -> Book:
    path = next(target for kind, target in _related(archive, "").values() if kind == "officeDocument")
    related = _related(archive, path)
    book = Book()
    for element in _parsed(archive, path, "workbook", "workbookPr", "sheet"):
        if element.tag.endswith("}workbookPr"):
            book.epoch = MAC_EPOCH if element.get("date1904") in ("1", "true") else WINDOWS_EPOCH
        elif element.get("state", "visible") == "visible":
            identifier = next((value for name, value in element.items() if name.endswith("}id")), "")
            kind, target = related.get(identifier, ("", ""))
            if kind == "worksheet":
                book.sheets.append((element.get("name", ""), target))
    for kind, target in related.values():
        if kind == "styles" and not book.dates:
            book.dates = _dates(archive, target)
        elif kind == "sharedStrings" and not book.strings:
            book.strings = [_text(item) for item in _parsed(archive, target, kind, "si")]
    return book


def _related(archive: ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """What a part leads to: identifier → what it is, its part. An empty path: of the whole package."""
    folder, name = posixpath.split(path)
    kept = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    for element in _parsed(archive, kept, "relationships", "Relationship"):
        if element.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/")
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
    return found


def _dates(archive: ZipFile, path: str) -> frozenset[int]:
    """Which formats of cells, by their place, show a day."""
    written: dict[int, str] = {}
    dates = set()
    count = 0
    for element in _parsed(archive, path, "styles", "numFmt", "xf"):
        if element.tag.endswith("}numFmt"):
            if len(written) < MOST_FORMATS:
                written[int(element.get("numFmtId", 0))] = element.get("formatCode", "")
        elif element.getparent().tag.endswith("}cellXfs"):
            number = int(element.get("numFmtId", 0))
            if number in _THAI_DATES or is_date_format(written.get(number) or BUILTIN_FORMATS.get(number)):
                dates.add(count)
            count += 1
            if count > MOST_FORMATS:
                raise UnreadableError(TOO_LARGE["styles"])
    return frozenset(dates)


TOO_LARGE: dict[str, str | Promise] = {
    "styles": _("It holds far too many cell formats. Copy the table into a new workbook, values only, and save that."),
}
"""What is said of a kind of part that is too large, where there is more to say than that."""
FAR_TOO_LARGE = _("It is far larger than a table that is brought here. Divide it into several files.")
STRANGE = _("It holds parts that no table needs. Save it again as .xlsx.")


def _parsed(
    archive: ZipFile, path: str, role: str, *names: str, see: Callable[[bytes], None] | None = None
) -> Iterator[Any]:
    """The elements of these names in a part, which is looked through first: its size, and that it is plain XML.

    see: is shown the whole part, piece by piece, before the first element.
    """
    if role in LIMITS and archive.getinfo(path).file_size > LIMITS[role]:
        raise UnreadableError(TOO_LARGE.get(role, FAR_TOO_LARGE))
    with archive.open(path) as part:
        _look_through(part, _PIECES.get(role), see)
    with archive.open(path) as part:
        yield from _elements(part, *names)


def _look_through(
    part: IO[bytes], pieces: re.Pattern[bytes] | None, see: Callable[[bytes], None] | None = None
) -> None:
    """No entities; where it is read in `pieces`, none that would fill the memory by itself."""
    rest, marks = b"", 0
    while chunk := part.read(_CHUNK):
        if b"<!DOCTYPE" in rest + chunk or b"\x00" in chunk:
            raise UnreadableError(STRANGE)
        rest = chunk[-16:]
        if see:
            see(chunk)
        if pieces:
            first, *others = pieces.split(chunk)
            marks += first.count(b"<")
            for piece in others:
                if marks > MOST_MARKS:
                    break
                marks = piece.count(b"<")
            if marks > MOST_MARKS:
                raise UnreadableError(FAR_TOO_LARGE)


class _Cells:
    """Turns the cells of one sheet into values."""

    def __init__(self, book: Book) -> None:
        self.strings, self.dates, self.epoch = book.strings, book.dates, book.epoch
        self.places: dict[str, int] = {}

    def place(self, reference: str) -> int:
        """`AB12` → 27."""
        letters = reference.rstrip("0123456789")
        if letters not in self.places:
            if not _LETTERS.fullmatch(letters):
                raise ValueError(reference)
            self.places[letters] = column_index_from_string(letters) - 1
        return self.places[letters]

    def value(self, cell: Any) -> Any:
        """What stands in it; `Formula` for one without a result, None for nothing."""
        kind = cell.get("t")
        if not len(cell):
            return None
        last = cell[-1]
        if kind == "inlineStr":
            return _text(last)
        # `<f>` stands before `<v>`, and something that later editions add may come after both.
        found = last if last.tag.endswith("}v") else next((child for child in cell if child.tag.endswith("}v")), None)
        if found is None or not found.text:
            return Formula if any(child.tag.endswith("}f") for child in cell) else None
        return self.typed(kind, found.text, cell.get("s"))

    def typed(self, kind: str | None, text: str, style: str | None) -> Any:
        """A value by its kind: a text that stands once, a result, yes or no, a day, a number."""
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return text == "1"
        if kind in ("str", "e"):
            return text
        if kind == "d":
            return from_ISO8601(text)
        number = float(text)
        if style is not None and int(style) in self.dates:
            return from_excel(number, self.epoch)
        return int(number) if number.is_integer() and abs(number) < _WHOLE else number


def _rows(archive: ZipFile, path: str, cells_of: _Cells, columns: int, merges: Merges | None) -> Iterator[Row]:
    line = 0
    for row in _parsed(archive, path, "worksheet", "row", see=merges.see if merges else None):
        line = int(row.get("r", 0)) or line + 1
        cells: list[Any] = []
        for cell in row:
            reference = cell.get("r")
            place = len(cells) if reference is None else cells_of.place(reference)
            if place >= columns:
                break
            if place > len(cells):
                cells.extend([None] * (place - len(cells)))
            if place == len(cells):
                cells.append(cells_of.value(cell))
            else:
                cells[place] = cells_of.value(cell)
        yield line, merges.filled(line, cells) if merges else cells


def _text(element: Any) -> str:
    """The text of a cell, of all its pieces in different types, without the reading aids of East Asian scripts."""
    if len(element) == 1 and not len(element[0]):
        return element[0].text or ""
    return "".join(
        piece.text or ""
        for piece in element.iter("{*}t")
        if not piece.getparent().tag.endswith("}rPh")
    )  # fmt: skip


def _elements(part: IO[bytes], *names: str) -> Iterator[Any]:
    """Each element of these names; forgotten once the next is asked for."""
    tags = [f"{{*}}{name}" for name in names]
    for _event, element in etree.iterparse(part, events=("end",), tag=tags, **_SAFE):
        yield element
        element.clear()
        for read in (element, *element.iterancestors()):
            while read.getprevious() is not None:
                del read.getparent()[0]
