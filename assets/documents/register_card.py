"""The card of one asset in the official ทะเบียนคุมทรัพย์สิน: its head, and a line for the end of each fiscal year."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET
from ita_portal.pdf import compile_pdf
from ita_portal.thai import baht, long_date, short_date

from ..depreciation import BookYear, book_years
from ..importing.columns import word_of
from ..models import Asset
from .register_book import METHOD, TITLE, Issuer

_TEMPLATE = Path(__file__).resolve().parent / "register_card.typ"
COLUMNS = (
    "วัน เดือน ปี", "ที่เอกสาร", "รายการ", "จำนวน", "ราคาต่อหน่วย/\nชุด/กลุ่ม", "มูลค่ารวม", "อายุ\nใช้งาน\n(ปี)",
    "อัตรา\nค่าเสื่อมราคา\n(ร้อยละ)", "ค่าเสื่อมราคา\nประจำปี", "ค่าเสื่อมราคา\nสะสม", "มูลค่าสุทธิ", "หมายเหตุ",
)  # fmt: skip


def card_pdf(asset: Asset, *, municipality: Issuer, day: dt.date, officer: str = "") -> bytes:
    """The card as it stands at the end of `day`. asset: with category, division and custodian."""
    content = {
        "title": TITLE,
        "head": _head(asset, municipality),
        "columns": COLUMNS,
        "rows": _rows(asset, day),
        "printed": f"พิมพ์จากระบบ ณ วันที่ {long_date(day, 'th')}",
        "method": METHOD if asset.life_years else "ทรัพย์สินรายการนี้ไม่คิดค่าเสื่อมราคา",
        "signatory": {"name": officer, "position": "เจ้าหน้าที่พัสดุ"},
    }
    return compile_pdf(_TEMPLATE, content, title=f"{TITLE} {asset.number}", author=municipality.name)


def _head(asset: Asset, municipality: Issuer) -> list[list[list[str]]]:
    """Lines of pairs: label and value."""
    category = asset.category
    lines: list[list[tuple[str, Any]]] = [
        [("ส่วนราชการ", municipality.name), ("หน่วยงาน", asset.division.name)],
        [("ประเภท", category.name), ("รหัส", asset.number)],
        [("ลักษณะ/คุณสมบัติ", " ".join(filter(None, (asset.name, asset.features)))), ("รุ่น/แบบ", asset.model)],
        [("สถานที่ตั้ง/ผู้รับผิดชอบ", " / ".join(filter(None, (asset.place, str(asset.custodian or "")))))],
        [("ผู้ขาย/ผู้รับจ้าง/ผู้บริจาค", asset.seller)],
        [("ที่อยู่", asset.seller_address), ("โทรศัพท์", asset.seller_phone)],
        [
            ("ประเภทเงิน", word_of("funds", asset.funds, "th")),
            ("วิธีการได้มา", word_of("acquisition", asset.acquisition, "th")),
        ],
    ]
    return [[[label, " ".join(str(value).split()) or "–"] for label, value in line] for line in lines]


def _rows(asset: Asset, day: dt.date) -> list[list[str]]:
    until = min(day, asset.retired_on) if asset.retired_on else day
    value = asset.book_value(until)
    rate = f"{value.rate:.2f}" if value and value.rate is not None else "–"
    rows = [
        [
            _date(asset.acquired_on), asset.document or "–", asset.name, f"{asset.quantity:,} {asset.unit}",
            baht(asset.unit_price), baht(asset.price), str(asset.life_years or "–"), rate, "", "", baht(asset.price),
            " ".join(asset.note.split()),
        ]
    ]  # fmt: skip
    if asset.price is not None and asset.acquired_on:
        rows += [
            _year_row(line, retired_on=asset.retired_on)
            for line in book_years(asset.price, asset.acquired_on, asset.life_years, until)
        ]
    if asset.retired_on:
        condition = word_of("condition", asset.condition, "th")
        why = f"จำหน่าย: {asset.retired_reason} (สภาพ {condition})"
        rows.append([_date(asset.retired_on), "", why, *[""] * 9])
    return rows


def _year_row(line: BookYear, *, retired_on: dt.date | None) -> list[str]:
    words = "ค่าเสื่อมราคาถึงวันจำหน่าย" if line.day == retired_on else "ค่าเสื่อมราคาถึงวันนี้"
    if (line.day.month, line.day.day) == (9, 30):
        words = f"ค่าเสื่อมราคา ปี {line.day.year + BUDDHIST_ERA_OFFSET}"
    values = [baht(line.written_off), baht(line.accumulated), baht(line.net)]
    return [_date(line.day), "", words, "", "", "", "", "", *values, ""]


def _date(day: dt.date | None) -> str:
    return short_date(day, "th") if day else "–"
