"""A year of purchases as a workbook in the columns that the assessor asks for, and the yearly report as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from django.utils.translation import override

from ita_portal.pdf import compile_pdf
from ita_portal.spreadsheets import Sheet, Value, write_xlsx
from ita_portal.thai import baht, long_date
from organization.models import Municipality

from ..choices import Method, PurchaseState, Source
from ..models import ProcurementReport
from ..procurement_reading import Month, PurchaseRow, Sums, YearOfPurchases
from ..procurement_rows import STATEMENTS, bids_in_words, local_day

_TEMPLATE = Path(__file__).resolve().parent / "year_procurement.typ"
COLUMNS = (
    "ที่", "ปีงบประมาณ", "ชื่อหน่วยงาน", "อำเภอ", "จังหวัด", "กระทรวง", "ประเภทหน่วยงาน", "ชื่อรายการของงานที่ซื้อหรือจ้าง",
    "วงเงินงบประมาณที่ได้รับจัดสรร (บาท)", "แหล่งที่มาของงบประมาณ", "สถานะการจัดซื้อจัดจ้าง", "วิธีการจัดซื้อจัดจ้าง", "ราคากลาง (บาท)",
    "ราคาที่ตกลงซื้อหรือจ้าง (บาท)", "รายชื่อผู้ประกอบการที่ได้รับการคัดเลือก", "เลขที่โครงการในระบบ e-GP",
)  # fmt: skip
"""The sixteen fields of the assessment's table of fiscal year 2568."""
MORE = (
    "เดือน", "รายชื่อผู้เสนอราคาและราคาที่เสนอ", "เหตุผลที่คัดเลือกโดยสรุป", "เลขที่ของสัญญาหรือข้อตกลง", "วันที่ของสัญญาหรือข้อตกลง",
    "หน่วยงานรับผิดชอบ", "รหัสรายการงบประมาณ",
)  # fmt: skip
"""What the portal knows beside them."""
_WIDTHS = (7, 11, 24, 14, 14, 14, 22, 46, 18, 24, 22, 20, 18, 18, 32, 20, 18, 42, 32, 26, 18, 24, 24)
_MINISTRY, _KIND = "มหาดไทย", "องค์กรปกครองส่วนท้องถิ่น"
_MONTHS = ("เดือน", "สถานะ", "จำนวนรายการ", "วงเงินที่จะซื้อหรือจ้าง (บาท)", "ราคาที่ตกลงซื้อหรือจ้าง (บาท)", "วันที่เผยแพร่", "ฉบับที่")
_METHODS = ("วิธีการจัดซื้อจัดจ้าง", "จำนวนรายการ", "วงเงินงบประมาณ (บาท)", "ราคาที่ตกลงซื้อหรือจ้าง (บาท)", "ต่ำกว่าราคากลาง (บาท)")


def year_xlsx(year: YearOfPurchases, rows: Sequence[PurchaseRow], *, municipality: Municipality) -> bytes:
    """Three sheets: every purchase, every month with what it says, the ways of procurement."""
    title = f"รายการจัดซื้อจัดจ้าง ปีงบประมาณ พ.ศ. {year.year}"
    with override("th"):
        months = {month.number: month for month in year.months}
        lines = [
            _line(number, row, months[row.purchase.summary.month], municipality)
            for number, row in enumerate(rows, start=1)
        ]
        told = [_month(month) for month in year.months]
        methods = [_method(str(one.method.label), one.sums) for one in year.methods]
    above = (title, f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}")
    sheets = [
        Sheet("รายการ", (*COLUMNS, *MORE), lines, _WIDTHS, above, centred=(0, 1)),
        Sheet("รายเดือน", _MONTHS, told, (22, 34, 14, 24, 24, 18, 10), above, centred=(2, 6)),
        Sheet(
            "รายวิธี", _METHODS, [*methods, _method("รวม", year.sums)], (38, 16, 24, 24, 24), above,
            below=_notes(year), centred=(1,),
        ),
    ]  # fmt: skip
    return write_xlsx(sheets, title=title, author=municipality.name)


