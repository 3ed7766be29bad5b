"""A month of purchases in the official form สขร.1, as PDF, Excel and CSV. In Thai, as it is posted on the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from django.utils.translation import override

from ita_portal.pdf import breakable, compile_pdf
from ita_portal.spreadsheets import Sheet, Value, write_csv, write_xlsx
from ita_portal.thai import baht, long_date, short_date
from organization.models import Municipality

from ..choices import Method
from ..procurement_reading import NOTHING, Month, PurchaseRow
from ..procurement_rows import bids_in_words

_TEMPLATE = Path(__file__).resolve().parent / "month_summary.typ"
FORM = "แบบ สขร. 1"
NONE = "ไม่มีการจัดซื้อจัดจ้าง"
COLUMNS = (
    "ลำดับที่", "งานที่จัดซื้อหรือจัดจ้าง", "วงเงินที่จะซื้อหรือจ้าง", "ราคากลาง", "วิธีซื้อหรือจ้าง",
    "รายชื่อผู้เสนอราคาและราคาที่เสนอ", "ผู้ได้รับการคัดเลือกและราคาที่ตกลงซื้อหรือจ้าง", "เหตุผลที่คัดเลือกโดยสรุป",
    "เลขที่และวันที่ของสัญญาหรือข้อตกลงในการซื้อหรือจ้าง",
)  # fmt: skip
"""The official columns."""
_WIDTHS = (8, 38, 16, 16, 18, 38, 38, 30, 30)
MOST_IN_PDF = 2_000
"""Purchases on paper; more are in the workbook, and the form says so."""


def heading(month: Month) -> str:
    """`สรุปผลการดำเนินการจัดซื้อจัดจ้างในรอบเดือน ตุลาคม 2568`."""
    with override("th"):
        return f"สรุปผลการดำเนินการจัดซื้อจัดจ้างในรอบเดือน {month.name}"


def _under(month: Month, municipality: Municipality) -> list[str]:
    under = [
        f"{municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}",
        f"ณ วันที่ {long_date(month.last, 'th')}",
    ]
    if month.corrected:
        under.append(f"(แก้ไขครั้งที่ {month.corrected})")
    return under


def _foot(month: Month) -> list[str]:
    """When it was published, and what was noted."""
    summary = month.summary
    foot = []
    if summary is not None and summary.published_at is not None:
        foot.append(f"เผยแพร่เมื่อวันที่ {long_date(summary.published_at, 'th')}")
    if summary is not None and summary.note:
        foot.append(f"หมายเหตุ {summary.note}")
    return foot


def _cells(row: PurchaseRow, fit: Callable[[str], str] = str) -> list[str]:
    """A purchase in the official columns. fit: what makes words fit into a column of paper."""
    one, text = row.purchase, {name: fit(words) for name, words in row.text.items()}
    with override("th"):
        method = str(Method(one.method).label)
    bids = [part for name, price in row.bids for part in (fit(name), _baht(price))]
    signed = f"ลงวันที่ {short_date(one.contract_date, 'th')}" if one.contract_date else ""
    return [
        str(one.position), text["title"], baht(one.budget_amount), baht(one.reference_price), method,
        _lines(*bids), _lines(text["winner"], _baht(one.agreed_price)), _lines(text["reason"]),
        _lines(text["contract_number"], signed),
    ]  # fmt: skip


def _baht(amount: Decimal | None) -> str:
    return "" if amount is None else f"{baht(amount)} บาท"


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts)) or "–"


def _in_column(words: str) -> str:
    return breakable(words, whole=18)


def month_pdf(
    month: Month, rows: Sequence[PurchaseRow], *, municipality: Municipality, thai_digits: bool = True
) -> bytes:
    """The official form on A4, landscape, with Thai digits as official documents have them."""
    title = heading(month)
    foot = _foot(month)
    if len(rows) > MOST_IN_PDF:
        foot.append(f"แสดง {MOST_IN_PDF:,} รายการแรกจาก {len(rows):,} รายการ ดูทั้งหมดได้จากแฟ้ม Excel")
    content = {
        "form": FORM,
        "title": title,
        "under": _under(month, municipality),
        "columns": COLUMNS,
        "rows": [_cells(row, _in_column) for row in rows[:MOST_IN_PDF]],
        "total": [f"รวม {month.sums.count:,} รายการ", baht(month.sums.budget), baht(month.sums.agreed_told)],
        "none": NONE if month.state == NOTHING else "",
        "foot": foot,
    }
    created = month.summary.published_at if month.summary else None
    return compile_pdf(
        _TEMPLATE, content, title=title, author=municipality.name, thai_digits=thai_digits, created=created
    )


def _numbers(row: PurchaseRow) -> list[Value]:
    """The official columns with amounts as numbers."""
    one = row.purchase
    cells: list[Value] = list(_cells(row))
    cells[0], cells[2], cells[3] = one.position, one.budget_amount, one.reference_price
    return cells


def month_xlsx(month: Month, rows: Sequence[PurchaseRow], *, municipality: Municipality) -> bytes:
    """The same columns as a workbook."""
    title = heading(month)
    sheet = Sheet(
        title=FORM,
        header=COLUMNS,
        rows=[_numbers(row) for row in rows] or [["", NONE, *[""] * 7]],
        widths=_WIDTHS,
        above=(title, *_under(month, municipality)),
        below=tuple(_foot(month)),
        centred=(0, 4),
    )
    return write_xlsx([sheet], title=title, author=municipality.name)


CSV_COLUMNS = (
    *COLUMNS[:6], "ผู้ได้รับการคัดเลือก", "ราคาที่ตกลงซื้อหรือจ้าง", COLUMNS[7], "เลขที่ของสัญญาหรือข้อตกลง", "วันที่ของสัญญาหรือข้อตกลง",
)  # fmt: skip


def month_csv(rows: Sequence[PurchaseRow]) -> bytes:
    """The same with each amount and each day in a cell of its own; a month without purchases says so in its row."""
    lines: list[list[Value]] = []
    for row in rows:
        one = row.purchase
        with override("th"):
            method = str(Method(one.method).label)
        lines.append([
            one.position, row.text["title"], one.budget_amount, one.reference_price, method, bids_in_words(row.bids),
            row.text["winner"], one.agreed_price, row.text["reason"], row.text["contract_number"], one.contract_date,
        ])  # fmt: skip
    return write_csv(CSV_COLUMNS, lines or [["", NONE, *[""] * 9]])
