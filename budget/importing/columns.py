"""The columns of budget files and how documents spell them: plans of each kind, and spending.

`purchase_columns` has those of purchases.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import Column, Headings

from ..choices import BUDGET_KINDS, PlanKind
from .months import MONTH_KEYS, month_spellings

_C = Column
EXAMPLE = "โครงการตัวอย่าง: ซ่อมแซมถนน หมู่ที่ 3"
"""The item of a template's example row."""
QUARTERS = ("q1", "q2", "q3", "q4")
AMOUNTS = ("original", "transferred_in", "transferred_out", "net", "revised", *QUARTERS)
TOLD = ("obligated", "disbursed", "received")
CLASSES = ("programme", "work", "group", "category")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file of a kind may hold. amounts: columns of money, which subtotal rows add up. revenue: lines have a
    category of revenue instead of a programme. year: fiscal year (B.E.). spending: it tells amounts of lines that are
    there; without, it brings the lines themselves."""

    headings: Headings
    year: int
    amounts: tuple[str, ...]
    revenue: bool = False
    spending: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """Columns of the classification, the widest first."""
        return tuple(key for key in (*CLASSES, "revenue_group") if key in self.headings.by_key)


def _code(*spellings: str) -> Column:
    return _C("code", "รหัส", "code", 12, "0001",
              _("Latin letters, digits, dots and hyphens. With it a line is known again; empty: found by its words."),
              ("รหัสรายการ", "รหัสบรรทัด", "รหัสบัญชี", "รหัสโครงการ", "line code", "id", "line", *spellings))  # fmt: skip


_PROGRAMME = _C("programme", "แผนงาน", "programme", 26, "อุตสาหกรรมและการโยธา", _("One of the twelve programmes."),
                ("ชื่อแผนงาน", "แผนงาน (12 แผนงาน)"))  # fmt: skip
_WORK = _C("work", "งาน", "work", 26, "งานก่อสร้างโครงสร้างพื้นฐาน", _("The work under the programme."), ("ชื่องาน",))
_GROUP = _C("group", "งบรายจ่าย", "expenditure group", 16, "งบลงทุน", _("Without it, it follows from the category."),
            ("งบ", "ประเภทงบ", "ประเภทงบรายจ่าย", "หมวดงบ", "งบ/หมวด", "group"))  # fmt: skip
_CATEGORY = _C("category", "หมวดรายจ่าย", "category", 24, "ค่าที่ดินและสิ่งก่อสร้าง", _("Category of the expenditure group."),
               ("หมวด", "ประเภทรายจ่าย", "หมวด/ประเภทรายจ่าย", "หมวด/ประเภท", "ประเภท",
                "หมวดรายจ่าย/ประเภทรายจ่าย"))  # fmt: skip
_REVENUE = _C("revenue_group", "หมวดรายรับ", "category of revenue", 30, "ภาษีอากร", _("Category of revenue."),
              ("หมวด", "หมวดรายได้", "ประเภทรายรับ", "ประเภทรายได้", "หมวด/ประเภท", "หมวด/ประเภทรายรับ",
               "revenue group"))  # fmt: skip
_ITEM = _C("item", "รายการ/โครงการ", "item or project", 46, EXAMPLE,
           _("What the money is for."),
           ("รายการ", "โครงการ", "ชื่อโครงการ", "โครงการ/กิจกรรม", "โครงการ/รายการ", "ชื่อรายการ",
            "ชื่อโครงการ/กิจกรรม", "กิจกรรม",
            "แผนงาน/งาน/รายการ", "รายการรายจ่าย", "รายการรายรับ", "รายการ/โครงการ/กิจกรรม", "ชื่อรายการ/โครงการ",
            "ครุภัณฑ์", "งาน/โครงการ",
            "หมวด/รายการ", "รายจ่าย", "รายรับ", "ประเภท/รายการ", "item", "project",
            "item/project"), needed=True)  # fmt: skip
_DETAIL = _C("detail", "รายละเอียด", "details", 40, None, _("Explanation, size, quantity."),
             ("รายละเอียดของกิจกรรม", "รายละเอียดของกิจกรรมที่เกิดขึ้นจากโครงการ", "รายละเอียดกิจกรรม",
              "รายละเอียดโครงการ", "คำชี้แจง",
              "คำชี้แจงงบประมาณ", "รายละเอียดของครุภัณฑ์", "รายละเอียดครุภัณฑ์", "คำอธิบาย", "detail", "description"))  # fmt: skip
_DIVISION = _C("division", "หน่วยงานรับผิดชอบ",
               "responsible division", 24, "กองช่าง", _("Name, short name or another known name."),
               ("หน่วยงาน", "หน่วยงานรับผิดชอบหลัก", "หน่วยงานที่รับผิดชอบ", "หน่วยงานที่รับผิดชอบหลัก", "ผู้รับผิดชอบ", "กอง", "สำนัก/กอง",
                "ส่วนราชการ", "หน่วยงานเจ้าของงบประมาณ", "กอง/สำนัก", "division", "department"))  # fmt: skip
_SOURCE = _C("source", "แหล่งเงิน", "source of money", 24, "เทศบัญญัติงบประมาณรายจ่าย", _("Empty: the budget ordinance."),
             ("แหล่งที่มาของงบประมาณ", "แหล่งงบประมาณ", "ที่มาของงบประมาณ", "แหล่งที่มาของเงิน", "แหล่งที่มา",
              "ประเภทเงิน", "แหล่งเงินงบประมาณ",
              "source", "funding"))  # fmt: skip
_ORIGINAL_NAMES = (
    "งบประมาณ", "งบประมาณ (บาท)", "จำนวนเงิน", "จำนวนเงิน (บาท)", "จำนวนงบประมาณ", "งบประมาณอนุมัติ", "งบประมาณตามข้อบัญญัติ",
    "งบประมาณตามเทศบัญญัติ", "งบประมาณตามเทศบัญญัติ (บาท)", "ตั้งไว้", "งบตั้งไว้", "งบประมาณที่ตั้งไว้",
    "งบประมาณที่ได้รับ", "งบประมาณ ตั้งไว้",
    "งบประมาณ ตามเทศบัญญัติ", "งบประมาณ ตามข้อบัญญัติ", "วงเงิน", "วงเงินงบประมาณ", "วงเงินงบประมาณ (บาท)", "งบประมาณตั้งไว้ (บาท)",
    "งบประมาณรายจ่าย", "ประมาณการ", "ประมาณการรายจ่าย", "ประมาณการรายรับ", "ประมาณการ (บาท)", "บาท", "งบ พ.ร.บ.",
    "งบตามเทศบัญญัติ",
    "original", "budget", "amount", "original budget", "amount (baht)", "งบประมาณจำนวนเงิน", "วงเงิน (บาท)",
    "วงเงินโครงการ", "งบประมาณโครงการ",
)  # fmt: skip


def _original(year: int, *more: str) -> Column:
    dated = tuple(
        f"{name}{said}{era}"
        for name in ("", "งบประมาณ", "ประมาณการ", "งบประมาณรายจ่าย", "ประมาณการรายรับ", "ประมาณการรายจ่าย", "งบประมาณตั้งไว้")
        for said in ("ปี", "ปีงบประมาณ", "ปี พ.ศ.", "ปีงบประมาณ พ.ศ.", " ")
        for era in (year, f"{year} (บาท)")
        if name or said.strip()
    )
    return _C("original", "งบประมาณตั้งไว้", "original amount", 16, Decimal("120000.00"),
              _("In baht; ฿ and thousands separators are read. Empty: not known."), (*_ORIGINAL_NAMES, *dated, *more),
              needed=True)  # fmt: skip


_MOVED = (
    _C("transferred_in", "โอนเพิ่ม", "transferred in", 14, None, _("All since 1 October, as the books say."),
       ("โอนเข้า", "โอนเพิ่ม (+)", "รับโอน", "โอนมา", "โอนเงินเพิ่ม", "งบประมาณ โอนเพิ่ม", "โอน เพิ่ม", "โอน (+)", "transfer in")),
    _C("transferred_out", "โอนลด", "transferred out", 14, None, _("All since 1 October, as the books say."),
       ("โอนออก", "โอนลด (-)", "โอนไป", "โอนเงินลด", "งบประมาณ โอนลด", "โอน ลด", "โอน (-)", "transfer out")),
    _C("net", "โอนเพิ่ม/ลด", "transferred, net", 14, None, _("Instead of the two columns before it: −500 is taken away."),
       ("โอนเพิ่ม (ลด)", "โอน", "การโอน", "โอน (+/-)", "โอนเพิ่ม/โอนลด", "โอนเปลี่ยนแปลง", "โอนเพิ่ม - ลด",
        "งบประมาณ โอนเพิ่ม/ลด",
        "โอนเพิ่ม(+) โอนลด(-)", "net transfer")),
    _C("revised", "งบประมาณหลังโอน", "revised amount", 16, None, _("Not needed; checked: original + in − out."),
       ("งบหลังโอน", "หลังโอน", "งบประมาณหลังโอนเปลี่ยนแปลง", "งบประมาณหลังโอน (บาท)", "งบประมาณสุทธิ",
        "งบประมาณปัจจุบัน", "หลังโอนเปลี่ยนแปลง",
        "งบประมาณ หลังโอน", "งบประมาณคงเหลือหลังโอน", "revised", "revised budget")),
)  # fmt: skip
_QUARTERS = tuple(
    _C(f"q{number}", f"ไตรมาส {number}", f"quarter {number}", 14, None, _("The four add up to the amount of the line."),
       (f"ไตรมาสที่ {number}", f"ไตรมาส {number} ({months})", f"ไตรมาสที่ {number} ({months})", f"q{number}",
        f"แผนการใช้จ่าย ไตรมาส {number}", f"แผนการใช้จ่ายเงิน ไตรมาสที่ {number}", f"แผนการใช้จ่าย ไตรมาสที่ {number}"))
    for number, months in enumerate(("ต.ค.-ธ.ค.", "ม.ค.-มี.ค.", "เม.ย.-มิ.ย.", "ก.ค.-ก.ย."), start=1)
)  # fmt: skip
_PLACE = _C("place", "สถานที่ดำเนินการ", "place", 24, None, _("Village, road, building."),
            ("สถานที่", "พื้นที่ดำเนินการ", "สถานที่ดำเนินงาน", "พื้นที่", "สถานที่ก่อสร้าง", "location"))  # fmt: skip
_METHOD = _C("method", "วิธีจัดซื้อจัดจ้าง", "way of procurement", 20, None, _("For what is bought or hired."),
             ("วิธีการจัดซื้อจัดจ้าง", "วิธีจัดหา", "วิธีซื้อหรือจ้าง", "วิธีการจัดหา", "วิธีการซื้อหรือจ้าง", "method"))  # fmt: skip
_SERVES = _C("serves", "รหัสงบประมาณที่ใช้", "budget line", 18, None,
             _("Code of the line of the budget in force that pays for it."),
             ("รหัสงบประมาณ", "เบิกจ่ายจากรหัส", "รหัสเทศบัญญัติ", "เบิกจากรหัสงบประมาณ", "serves",
              "budget line code"))  # fmt: skip
_SPAN = (
    _C("month_from", "เดือนที่เริ่ม", "from month", 14, None, _("Name of the month; a number counts from October."),
       ("เริ่มต้น", "เริ่ม", "เริ่มดำเนินการ", "เดือนเริ่มต้น", "วันเริ่มต้น", "ระยะเวลาดำเนินการ เริ่มต้น", "month from", "start month")),
    _C("month_to", "เดือนที่สิ้นสุด", "to month", 14, None, _("Name of the month; a number counts from October."),
       ("สิ้นสุด", "เดือนสิ้นสุด", "แล้วเสร็จ", "วันสิ้นสุด", "ระยะเวลาดำเนินการ สิ้นสุด", "month to", "end month")),
    _C("months", "ระยะเวลาดำเนินการ", "months", 22, None, _("For example ต.ค. 66 - มี.ค. 67, ไตรมาส 2, ตลอดปี."),
       ("ระยะเวลา", "ช่วงเวลา", "ช่วงเวลาดำเนินการ", "ช่วงเวลาที่ดำเนินการ", "ช่วงเวลาที่จะดำเนินการ",
        "คาดว่าจะประกาศจัดซื้อจัดจ้าง (เดือน/ปี)",
        "เดือนที่คาดว่าจะประกาศจัดซื้อจัดจ้าง", "เดือน", "period", "duration")),
)  # fmt: skip


def _twelve(year: int) -> Iterator[Column]:
    for number, key in enumerate(MONTH_KEYS, start=1):
        thai, english = month_spellings(number, year)[1], month_spellings(number, year)[3]
        help_text = _("Any mark in the months in which something is done.")
        yield _C(key, thai, english, 6, None, help_text, month_spellings(number, year))


def _has_amount(known: set[str]) -> bool:
    return "item" in known and "original" in known


def _has_amount_or_quarters(known: set[str]) -> bool:
    return "item" in known and ("original" in known or known.issuperset(QUARTERS))


@functools.lru_cache(maxsize=32)
def lines_layout(kind: str, year: int) -> Layout:
    """The columns of a plan of a kind."""
    if kind == PlanKind.REVENUE:
        columns: tuple[Column, ...] = (_code("รหัสงบประมาณ"), _REVENUE, _ITEM, _DETAIL, _DIVISION, _SOURCE,
                                       _original(year), *_MOVED)  # fmt: skip
        return Layout(Headings(columns, anchor=_has_amount, rows=2), year, AMOUNTS[:5], revenue=True)
    start = (_code(*(("รหัสงบประมาณ",) if kind in BUDGET_KINDS else ())), _PROGRAMME, _WORK, _GROUP, _CATEGORY, _ITEM,
             _DETAIL, _DIVISION, _SOURCE)  # fmt: skip
    if kind in BUDGET_KINDS:
        columns = (*start, _original(year), *_MOVED, _PLACE)
        return Layout(Headings(columns, anchor=_has_amount, rows=2), year, AMOUNTS[:5])
    if kind == PlanKind.SPENDING:
        total = _original(year, "รวม", "รวมเงิน", "รวมทั้งสิ้น", "รวมทั้งปี", "รวม (บาท)", "total")
        columns = (*start, total, *_MOVED, *_QUARTERS, _SERVES)
        return Layout(Headings(columns, anchor=_has_amount_or_quarters, rows=2), year, AMOUNTS)
    months = tuple(_twelve(year))
    columns = (*start, _original(year), *_MOVED, *_QUARTERS, _PLACE, *_SPAN, *months, _METHOD, _SERVES)
    return Layout(Headings(columns, anchor=_has_amount, rows=2), year, AMOUNTS)


_TOLD = (
    _C("obligated", "ก่อหนี้ผูกพัน", "obligated", 16, None, _("Committed and not paid yet, on that day. Empty: not known."),
       ("ผูกพัน", "ก่อหนี้ผูกพัน (บาท)", "ก่อหนี้", "ภาระผูกพัน", "กันเงิน/ก่อหนี้ผูกพัน", "งบประมาณ ผูกพัน", "งบประมาณ ก่อหนี้ผูกพัน",
        "committed")),
    _C("disbursed", "เบิกจ่าย", "disbursed", 16, Decimal("60000.00"), _("Paid, in baht. Empty: not known."),
       ("เบิกจ่ายแล้ว", "เบิกจ่าย (บาท)", "เบิกจ่ายสะสม", "จ่ายจริง", "รายจ่ายจริง", "จ่าย", "ผลการเบิกจ่าย",
        "งบประมาณ เบิกจ่าย", "ใช้ไป",
        "เบิกจ่ายจริง", "ยอดเบิกจ่าย", "จำนวนเงินที่เบิกจ่าย", "spent", "paid")),
    _C("received", "รับจริง", "received", 16, None, _("Of lines of the revenue estimate. Empty: not known."),
       ("รายรับจริง", "รับจริง (บาท)", "รับแล้ว", "รายได้จริง", "รับจริงสะสม", "ยอดรับจริง", "เก็บได้จริง", "รับ")),
)  # fmt: skip


@functools.lru_cache(maxsize=16)
def spending_layout(year: int) -> Layout:
    """The columns of a statement of spending or revenue."""
    group = _C("revenue_group", "หมวดรายรับ", "category of revenue", 30, None, _("Category of revenue."),
               ("หมวดรายได้", "ประเภทรายรับ", "ประเภทรายได้", "หมวด/ประเภทรายรับ", "revenue group"))  # fmt: skip
    item = _C("item", _ITEM.thai, _ITEM.english, 46, EXAMPLE,
              _("As in the plan; not needed where there is a code."), _ITEM.spellings)  # fmt: skip
    told = tuple(
        _C(column.key, column.thai, column.english, column.width, column.example, column.help, column.spellings,
           needed=column.key == "disbursed") for column in _TOLD
    )  # fmt: skip
    columns = (_code("รหัสงบประมาณ"), _PROGRAMME, _WORK, _GROUP, _CATEGORY, group, item, _DIVISION,
               _C("original", "งบประมาณตั้งไว้", "original amount", 16, None, _("Not needed; compared with the plan."),
                  _original(year).spellings),
               _C("revised", "งบประมาณหลังโอน", "revised amount", 16, None, _("Not needed; compared with the plan."),
                  _MOVED[3].spellings),
               *told)  # fmt: skip

    def anchor(known: set[str]) -> bool:
        return bool(known & {"code", "item"}) and bool(known & set(TOLD))

    return Layout(Headings(columns, anchor=anchor, rows=2), year, ("original", "revised", *TOLD), spending=True)
