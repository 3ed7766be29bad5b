"""Register files for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from assets.importing.checking import Plan, check_file
from assets.importing.reading import accept_register
from ita_portal.spreadsheets import write_csv

HEAD = ("หมายเลขครุภัณฑ์", "รายการ", "ประเภทครุภัณฑ์", "หน่วยงานเจ้าของ")
ROW = ("416-67-0001", "เครื่องฉายภาพ", "ครุภัณฑ์สำนักงาน", "กองช่าง")


def csv_file(*rows: Sequence[Any], encoding: str = "utf-8", separator: str = ",") -> SimpleUploadedFile:
    """A CSV file as a spreadsheet program writes it."""
    text = "\r\n".join(separator.join(str(cell) for cell in row) for row in rows)
    return SimpleUploadedFile("ทะเบียน.csv", text.encode(encoding))


def portal_csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> SimpleUploadedFile:
    """A CSV file as the portal writes it."""
    return SimpleUploadedFile("register.csv", write_csv(header, rows))


def xlsx_file(*rows: Sequence[Any], title: str = "ทะเบียน") -> SimpleUploadedFile:
    """A workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("ทะเบียน.xlsx", buffer.getvalue())


def checked(file: SimpleUploadedFile, **options: Any) -> Plan:
    """What the file would do."""
    safe = accept_register(file)
    return check_file(safe.content, safe.content_type, **options)


def reasons(plan: Plan) -> list[tuple[int, str, str]]:
    """Row, column and reason of each problem."""
    return [(problem.line, problem.column, problem.english) for problem in plan.problems]
