"""Spreadsheets that people download: CSV for programs, XLSX for reading and printing.

Text that a spreadsheet program would run as a formula never runs (OWASP: CSV injection): in CSV it is led
by an apostrophe, in XLSX it is stored as text, where it may stay as it was typed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | Decimal | bool | dt.date | dt.datetime | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "TH SarabunPSK"
FONT_SIZE = 14
_LINE_POINTS, _MOST_POINTS = 21, 409
"""Height of a line of text, and the tallest row that Excel knows."""
CELL_LIMIT = 32767
"""Characters that a cell of Excel can hold."""

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LINE = Side(style="thin", color="5C5C5C")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", fgColor="E9EDF2")


def neutralise(value: Value) -> Value:
    """`value` for a CSV cell: text that would start a formula gets an apostrophe before it. Numbers stay."""
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return f"'{value}"
    return value


def printable_text(text: str) -> str:
    """`text` without the control characters that XML, and so any Office file, cannot hold."""
    return _NOT_IN_XML.sub("", text)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A CSV file (RFC 4180): UTF-8 with a byte-order mark, so that Excel reads Thai; formulas neutralised.

    Dates are ISO 8601, an unknown value (None) is an empty cell.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", errors="replace")


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Value]], *, together: int = 500) -> Iterator[bytes]:
    """The same file in pieces of so many rows, for an answer that is sent while it is made: memory stays flat."""
    yield write_csv(header, ())
    several = iter(rows)
    while piece := list(itertools.islice(several, together)):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerows([_csv_cell(value) for value in row] for row in piece)
        yield buffer.getvalue().encode("utf-8", errors="replace")


def _csv_cell(value: Value) -> Value:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return neutralise(value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with a table.

    title: its name (shortened to 31 characters). header: one row of headings, repeated on every printed
    page. widths: of the columns in characters. above: lines over the table, the first as its title;
    below: lines under it. merged: ranges of body cells, `(column, first row, last row)` from 0, that are
    one cell. links: addresses by (row, column) of the body, from 0. centred: columns whose text stands in
    the middle.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    widths: Sequence[float] = ()
    above: Sequence[str] = ()
    below: Sequence[str] = ()
    merged: Sequence[tuple[int, int, int]] = ()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    centred: Sequence[int] = ()


def write_xlsx(sheets: Sequence[Sheet], *, title: str = "", author: str = "") -> bytes:
    """A workbook that can be read and printed as it is: A4 landscape, headings frozen and repeated, text wrapped.

    Every string is stored as text, whatever it begins with. title, author: the file's properties.
    """
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.title, book.properties.creator = printable_text(title), printable_text(author)
    book.properties.language = "th-TH"
    for sheet in sheets:
        _fill(book.create_sheet(_NOT_IN_SHEET_NAME.sub(" ", printable_text(sheet.title))[:31]), sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    width = len(sheet.header)
    for number, line in enumerate(sheet.above, start=1):
        cell = _put(page, number, 1, line, bold=number == 1)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    head = len(sheet.above) + 1
    for column, name in enumerate(sheet.header, start=1):
        cell = _put(page, head, column, name, bold=True)
        cell.fill, cell.border = _SHADE, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for y, row in enumerate(sheet.rows):
        for x, value in enumerate(row):
            cell = _put(page, head + 1 + y, x + 1, value)
            cell.border = _BORDER
            cell.alignment = Alignment(
                horizontal="center" if x in sheet.centred else None, vertical="top", wrap_text=True
            )
            if address := sheet.links.get((y, x)):
                cell.hyperlink = address
                cell.font = Font(name=FONT, size=FONT_SIZE, color="0B4F8A", underline="single")
    for column, first, last in sheet.merged:
        if last > first:
            page.merge_cells(
                start_row=head + 1 + first, end_row=head + 1 + last, start_column=column + 1, end_column=column + 1
            )
    for number, line in enumerate(sheet.below, start=head + len(sheet.rows) + 2):
        _put(page, number, 1, line)
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=width)
    for column, characters in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(column)].width = characters
    for line_number, height in enumerate(_heights(sheet), start=head + 1):
        page.row_dimensions[line_number].height = height
    page.row_dimensions[head].height = _LINE_POINTS * max(
        _lines(name, width) for name, width in zip(sheet.header, _widths(sheet), strict=True)
    )
    for number in range(1, head):
        page.row_dimensions[number].height = _LINE_POINTS * 1.3
    _set_up(page, head)


def _widths(sheet: Sheet) -> list[float]:
    return [*sheet.widths, *[20.0] * (len(sheet.header) - len(sheet.widths))]


def _lines(value: Value, width: float) -> int:
    """About how many lines `value` takes: vowels and tone marks above and below take no width."""
    return sum(
        max(1, math.ceil(sum(unicodedata.category(letter) != "Mn" for letter in line) / max(width * 0.85, 1)))
        for line in str(value).split("\n")
    )


def _heights(sheet: Sheet) -> list[float]:
    """Heights of the body's rows in points: programs do not grow rows by themselves for merged cells."""
    widths = _widths(sheet)
    spanning = {(column, first): last for column, first, last in sheet.merged if last > first}
    inside = {(column, row) for column, first, last in sheet.merged for row in range(first, last + 1) if last > first}
    lines = [
        max(
            (_lines(value, widths[x]) for x, value in enumerate(row) if value is not None and (x, y) not in inside),
            default=1,
        )
        for y, row in enumerate(sheet.rows)
    ]
    for (column, first), last in spanning.items():
        missing = _lines(sheet.rows[first][column], widths[column]) - sum(lines[first : last + 1])
        if missing > 0:
            share = math.ceil(missing / (last - first + 1))
            lines[first : last + 1] = [count + share for count in lines[first : last + 1]]
    return [min(count * _LINE_POINTS + 4, _MOST_POINTS) for count in lines]


def _put(page: Worksheet, row: int, column: int, value: Value, *, bold: bool = False) -> Cell:
    cell: Any = page.cell(row=row, column=column)
    if isinstance(value, str):
        # Set past openpyxl's guessing, which takes `=…` for a formula and `#N/A` for an error.
        cell.value = "text"
        cell._value = printable_text(value)[:CELL_LIMIT]
        cell.data_type = "s"
        # Typing into the cell in Excel keeps it text.
        cell.quotePrefix = value.startswith(_STARTS_FORMULA)
    else:
        cell.value = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    cell.font = Font(name=FONT, size=FONT_SIZE, bold=bold)
    return cell


def _set_up(page: Worksheet, head: int) -> None:
    page.freeze_panes = f"A{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.page_margins.left = page.page_margins.right = 0.5
    page.oddFooter.center.text = "หน้า &P จาก &N"  # type: ignore[union-attr]