def _line(number: int, row: PurchaseRow, month: Month, municipality: Municipality) -> list[Value]:
    one = row.purchase
    return [
        number, month.year, municipality.name, municipality.district, municipality.province, _MINISTRY, _KIND,
        row.text["title"], one.budget_amount, str(Source(one.source).label), str(PurchaseState(one.status).label),
        str(Method(one.method).label), one.reference_price, one.agreed_price, row.text["winner"],
        row.text["egp_number"], month.name, bids_in_words(row.bids), row.text["reason"], row.text["contract_number"],
        one.contract_date,
        one.division.name if one.division else "", row.line.line.public_id if row.line else "",
    ]  # fmt: skip


def _month(month: Month) -> list[Value]:
    summary = month.summary
    if summary is None or summary.published_at is None:
        return [month.name, STATEMENTS[month.state], None, None, None, None, None]
    said = STATEMENTS[month.state] or "เผยแพร่แล้ว"
    day = local_day(summary.published_at)
    return [month.name, said, month.sums.count, month.sums.budget, month.sums.agreed_told, day, summary.number]


def _method(name: str, sums: Sums) -> list[Value]:
    return [name, sums.count, sums.budget, sums.agreed_told, sums.saved_told]


def _notes(year: YearOfPurchases) -> tuple[str, ...]:
    """What the sums leave out, in words."""
    notes = [f"รวมเดือนที่เผยแพร่แล้ว {year.told} เดือน จาก 12 เดือน"]
    sums = year.sums
    if sums.unagreed:
        notes.append(f"{sums.unagreed:,} รายการยังไม่มีราคาที่ตกลงซื้อหรือจ้าง จึงไม่รวมในผลรวมของราคาที่ตกลง")
    if sums.compared != sums.count:
        notes.append(f"ส่วนที่ต่ำกว่าราคากลางคิดจาก {sums.compared:,} รายการที่ทราบทั้งราคากลางและราคาที่ตกลง")
    if sums.cancelled:
        notes.append(f"จำนวนทั้งหมดรวมรายการที่ยกเลิก {sums.cancelled:,} รายการ")
    return tuple(notes)


def report_pdf(
    year: YearOfPurchases, report: ProcurementReport, *, municipality: Municipality, thai_digits: bool = True
) -> bytes:
    """The yearly report: ways of procurement, months, problems, suggestions."""
    title = f"รายงานสรุปผลการจัดซื้อจัดจ้าง ประจำปีงบประมาณ พ.ศ. {year.year}"
    with override("th"):
        methods = [_printed(_method(str(one.method.label), one.sums)) for one in year.methods]
        months = [_printed(_month(month)[:5]) for month in year.months]
    content = {
        "title": title.replace(" ประจำปี", "\nประจำปี"),
        "under": [f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}"],
        "methods": {"columns": _METHODS, "rows": methods, "total": _printed(_method("รวม", year.sums))},
        "none": "ไม่มีการจัดซื้อจัดจ้าง" if not year.sums.count else "",
        "months": {"columns": _MONTHS[:5], "rows": months},
        "notes": _notes(year),
        "words": [["ปัญหาและอุปสรรค", report.problems], ["ข้อเสนอแนะ", report.suggestions]],
        "foot": f"เผยแพร่เมื่อวันที่ {long_date(report.published_at, 'th')}" if report.published_at else "",
    }
    return compile_pdf(
        _TEMPLATE, content, title=title, author=municipality.name, thai_digits=thai_digits, created=report.published_at
    )


def _printed(cells: Sequence[Value]) -> list[str]:
    return [
        baht(cell) if isinstance(cell, Decimal) else f"{cell:,}" if isinstance(cell, int) else str(cell or "–")
        for cell in cells
    ]
