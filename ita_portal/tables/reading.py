"""A file as tables: Excel and CSV, without trusting either.

Titles above the headings, empty rows and headings that are repeated on later pages are passed over.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, islice
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from ..uploads import CSV, XLSX, SafeUpload, accept_upload
from .headings import HeadingRow, Headings, skeleton
from .problems import UnreadableError
from .workbook import FAR_TOO_LARGE, SheetRows, sheets

MAX_COLUMNS = 80
MAX_UNPACKED = 150 * 1024 * 1024
_TITLE_ROWS = 30
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MISPLACED_MARK = re.compile("[\x00-\x7f][ัิ-ฺ็-๎]")
_NO_TABLE = _("“%(name)s” is no table. Choose an .xlsx or .csv file.")

Row = tuple[int, Sequence[Any]]


@dataclass(slots=True)
class Table:
    """What a sheet holds. places: key of a column → its place in a row. headings: as the file writes them.

    ignored: headings that nothing is known of. rows: (row in the sheet, cells), to be read once; a row may be shorter
    than others. sheet: its name; a CSV file has none.
    """

    places: dict[str, int]
    headings: dict[str, str]
    ignored: list[str]
    rows: Iterator[Row] = field(repr=False)
    sheet: str = ""

    def cell(self, key: str, line: int) -> str:
        """`C7`."""
        return f"{get_column_letter(self.places[key] + 1)}{line}"

    def value(self, key: str, cells: Sequence[Any]) -> Any:
        """What stands in a row in the column of `key`; None also where the file has no such column."""
        place = self.places.get(key)
        return cells[place] if place is not None and place < len(cells) else None


def accept_table(file: UploadedFile, message: str | Promise = _NO_TABLE) -> SafeUpload:
    """The file, if it is a whole and harmless `.xlsx` or `.csv`. ValidationError with a sentence otherwise.

    CSV in the older Thai encoding is turned into UTF-8 first. message: said of a harmless file of another kind; it may
    name the file, `%(name)s`.
    """
    name = file.name or ""
    if name.lower().endswith(".csv"):
        file = _as_utf8(file)
    safe = accept_upload(file)
    if safe.content_type not in (XLSX, CSV):
        raise ValidationError(str(message), code="extension", params={"name": safe.name})
    return safe


def _as_utf8(file: UploadedFile) -> UploadedFile:
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        return file
    file.seek(0)
    content = file.read()
    file.seek(0)
    for encoding in ("utf-8", "cp874"):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    else:
        return file
    foreign = sum(letter > "\x7f" for letter in text)
    if encoding == "utf-8" or len(_MISPLACED_MARK.findall(text)) * 10 > foreign:
        return file
    return SimpleUploadedFile(file.name or "", text.encode())


@contextlib.contextmanager
def open_table(
    file: IO[bytes], content_type: str, headings: Headings,
    *, max_rows: int, merged: bool = False, sheet_named: str | None = None,
) -> Iterator[Table]:  # fmt: skip
    """The table in an accepted file. UnreadableError, also while its rows are read, where it is none.

    Of a workbook the first visible sheet that has the headings, or the one of this name. merged: whether every cell
    of a merged range carries the value of its first one.
    """
    limit = _Limit(max_rows)
    for sheet in _sheets(file, content_type, headings, merged=merged):
        if sheet_named is None or not sheet.name or skeleton(sheet.name) == skeleton(sheet_named):
            table = _table(sheet, headings, limit)
            if table is not None:
                yield table
                return
            if sheet_named is not None:
                raise _no_headings(headings)
    if sheet_named is not None:
        raise UnreadableError(_("It has no sheet of the name “%(sheet)s”."), sheet=sheet_named)
    raise _no_headings(headings)


def open_tables(
    file: IO[bytes], content_type: str, headings: Headings,
    *, max_rows: int, merged: bool = False, passed_over: list[str] | None = None,
) -> Iterator[Table]:  # fmt: skip
    """Every table in an accepted file, one of each visible sheet that has the headings: read each before the next.

    max_rows: of all of them together. passed_over: takes the names of the sheets without the headings. UnreadableError
    names its sheet, where the file is a workbook.
    """
    limit, found = _Limit(max_rows), False
    for sheet in _sheets(file, content_type, headings, merged=merged):
        with _naming(sheet.name):
            table = _table(sheet, headings, limit)
        if table is None:
            if passed_over is not None:
                passed_over.append(sheet.name)
            continue
        found = True
        table.rows = _named_rows(table.rows, sheet.name)
        yield table
    if not found:
        raise _no_headings(headings)


@contextlib.contextmanager
def _naming(sheet: str) -> Iterator[None]:
    try:
        yield
    except UnreadableError as error:
        error.sheet = sheet
        raise


def _named_rows(rows: Iterator[Row], sheet: str) -> Iterator[Row]:
    with _naming(sheet):
        yield from rows


def _sheets(file: IO[bytes], content_type: str, headings: Headings, *, merged: bool) -> Iterator[SheetRows]:
    """The sheets of a workbook; a CSV file is one without a name."""
    if content_type == CSV:
        yield SheetRows("", _csv_table(file, headings))
        return
    _look_inside(file)
    file.seek(0)
    with _damage():
        for sheet in sheets(file, columns=MAX_COLUMNS, merged=merged):
            yield sheet._replace(rows=_whole(sheet.rows))


def _csv_table(file: IO[bytes], headings: Headings) -> Iterator[Any]:
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(_("It is not text in UTF-8. Save it as “CSV UTF-8”.")) from None
    best: tuple[int, str] = (0, "")
    for delimiter in (",", ";", "\t"):
        head = list(islice(_csv_rows(text, delimiter), _TITLE_ROWS))
        known = max((headings.count(cells) for _line, cells in head), default=0)
        best = max(best, (known, delimiter), key=lambda found: found[0])
    return _csv_rows(text, best[1] or ",")


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for line, cells in enumerate(reader, start=1):
            yield line, [_unled(cell) for cell in cells[:MAX_COLUMNS]]
    except csv.Error:
        raise UnreadableError(_("It is no CSV file: a quotation mark is missing or a cell is far too long.")) from None


def _unled(cell: str) -> str:
    """Text without the apostrophe that the portal's own files put before what looks like a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_STARTS_FORMULA) else cell


