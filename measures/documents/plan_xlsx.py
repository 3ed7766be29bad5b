"""The plan as a spreadsheet: the official table on one sheet, ready to print on landscape A4."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..plan_data import PlanData
from . import words
from .package import Package, hidden_chunks, refuse
from .plan_docx import FONT
from .plan_reading import read_plan_blocks
from .plan_table import closing_lines, cover_lines, written_cells
from .plan_yaml import write_plan_yaml
from .xlsx_reading import xlsx_blocks

SHEET = "มาตรการ"
LONGEST = 32_767
"""Characters that a spreadsheet cell can hold."""

_WIDTHS = (26, 38, 36, 54, 20, 22)
_LINE = 23.0
"""Points that a line of 14-point Sarabun takes."""
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TALLEST = 400.0
_PAGE = 640.0
"""Points of rows that surely fit a landscape A4 page at the scale of the six columns, beside the repeated heading."""
_SIDE = Side(style="thin", color="808080")
_THIN = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def read_plan_xlsx(content: bytes, divisions: Mapping[str, str], fiscal_year: int | None = None) -> PlanData:
    """The plan in the table of a spreadsheet; PlanFileError with every problem and its place."""
    package = Package(content, "xlsx")
    return read_plan_blocks(xlsx_blocks(package), package.hidden_copy(), divisions, fiscal_year)


def write_plan_xlsx(plan: PlanData) -> bytes:
    """The plan as a spreadsheet that reads back to exactly the same plan."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = SHEET
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    row = 1
    for number, line in enumerate(cover_lines(plan)):
        _across(sheet, row, line, size=18 if number == 0 else 16, bold=True, centred=True)
        row += 1
    header = row + 1
    _header(sheet, header)
    row = _areas(sheet, header + 2, plan)
    _closing(sheet, row + 1, plan)
    _print_setup(sheet, header)
    book.properties.title = f"{plan.title} {words.year_words(plan.fiscal_year)}"[:255]
    book.properties.creator, book.properties.language = plan.municipality[:255], "th-TH"
    for name, value in hidden_chunks(write_plan_yaml(plan)).items():
        book.custom_doc_props.append(  # type: ignore[attr-defined] # newer than its stubs
            StringProperty(name=name, value=value)
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _put(sheet: Worksheet, row: int, column: int, text: str, **style: Any) -> None:
    """A text, never a formula, whatever it begins with."""
    if len(text) > LONGEST:
        raise refuse(_("a cell holds more than %(limit)s characters") % {"limit": LONGEST})
    cell = sheet.cell(row, column)
    # Excel would read `_x0041_` in a text as the letter A.
    cell.value = _ESCAPED.sub("_x005F_", text) or None
    if text:
        cell.data_type = "s"
    centred = style.get("centred", False)
    cell.font = Font(name=FONT, size=style.get("size", 14), bold=style.get("bold", False))
    cell.alignment = Alignment(
        wrap_text=True, vertical=style.get("vertical", "top"), horizontal="center" if centred else "left"
    )


def _across(sheet: Worksheet, row: int, text: str, **style: Any) -> None:
    """A line over the whole width of the table."""
    _put(sheet, row, 1, text, vertical="center", **style)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=6)
    size = style.get("size", 14)
    sheet.row_dimensions[row].height = _lines_of(text, sum(_WIDTHS) * 14 / size) * size * 1.7


def _header(sheet: Worksheet, top: int) -> None:
    issue, question, finding, *rest = words.PLAN_COLUMNS
    texts = {(0, 1): issue, (0, 2): words.PLAN_COLUMN_GROUP, (1, 2): question, (1, 3): finding}
    texts |= {(0, column): text for column, text in enumerate(rest, start=4)}
    for row in (0, 1):
        for column in range(1, 7):
            text = texts.get((row, column), "")
            _put(sheet, top + row, column, text, bold=True, centred=True, vertical="center")
            sheet.cell(top + row, column).fill = PatternFill("solid", fgColor="E7EEF5")
            sheet.cell(top + row, column).border = _THIN
        sheet.row_dimensions[top + row].height = _LINE * 1.3
    sheet.merge_cells(start_row=top, start_column=2, end_row=top, end_column=3)
    for column in (1, 4, 5, 6):
        sheet.merge_cells(start_row=top, start_column=column, end_row=top + 1, end_column=column)


def _areas(sheet: Worksheet, top: int, plan: PlanData) -> int:
    """Write the areas from row `top`, each on one page where it fits; the first free row."""
    filled = sum(sheet.row_dimensions[row].height or _LINE for row in range(1, top - 2))
    for area in plan.areas:
        cells = list(written_cells(area))
        height = max(row + span for _column, row, span, _text in cells)
        points = _heights(cells, height)
        if filled + sum(points) > _PAGE:
            sheet.row_breaks.append(Break(id=top - 1))
            filled = 0.0
        filled += sum(points)
        for column, row, span, lines in cells:
            first, last = top + row, top + row + span - 1
            _put(sheet, first, column + 1, "\n".join(lines), bold=column == 0, centred=column >= 4)
            for number in range(first, last + 1):
                sheet.cell(number, column + 1).border = _THIN
            if span > 1:
                sheet.merge_cells(start_row=first, start_column=column + 1, end_row=last, end_column=column + 1)
        for row, tall in enumerate(points):
            sheet.row_dimensions[top + row].height = tall
        top += height
    return top


def _heights(cells: list[tuple[int, int, int, tuple[str, ...]]], height: int) -> list[float]:
    """Row heights at which every cell shows all its lines: spreadsheets do not fit merged cells themselves."""
    points = [_LINE] * height
    for column, row, span, lines in sorted(cells, key=lambda cell: cell[2]):
        needed = sum(_lines_of(line, _WIDTHS[column]) for line in lines) * _LINE + 6
        lacking = needed - sum(points[row : row + span])
        if lacking > 0:
            for number in range(row, row + span):
                points[number] += lacking / span
    return [min(point, _TALLEST) for point in points]


def _lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column: vowels and tone marks above and below take no width of their own."""
    letters = sum(unicodedata.category(letter) != "Mn" for letter in text)
    return max(1, ceil(letters * 1.36 / width))


def _closing(sheet: Worksheet, row: int, plan: PlanData) -> None:
    if not plan.limitations:
        return
    _across(sheet, row, words.LIMITATIONS, size=16, bold=True, centred=True)
    for number, line in enumerate(closing_lines(plan), start=row + 1):
        _across(sheet, number, line)


def _print_setup(sheet: Worksheet, header: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{header}:{header + 1}"
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="หน้า &P / &N"))
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.7
    sheet.freeze_panes = f"A{header + 2}"
    sheet.sheet_view.showGridLines = False
