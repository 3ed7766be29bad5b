"""The register of many assets: the official table as PDF and as Excel."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ita_portal.pdf import breakable, compile_pdf
from ita_portal.spreadsheets import CELL_LIMIT, FONT, FONT_SIZE, Value, printable_text
from ita_portal.thai import baht, long_date, numeric_date, short_date

from ..models import Asset
from .register_rows import HEADER, MONEY, ONE_LINE, WIDTHS, register_rows

TITLE = "ทะเบียนคุมทรัพย์สิน"
_TEMPLATE = Path(__file__).resolve().parent / "register_book.typ"
COLUMNS = (
    "วัน เดือน ปี", "ที่เอกสาร", "หมายเลขครุภัณฑ์", "รายการ", "จำนวน", "ราคาต่อหน่วย", "มูลค่ารวม", "อายุใช้งาน (ปี)",
    "อัตราค่าเสื่อมราคา (ร้อยละ)", "ค่าเสื่อมราคาประจำปี", "ค่าเสื่อมราคาสะสม", "มูลค่าสุทธิ", "หมายเหตุ",
)  # fmt: skip


class Issuer(Protocol):
    """Whose register it is: `organization.models.Municipality`, or what has its fields."""

    name: str
    district: str
    province: str


def register_pdf(
    assets: Sequence[Asset], *, municipality: Issuer, day: dt.date, chosen: str = "", officer: str = ""
) -> bytes:
    """The official table, one line for each asset, by kind, with sums.

    day: the values are of its end. chosen: which part of the register it is, in words. officer: who keeps it.
    """
    groups = []
    total = _Sum()
    for category, several in itertools.groupby(sorted(assets, key=_by_kind), key=lambda asset: asset.category):
        kind_sum = _Sum()
        rows = [_line(asset, day, kind_sum) for asset in several]
        total.take(kind_sum)
        heading = f"{category.name} (รหัส {category.code})" if category.code else category.name
        groups.append({"heading": heading, "rows": rows, "sum": kind_sum.cells(f"รวม {len(rows):,} รายการ")})
    content = {
        "title": TITLE,
        "under": [
            f"ส่วนราชการ {municipality.name} อำเภอ{municipality.district} จังหวัด{municipality.province}",
            *([chosen] if chosen else []),
            f"มูลค่า ณ วันที่ {long_date(day, 'th')}",
        ],
        "columns": COLUMNS,
        "groups": groups,
        "total": total.cells(f"รวมทั้งสิ้น {len(assets):,} รายการ") if len(groups) > 1 else [],
        "empty": "ไม่มีทรัพย์สินตามเงื่อนไขที่เลือก",
        "method": METHOD,
        "signatory": {"name": officer, "position": "เจ้าหน้าที่พัสดุ"},
    }
    return compile_pdf(_TEMPLATE, content, title=TITLE, author=municipality.name)


METHOD = "ค่าเสื่อมราคาคำนวณโดยวิธีเส้นตรงตามจำนวนวัน นับตั้งแต่วันที่ได้มา และคงมูลค่าสุทธิไว้ ๑ บาทเมื่อครบอายุใช้งาน"
"""How the values were made, for the foot of the documents."""


class _Sum:
    """Money of several lines; what is not known counts as nothing."""

    def __init__(self) -> None:
        self.price = self.yearly = self.accumulated = self.net = Decimal(0)

    def add(self, price: Decimal | None, yearly: Decimal, accumulated: Decimal, net: Decimal) -> None:
        self.price += price or 0
        self.yearly, self.accumulated, self.net = self.yearly + yearly, self.accumulated + accumulated, self.net + net

    def take(self, other: _Sum) -> None:
        self.add(other.price, other.yearly, other.accumulated, other.net)

    def cells(self, words: str) -> list[str]:
        return [words, baht(self.price), baht(self.yearly), baht(self.accumulated), baht(self.net)]


def _by_kind(asset: Asset) -> tuple[int, str, int, str]:
    return asset.category.order, asset.category.name, asset.category_id, asset.number


def _line(asset: Asset, day: dt.date, kind_sum: _Sum) -> list[str]:
    value = asset.book_value(min(day, asset.retired_on) if asset.retired_on else day)
    nothing = Decimal(0)
    if value:
        kind_sum.add(asset.price, value.yearly, value.accumulated, value.net)
    else:
        kind_sum.add(asset.price, nothing, nothing, nothing)
    note = " ".join(asset.note.split())
    if asset.retired_on:
        note = f"จำหน่าย {numeric_date(asset.retired_on)} {asset.retired_reason} {note}".strip()
    return [
        short_date(asset.acquired_on, "th") if asset.acquired_on else "–",
        asset.document or "–",
        breakable(asset.number, whole=ONE_LINE),
        " ".join(filter(None, (asset.name, asset.model))),
        f"{asset.quantity:,} {asset.unit}",
        baht(asset.unit_price),
        baht(asset.price),
        str(asset.life_years or "–"),
        f"{value.rate:.2f}" if value and value.rate is not None else "–",
        baht(value.yearly if value else None),
        baht(value.accumulated if value else None),
        baht(value.net if value else None),
        note,
    ]


def register_xlsx(assets: Iterable[Asset], *, municipality: str, day: dt.date, chosen: str = "") -> bytes:
    """The same columns and all else that is kept, row by row: only the packed file lies in memory."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = TITLE, printable_text(municipality)
    book.properties.language = "th-TH"
    page: Any = book.create_sheet(TITLE[:31])
    head = 3
    for column, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = f"E{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "หน้า &P จาก &N"
    styles = _Styles(page)
    page.append([_text(page, f"{TITLE} {municipality}", styles.bold)])
    said = " · ".join(filter(None, (chosen, f"มูลค่า ณ วันที่ {long_date(day, 'th')}")))
    page.append([_text(page, said, styles.line)])
    page.append([_text(page, name, styles.head) for name in HEADER])
    last = head
    for row in register_rows(assets, day, date=numeric_date):
        page.append([_cell(page, column, value, styles) for column, value in enumerate(row)])
        last += 1
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(HEADER))}{last}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_A4 = 9
"""The paper in the words of the format."""


