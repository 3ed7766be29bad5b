"""Rows as files that are sent while they are made: CSV and JSON piece by piece, Excel through a file on disk."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ita_portal.spreadsheets import CELL_LIMIT, FONT, FONT_SIZE, Value, printable_text

from .columns import Column, Table
from .rows import Row

_TOGETHER = 200
_TYPES = {
    "integer": "จำนวนเต็ม (integer)", "number": "จำนวน (number)", "string": "ข้อความ (string)", "date": "วันที่ (date)",
    "yearmonth": "ปี-เดือน (yearmonth)",
}  # fmt: skip


def json_value(value: Value) -> Any:
    """As JSON says it: amounts as strings of baht with two decimals, days as ISO 8601, unknown as null."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, dt.date) else value


def json_pieces(
    table: Table, rows: Iterable[Row], head: Mapping[str, Any], tail: Callable[[], Mapping[str, Any]]
) -> Iterator[bytes]:
    """One object: the members of `head`, then the table's name with an object a row, then the members of `tail`."""
    members = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    yield ("{" + ",\n".join([*members, f"{_json(table.name)}: ["])).encode()
    header, several, between = table.header, iter(rows), "\n"
    while piece := list(itertools.islice(several, _TOGETHER)):
        objects = (_json(dict(zip(header, map(json_value, row), strict=True))) for row in piece)
        yield (between + ",\n".join(objects)).encode()
        between = ",\n"
    yield ("]" + "".join(f",\n{_json(key)}: {_json(value)}" for key, value in tail().items()) + "}\n").encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def workbook(table: Table, rows: Iterable[Row], *, title: str, author: str) -> IO[bytes]:
    """The rows as an Excel file, opened at its begin, and a second sheet that explains the columns.

    Text is stored as text, whatever it begins with; amounts and days are numbers and days.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = printable_text(title), printable_text(author)
    book.properties.language = "th-TH"
    columns = table.columns
    # Numbers of one style are one object: a style a cell would cost more than the cell.
    sheet = _sheet(book, title, [column.thai for column in columns], [column.width for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    words = _sheet(book, "คำอธิบาย", ["ชื่อคอลัมน์ (CSV/JSON)", "ภาษาไทย", "English", "ชนิด", "ความหมาย", "Meaning"],
                   [24, 28, 28, 24, 60, 60])  # fmt: skip
    for column in columns:
        words.append([_cell(words, value) for value in _explained(column)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file


def _explained(column: Column) -> tuple[str, ...]:
    return (column.name, column.thai, column.english, _TYPES[column.type], column.about_thai, column.about)


def _sheet(book: Workbook, title: str, header: Sequence[str], widths: Sequence[int]) -> Any:
    sheet: Any = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    row = []
    for name in header:
        cell = _text(sheet, name)
        cell.font, cell.fill = Font(name=FONT, size=FONT_SIZE, bold=True), PatternFill("solid", fgColor="E9EDF2")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        row.append(cell)
    sheet.append(row)
    return sheet


def _cell(sheet: Any, value: Value) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        return _text(sheet, value)
    given: Any = value
    cell = WriteOnlyCell(sheet, given)
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _text(sheet: Any, text: str) -> Any:
    # Set past openpyxl's guessing, which takes `=…` for a formula and `#N/A` for an error.
    cell: Any = WriteOnlyCell(sheet, "text")
    cell._value, cell.data_type = printable_text(text)[:CELL_LIMIT], "s"
    return cell
