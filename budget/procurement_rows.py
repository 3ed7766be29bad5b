"""The open files of a year's purchases: their columns and their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from ita_portal.fiscal import BANGKOK
from ita_portal.spreadsheets import Value

from .choices import Method, PurchaseState, Source
from .opendata.columns import DIVISION, YEAR, Column, Table
from .procurement_reading import NOTHING, Month, PurchaseRow, Sums, YearOfPurchases

Absolute = Callable[[str], str]
STATEMENTS = {NOTHING: "ไม่มีการจัดซื้อจัดจ้าง", "not_published": "ยังไม่ได้เผยแพร่", "published": ""}
"""What a month says, in the words that the assessor asks for."""
LINE, NO_BUDGET = "budget_line", "off_budget"
"""What a purchase is paid from: a line of the budget, or other money."""


def _text(name: str, thai: str, english: str, about_thai: str = "", about: str = "", *, width: int = 24) -> Column:
    return Column(name, "string", thai, english, about_thai, about, width=width)


def _money(name: str, thai: str, english: str, about_thai: str = "", about: str = "") -> Column:
    return Column(
        name, "number", thai, english, f"{about_thai} หน่วยเป็นบาท ช่องว่างหมายถึงไม่ทราบ ไม่ใช่ศูนย์".strip(),
        f"{about} In baht; empty where it is not known, which is not zero.".strip(), "", {"minimum": 0}, 18,
    )  # fmt: skip


def _word(
    name: str, thai: str, english: str, values: Sequence[str], about: tuple[str, str], *, needed: bool = False
) -> Column:
    limits: dict[str, Any] = {"enum": list(values)}
    return Column(name, "string", thai, english, *about, "", limits | ({"required": True} if needed else {}))


PROCUREMENT = Table(
    "procurement", "การจัดซื้อจัดจ้าง", "Procurement",
    (
        YEAR,
        Column("month", "yearmonth", "เดือน", "Month", "เดือนที่สรุปผล (ค.ศ.)", "The month that is told.", "",
               {"required": True}, 12),
        _word("month_state", "สถานะของเดือน", "State of the month", ("published", "nothing", "not_published"),
              ("published มีรายการ nothing ไม่มีการจัดซื้อจัดจ้าง not_published ยังไม่ได้เผยแพร่ เดือนที่ไม่มีรายการมีหนึ่งแถว",
               "A month without purchases has one row that says so: nothing was bought, or it is not published yet."),
              needed=True),
        _text("statement", "คำแถลง", "In words", "ข้อความของเดือนที่ไม่มีรายการ", "What a month without purchases says."),
        Column("version", "integer", "ฉบับที่เผยแพร่", "Version", "มากกว่า 1 คือมีการแก้ไขหลังเผยแพร่",
               "Above 1 where the month was corrected after publication.", "", {"minimum": 1}, 8),
        Column("published_at", "date", "วันที่เผยแพร่", "Published on", "ค.ศ.", "The day of publication.", width=14),
        Column("number", "integer", "ลำดับที่", "Number", "ลำดับในเดือน", "Its number in the month.", "",
               {"minimum": 1}, 8),
        _text("title", "งานที่จัดซื้อหรือจัดจ้าง", "What is bought or hired", width=46),
        _money("budget_amount", "วงเงินที่จะซื้อหรือจ้าง", "Budget for it"),
        _money("reference_price", "ราคากลาง", "Reference price"),
        _word("method", "วิธีซื้อหรือจ้าง", "Way of procurement", Method.values,
              ("ตามพระราชบัญญัติการจัดซื้อจัดจ้างฯ พ.ศ. 2560", "By the procurement act B.E. 2560.")),
        _text("bids", "รายชื่อผู้เสนอราคาและราคาที่เสนอ", "Bidders and their prices",
              "คั่นแต่ละรายด้วย ; ราคาเป็นบาทอยู่ในวงเล็บ (ใน JSON เป็นรายการ)",
              "Parted by a semicolon, prices in baht in brackets; a list in JSON.", width=46),
        _text("winner", "ผู้ได้รับการคัดเลือก", "Chosen", width=32),
        _text("winner_tax_id", "เลขประจำตัวผู้เสียภาษี", "Tax number",
              "ของนิติบุคคลแสดงครบ 13 หลัก ของบุคคลธรรมดาแสดงเฉพาะสี่หลักท้าย",
              "Of a company in full, of a person the last four digits only."),
        _money("agreed_price", "ราคาที่ตกลงซื้อหรือจ้าง", "Agreed price"),
        _text("reason", "เหตุผลที่คัดเลือกโดยสรุป", "Reason for the choice", width=36),
        _text("contract_number", "เลขที่สัญญาหรือข้อตกลง", "Number of the contract"),
        Column("contract_date", "date", "วันที่ของสัญญาหรือข้อตกลง", "Date of the contract", "ค.ศ.", "", width=14),
        _text("egp_number", "เลขที่โครงการในระบบ e-GP", "Project number in e-GP"),
        _word("status", "สถานะการจัดซื้อจัดจ้าง", "Status", PurchaseState.values,
              ("ยังไม่ลงนาม อยู่ระหว่างดำเนินการ สิ้นสุดสัญญา ยกเลิก", "Not signed yet, in progress, ended, cancelled.")),
        _word("source", "แหล่งที่มาของงบประมาณ", "Source of money", Source.values,
              ("เงินมาจากไหน", "Where the money comes from.")),
        DIVISION,
        _word("paid_from", "จ่ายจาก", "Paid from", (LINE, NO_BUDGET),
              ("รายการงบประมาณ หรือเงินนอกงบประมาณ", "A line of the budget, or money outside it.")),
        _text("budget_line", "รหัสรายการงบประมาณ", "Budget line", "ตรงกับ id ในแฟ้ม lines ของปีเดียวกัน",
              "An id of the file lines of the same year."),
        Column("url", "string", "ที่อยู่เว็บ", "Address", "หน้าของเดือนและลำดับนี้", "Its place on the month's page.", "",
               {"required": True}, 40),
    ),
)  # fmt: skip
"""The columns of `procurement.csv`; the members of a purchase in `procurement.json` have the same names."""
PURCHASE_COLUMNS = PROCUREMENT.header


def purchase_values(row: PurchaseRow, month: Month, absolute: Absolute) -> dict[str, Any]:
    """A purchase by the names of the columns; amounts as Decimal, bids as a list."""
    one = row.purchase
    with override("th"):
        url = absolute(row.url)
    return {
        **_month_values(month),
        "number": one.position,
        **row.text,
        "budget_amount": one.budget_amount,
        "reference_price": one.reference_price,
        "method": one.method,
        "bids": [{"name": name, "price": price} for name, price in row.bids],
        "winner_tax_id": one.winner_tax_id,
        "agreed_price": one.agreed_price,
        "contract_date": one.contract_date,
        "status": one.status,
        "source": one.source,
        "division": one.division.name if one.division else "",
        "paid_from": NO_BUDGET if one.off_budget else LINE,
        "budget_line": row.line.line.public_id if row.line else "",
        "url": url,
    }


def _month_values(month: Month) -> dict[str, Any]:
    published = month.summary.published_at if month.summary else None
    return {
        "fiscal_year": month.year,
        "month": month.key,
        "month_state": month.state,
        "statement": STATEMENTS[month.state],
        "version": month.summary.number if month.summary else None,
        "published_at": local_day(published) if published else None,
    }


def local_day(moment: dt.datetime) -> dt.date:
    """The day of a moment in Bangkok."""
    return moment.astimezone(BANGKOK).date()


def bids_in_words(bids: Iterable[tuple[str, Decimal | None]]) -> str:
    """`ร้าน ก (11800.00); ร้าน ข`."""
    return "; ".join(name if price is None else f"{name} ({price:.2f})" for name, price in bids)


def csv_rows(year: YearOfPurchases, rows: Iterable[PurchaseRow], absolute: Absolute) -> Iterator[list[Value]]:
    """The rows of `procurement.csv`: every purchase, October first; one row for each month without any."""
    by_month: dict[int, list[PurchaseRow]] = {}
    for row in rows:
        by_month.setdefault(row.purchase.summary.month, []).append(row)
    for month in year.months:
        mine = by_month.get(month.number, [])
        for row in mine:
            values = purchase_values(row, month, absolute)
            values["bids"] = bids_in_words(row.bids)
            yield [_cell(values.get(name)) for name in PURCHASE_COLUMNS]
        if not mine:
            with override("th"):
                values = {**_month_values(month), "url": absolute(month.url)}
            yield [_cell(values.get(name)) for name in PURCHASE_COLUMNS]


def _cell(value: Any) -> Value:
    return None if value == "" else value


def _said(value: Any) -> Any:
    """As JSON says it: amounts as strings of baht with two decimals, days as ISO 8601, unknown as null."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, list):
        return [{name: _said(part) for name, part in item.items()} for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


_OF_MONTH = ("month_state", "statement", "version", "published_at", "fiscal_year")


def year_json(
    year: YearOfPurchases, rows: Iterable[PurchaseRow], absolute: Absolute, *, municipality: str
) -> dict[str, Any]:
    """What `procurement.json` says."""
    months = {month.number: month for month in year.months}
    purchases = []
    for row in rows:
        values = purchase_values(row, months[row.purchase.summary.month], absolute)
        purchases.append({name: _said(values[name]) for name in PURCHASE_COLUMNS if name not in _OF_MONTH})
    with override("th"):
        page = absolute(reverse("budget:procurement", args=[year.year]))
        told = [_month_json(month, absolute) for month in year.months]
    return {
        "fiscal_year": year.year,
        "municipality": municipality,
        "published_at": year.published_at.isoformat() if year.published_at else None,
        "url": page,
        "months": told,
        "methods": [{"method": one.method.value, **_sums_json(one.sums)} for one in year.methods],
        "totals": _sums_json(year.sums),
        "purchases": purchases,
    }


def _month_json(month: Month, absolute: Absolute) -> dict[str, Any]:
    values = _month_values(month)
    return {
        "month": month.key,
        "state": month.state,
        "statement": values["statement"],
        "version": values["version"],
        "published_at": _said(values["published_at"]),
        "purchases": month.sums.count if month.summary else None,
        "agreed_price": _said(month.sums.agreed_told) if month.summary else None,
        "url": absolute(month.url),
    }


def _sums_json(sums: Sums) -> dict[str, Any]:
    return {
        "purchases": sums.count,
        "budget_amount": _said(sums.budget),
        "agreed_price": _said(sums.agreed_told),
        "without_agreed_price": sums.unagreed,
        "below_reference_price": _said(sums.saved_told),
        "compared_with_reference_price": sums.compared,
        "cancelled": sums.cancelled,
    }