class _Styles:
    """How cells look, made once: making it anew for each of a million cells would take minutes."""

    def __init__(self, page: Any) -> None:
        plain, bold = Font(name=FONT, size=FONT_SIZE), Font(name=FONT, size=FONT_SIZE, bold=True)
        wrapped = Alignment(vertical="top", wrap_text=True)
        self.plain = self._made(page, plain, alignment=wrapped)
        self.money = self._made(page, plain, alignment=Alignment(vertical="top"), number_format="#,##0.00")
        self.line = self._made(page, plain)
        self.bold = self._made(page, bold)
        self.head = self._made(
            page, bold, fill=PatternFill("solid", fgColor="E9EDF2"),
            alignment=Alignment(horizontal="center", vertical="center", wrap_text=True),
        )  # fmt: skip

    @staticmethod
    def _made(page: Any, font: Font, **how: Any) -> Any:
        cell: Any = WriteOnlyCell(page)
        cell.font = font
        for name, value in how.items():
            setattr(cell, name, value)
        return cell._style


def _cell(page: Any, column: int, value: Value, styles: _Styles) -> Any:
    if isinstance(value, str):
        return _text(page, value, styles.plain)
    cell: Any = WriteOnlyCell(page, value=value)  # type: ignore[arg-type]
    cell._style = styles.money if column in MONEY else styles.plain
    return cell


def _text(page: Any, value: str, style: Any) -> Any:
    """Text stays text, whatever it begins with."""
    cell: Any = WriteOnlyCell(page)
    cell._value = printable_text(value)[:CELL_LIMIT]
    cell.data_type = "s"
    cell._style = style
    return cell