def _look_inside(file: IO[bytes]) -> None:
    """Of a sane size; each part that is read has its own limit (`workbook.LIMITS`)."""
    file.seek(0)
    with _damage(), zipfile.ZipFile(file) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise UnreadableError(FAR_TOO_LARGE)


@contextlib.contextmanager
def _damage() -> Iterator[None]:
    """A file that is no workbook surfaces as whatever its reader stumbled over: it says that it is damaged."""
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:  # zipfile, zlib, lzma, bz2, lxml and others have each their own
        message = _("It is damaged, or no workbook. Open it in Excel or LibreOffice and save it again.")
        raise UnreadableError(message) from error


def _whole(rows: Iterator[Any]) -> Iterator[Any]:
    with _damage():
        yield from rows


class _Limit:
    """Counts the rows that are read."""

    def __init__(self, most: int) -> None:
        self.most, self._counter = most, count(1)

    def next(self) -> None:
        """One more row. UnreadableError where it is one too many."""
        if next(self._counter) > self.most:
            raise UnreadableError(_("It has more than %(count)s rows. Divide it into several files."), count=self.most)


def _table(sheet: SheetRows, headings: Headings, limit: _Limit) -> Table | None:
    """The table whose headings stand in one of the first rows; None where none of them is a row of headings."""
    head = list(islice(sheet.rows, _TITLE_ROWS + headings.rows - 1))
    for place, (line, cells) in enumerate(head[:_TITLE_ROWS]):
        under = head[place + 1] if place + 1 < len(head) and head[place + 1][0] == line + 1 else None
        found = headings.read(
            cells, under and under[1], beside=_beside(sheet, line), beside_under=_beside(sheet, line + 1)
        )
        if found is not None:
            rows = chain(head[place + found.rows :], sheet.rows)
            return Table(
                found.places, found.headings, found.ignored, _body(rows, headings, found, limit), sheet.name
            )  # fmt: skip
    return None


def _beside(sheet: SheetRows, line: int) -> frozenset[int]:
    return sheet.merges.beside(line) if sheet.merges else frozenset()


def _body(rows: Iterable[Row], headings: Headings, found: HeadingRow, limit: _Limit) -> Iterator[Row]:
    repeats = headings.repeated(found)
    for line, cells in rows:
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        if repeats(cells):
            continue
        limit.next()
        yield line, cells


def _no_headings(headings: Headings) -> UnreadableError:
    needed = ", ".join(column.thai for column in headings.columns if column.needed)
    return UnreadableError(
        _("No row of headings was found. Needed at least: %(columns)s. Download the template to compare."),
        columns=needed,
    )
