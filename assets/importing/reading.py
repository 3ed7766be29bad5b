"""A register file as rows: Excel and CSV, without trusting either.

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
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from ita_portal.uploads import CSV, XLSX, SafeUpload, accept_upload

from .columns import BY_KEY, COLUMNS, HEADINGS, skeleton
from .problems import UnreadableError
from .workbook import FAR_TOO_LARGE, sheets

MAX_ROWS = 50_000
"""Rows of one file. A larger register comes in several."""
MAX_COLUMNS = 80
MAX_UNPACKED = 150 * 1024 * 1024
_TITLE_ROWS = 30
_LONGEST_HEADING = 60
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MISPLACED_MARK = re.compile("[\x00-\x7f][ัิ-ฺ็-๎]")

Row = tuple[int, Sequence[Any]]


@dataclass(slots=True)
class Table:
    """What a file holds. places: key of a column → its place in a row. headings: as the file writes them.

    ignored: headings that nothing is known of. rows: (row in the sheet, cells), to be read once.
    """

    places: dict[str, int]
    headings: dict[str, str]
    ignored: list[str]
    rows: Iterator[Row] = field(repr=False)

    def cell(self, key: str, line: int) -> str:
        """`C7`."""
        return f"{get_column_letter(self.places[key] + 1)}{line}"


def accept_register(file: UploadedFile) -> SafeUpload:
    """The file, if it is a whole and harmless `.xlsx` or `.csv`. ValidationError with a sentence otherwise.

    CSV in the older Thai encoding is turned into UTF-8 first.
    """
    name = file.name or ""
    if name.lower().endswith(".csv"):
        file = _as_utf8(file)
    safe = accept_upload(file)
    if safe.content_type not in (XLSX, CSV):
        raise ValidationError(
            _("“%(name)s” is no table of the register. Choose an .xlsx or .csv file."),
            code="extension", params={"name": safe.name},
        )  # fmt: skip
    return safe


def _as_utf8(file: UploadedFile) -> UploadedFile:
    from django.conf import settings

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
def open_table(file: IO[bytes], content_type: str) -> Iterator[Table]:
    """The table in an accepted file. UnreadableError, also while its rows are read, where it is none."""
    if content_type == CSV:
        yield _csv_table(file)
        return
    _look_inside(file)
    file.seek(0)
    yield _xlsx_table(file)


def _csv_table(file: IO[bytes]) -> Table:
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError(_("It is not text in UTF-8. Save it as “CSV UTF-8”.")) from None
    best: tuple[int, str] = (0, "")
    for delimiter in (",", ";", "\t"):
        head = list(islice(_csv_rows(text, delimiter), _TITLE_ROWS))
        known = max((len(_known(cells)) for _line, cells in head), default=0)
        best = max(best, (known, delimiter), key=lambda found: found[0])
    table = _table(_csv_rows(text, best[1] or ","))
    if table is None:
        raise _no_headings()
    return table


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
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except Exception as error:  # zipfile, zlib, lzma and bz2 have each their own
        raise _damaged() from error
    if unpacked > MAX_UNPACKED:
        raise UnreadableError(FAR_TOO_LARGE)


def _xlsx_table(file: IO[bytes]) -> Table:
    """The first visible sheet that has a row of headings."""
    try:
        for rows in sheets(file, columns=MAX_COLUMNS):
            table = _table(_whole(rows))
            if table is not None:
                return table
    except UnreadableError:
        raise
    except Exception as error:  # a file that is no workbook surfaces as whatever the reader stumbled over
        raise _damaged() from error
    raise _no_headings()


def _whole(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; one that cannot be read says that the file is damaged."""
    try:
        yield from rows
    except UnreadableError:
        raise
    except Exception as error:  # see _xlsx_table
        raise _damaged() from error


def _table(rows: Iterator[Row]) -> Table | None:
    """The table whose headings stand in one of the first rows; None where none of them is a row of headings."""
    for _line, cells in islice(rows, _TITLE_ROWS):
        known = _known(cells)
        if "number" in known and len(known) > 1:
            headings = {key: _text(cells[place]) for key, place in known.items()}
            used = set(known.values())
            ignored = [_text(cell) for place, cell in enumerate(cells) if place not in used and _text(cell)]
            return Table(known, headings, ignored, _body(rows, known))
    return None


def _known(cells: Sequence[Any]) -> dict[str, int]:
    """Key of a column → its place in a row of headings. Where two say the same, the one with its usual name."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        key = HEADINGS.get(skeleton(_text(cell))) if isinstance(cell, str) else None
        if key is None:
            continue
        if key not in found or (_is_usual(key, cell) and not _is_usual(key, cells[found[key]])):
            found[key] = place
        elif _is_usual(key, cell) == _is_usual(key, cells[found[key]]):
            raise UnreadableError(
                _("Two columns are read as “%(column)s”: %(first)s and %(second)s. Remove one of them."),
                column=BY_KEY[key].thai, first=get_column_letter(found[key] + 1), second=get_column_letter(place + 1),
            )  # fmt: skip
    return found


def _is_usual(key: str, cell: str) -> bool:
    return skeleton(cell) in (skeleton(BY_KEY[key].thai), skeleton(BY_KEY[key].english))


def _body(rows: Iterable[Row], places: dict[str, int]) -> Iterator[Row]:
    count = 0
    for line, cells in rows:
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        if _repeats_headings(cells, places):
            continue
        count += 1
        if count > MAX_ROWS:
            raise UnreadableError(_("It has more than %(count)s rows. Divide it into several files."), count=MAX_ROWS)
        yield line, cells


def _repeats_headings(cells: Sequence[Any], places: dict[str, int]) -> bool:
    """Whether the row holds headings again: its number's cell does, and another."""
    number = places["number"]
    if number >= len(cells) or not _is_heading("number", cells[number]):
        return False
    return sum(place < len(cells) and _is_heading(key, cells[place]) for key, place in places.items()) > 1


def _is_heading(key: str, cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) < _LONGEST_HEADING and HEADINGS.get(skeleton(cell)) == key


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _no_headings() -> UnreadableError:
    needed = ", ".join(column.thai for column in COLUMNS if column.needed)
    return UnreadableError(
        _("No row of headings was found. Needed at least: %(columns)s. Download the template to compare."),
        columns=needed,
    )


def _damaged() -> UnreadableError:
    return UnreadableError(_("It is damaged, or no workbook. Open it in Excel or LibreOffice and save it again."))
