"""Budget files for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from budget.choices import PlanKind
from budget.importing.columns import Layout, lines_layout, spending_layout
from budget.importing.known import Known
from budget.importing.reading import Read, Reading, read_file
from ita_portal.spreadsheets import write_csv
from ita_portal.tables.reading import accept_table

from .factories import YEAR

Row = Sequence[Any]
ORDINANCE = lines_layout(PlanKind.ORDINANCE, YEAR)
REVENUE = lines_layout(PlanKind.REVENUE, YEAR)
ACTION = lines_layout(PlanKind.ACTION, YEAR)
QUARTERS = lines_layout(PlanKind.SPENDING, YEAR)
SPENDING = spending_layout(YEAR)
HEAD = ("รหัส", "แผนงาน", "งาน", "งบรายจ่าย", "หมวดรายจ่าย", "รายการ", "หน่วยงาน", "งบประมาณ (บาท)")
ROAD = ("0001", "อุตสาหกรรมและการโยธา", "งานก่อสร้างโครงสร้างพื้นฐาน", "งบลงทุน", "ค่าที่ดินและสิ่งก่อสร้าง",
        "โครงการซ่อมแซมถนนคอนกรีตเสริมเหล็ก หมู่ที่ 3 บ้านโนนสมบูรณ์", "กองช่าง", "120,000.00")  # fmt: skip
PAPER = ("0002", "บริหารงานทั่วไป", "งานบริหารทั่วไป", "งบดำเนินงาน", "ค่าวัสดุ", "วัสดุสำนักงาน", "สำนักปลัด", 80000)


def csv_file(*rows: Row, encoding: str = "utf-8") -> SimpleUploadedFile:
    """A CSV file as a spreadsheet program writes it."""
    buffer = io.StringIO(newline="")
    import csv

    csv.writer(buffer).writerows(rows)
    return SimpleUploadedFile("งบประมาณ.csv", buffer.getvalue().encode(encoding))


def portal_csv(header: Sequence[str], rows: Sequence[Row]) -> SimpleUploadedFile:
    """A CSV file as the portal writes it."""
    return SimpleUploadedFile("lines.csv", write_csv(header, rows))


def xlsx_file(*sheets: Sequence[Row] | tuple[str, Sequence[Row]], merged: Sequence[str] = ()) -> SimpleUploadedFile:
    """A workbook. sheets: rows, or a name with rows. merged: ranges of the first sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, start=1):
        named = isinstance(sheet, tuple) and len(sheet) == 2 and isinstance(sheet[0], str)
        page = book.create_sheet(str(sheet[0]) if named else f"แผ่น {number}")
        for row in sheet[1] if named else sheet:
            page.append(list(row))
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("งบประมาณ.xlsx", buffer.getvalue())


def divisions() -> Known:
    """Three divisions, without a database."""
    known = Known()
    known.add(1, "สำนักปลัดเทศบาล", "สำนักปลัด")
    known.add(2, "กองคลัง")
    known.add(3, "กองช่าง")
    known.add(4, "กองสาธารณสุขและสิ่งแวดล้อม")
    return known


def reading(*rows: Row, layout: Layout = ORDINANCE) -> Reading:
    """What rows of a CSV file say."""
    return read(csv_file(*rows), layout)


def read(file: SimpleUploadedFile, layout: Layout = ORDINANCE) -> Reading:
    """What a file says."""
    safe = accept_table(file)
    return read_file(safe.content, safe.content_type, layout, divisions())


def reasons(found: Reading) -> list[tuple[int, str, str]]:
    """Row, cell and reason of each problem."""
    return [(problem.line, problem.cell, problem.english) for problem in found.problems]


def said(row: Read, *names: str) -> tuple[Any, ...]:
    """Values of a row."""
    return tuple(row.values.get(name) for name in names)
