"""The columns of every open file: name, type, meaning in two languages, and their place in the fiscal taxonomy.

`column_type` is a word of the budget taxonomy of the Fiscal Data Package (specs.frictionlessdata.io, 1.0.0rc1); types
and constraints are those of Table Schema. The data dictionary, the spreadsheets and the data packages read this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..choices import Approver, Category, Group, Method, PlanKind, Programme, RevenueGroup, Source


@dataclass(frozen=True, slots=True)
class Column:
    """A column. thai, english: what people call it. about_thai, about: what it says. width: in a spreadsheet."""

    name: str
    type: str
    thai: str
    english: str
    about_thai: str = ""
    about: str = ""
    column_type: str = ""
    constraints: dict[str, Any] = field(default_factory=dict)
    width: int = 18

    @property
    def fiscal_type(self) -> str:
        """Its word of the fiscal taxonomy; every number of these files that has none of its own is an amount."""
        return self.column_type or ("value" if self.type == "number" else "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows. name: of the file and of the data package's resource. key: columns that tell rows apart.

    refers: pairs of a column and the `table.column` that holds its value.
    """

    name: str
    thai: str
    english: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    refers: tuple[tuple[str, str], ...] = ()

    @property
    def header(self) -> list[str]:
        """Names of the columns, in their order."""
        return [column.name for column in self.columns]


_NEEDED = {"required": True}


def _one_of(*values: str, needed: bool = False) -> dict[str, Any]:
    return {"enum": list(values), **(_NEEDED if needed else {})}


def _money(name: str, thai: str, english: str, about_thai: str = "", about: str = "") -> Column:
    unknown_thai, unknown = (
        "หน่วยเป็นบาท ช่องว่างหมายถึงไม่ทราบ ไม่ใช่ศูนย์",
        "In baht; empty where it is not known, which is not zero.",
    )
    return Column(
        name, "number", thai, english, f"{about_thai} {unknown_thai}".strip(), f"{about} {unknown}".strip(), "value",
        {"minimum": 0}, 18,
    )  # fmt: skip


YEAR = Column(
    "fiscal_year", "integer", "ปีงบประมาณ", "Fiscal year", "พ.ศ. เช่น 2570 คือ 1 ตุลาคม 2569 ถึง 30 กันยายน 2570",
    "Of the Buddhist Era: 2570 is October 2026 to September 2027.", "date:fiscal-year",
    {"required": True, "minimum": 2500, "maximum": 2700}, 12,
)  # fmt: skip
ID = Column(
    "id", "string", "รหัสรายการ", "Line", "ไม่ซ้ำกันในปีงบประมาณ และคงเดิมทุกฉบับ",
    "Unique in its fiscal year, the same in every revision.", "budget-line-id", _NEEDED, 24,
)  # fmt: skip
PLAN = Column(
    "plan", "string", "แผน", "Plan", "ชื่อแผนอย่างที่ปรากฏในที่อยู่เว็บ", "The plan's name as it stands in addresses.",
    "", _NEEDED, 16,
)  # fmt: skip
REVISION = Column(
    "revision", "integer", "ฉบับที่", "Revision", "ฉบับที่มีผลใช้บังคับ", "The revision in force.", "",
    {"required": True, "minimum": 1}, 8,
)  # fmt: skip
PROGRAMME = Column(
    "programme", "string", "แผนงาน (รหัส)", "Programme (code)", "แผนงานหนึ่งใน 12 แผนงาน", "One of the twelve programmes.",
    "functional-classification:generic:level1:code", _one_of(*Programme.values, needed=True),
)  # fmt: skip
PROGRAMME_NAME = Column(
    "programme_name", "string", "แผนงาน", "Programme", "ชื่อแผนงาน", "Its Thai name.",
    "functional-classification:generic:level1:label", width=26,
)  # fmt: skip
WORK = Column(
    "work", "string", "งาน", "Work", "งานภายใต้แผนงาน", "The work under the programme.",
    "functional-classification:generic:level2:label", width=26,
)  # fmt: skip
GROUP = Column(
    "expenditure_group", "string", "งบรายจ่าย (รหัส)", "Expenditure group (code)", "งบบุคลากร งบดำเนินงาน งบลงทุน ฯลฯ",
    "Personnel, operations, investment, …", "economic-classification:generic:level1:code", _one_of(*Group.values),
)  # fmt: skip
GROUP_NAME = Column(
    "expenditure_group_name", "string", "งบรายจ่าย", "Expenditure group", "ชื่องบรายจ่าย", "Its Thai name.",
    "economic-classification:generic:level1:label",
)  # fmt: skip
CATEGORY = Column(
    "category", "string", "หมวดรายจ่าย (รหัส)", "Category (code)", "หมวดภายใต้งบรายจ่าย", "The category in its group.",
    "economic-classification:generic:level2:code", _one_of(*Category.values),
)  # fmt: skip
CATEGORY_NAME = Column(
    "category_name", "string", "หมวดรายจ่าย", "Category", "ชื่อหมวดรายจ่าย", "Its Thai name.",
    "economic-classification:generic:level2:label",
)  # fmt: skip
ITEM = Column(
    "item", "string", "รายการ/โครงการ", "Item or project", "เงินนี้ใช้ทำอะไร", "What the money is for.",
    "activity:generic:project:label", _NEEDED, 46,
)  # fmt: skip
DETAIL = Column("detail", "string", "รายละเอียด", "Details", "คำชี้แจงของรายการ", "As the plan explains it.", width=46)
PLACE = Column("place", "string", "สถานที่", "Place", "สถานที่ดำเนินการ", "Where it is done.", "geo:target:title", width=26)
DIVISION = Column(
    "division", "string", "หน่วยงานรับผิดชอบ", "Responsible division", "สำนักหรือกองที่รับผิดชอบ",
    "The division that answers for it.", "administrative-classification:generic:level1:label", width=24,
)  # fmt: skip
SOURCE = Column(
    "source", "string", "แหล่งเงิน (รหัส)", "Source of money (code)", "เงินมาจากไหน", "Where the money comes from.",
    "fin-source:generic:code", _one_of(*Source.values, needed=True),
)  # fmt: skip
SOURCE_NAME = Column(
    "source_name", "string", "แหล่งเงิน", "Source of money", "ชื่อแหล่งเงิน", "Its Thai name.", "fin-source:generic:label",
    width=24,
)  # fmt: skip
ORIGINAL = _money("original", "งบประมาณตั้งไว้", "Original amount", "จำนวนที่ตั้งไว้แต่แรก", "As first enacted.")
GAINED = _money("transferred_in", "โอนเพิ่ม", "Transferred in", "ตั้งแต่ 1 ตุลาคม", "Since 1 October.")
GIVEN = _money("transferred_out", "โอนลด", "Transferred out", "ตั้งแต่ 1 ตุลาคม", "Since 1 October.")
REVISED = _money(
    "revised",
    "งบประมาณหลังโอน",
    "Revised amount",
    "ตั้งไว้ + โอนเพิ่ม - โอนลด",
    "Original, plus transfers in, less transfers out.",
)
OBLIGATED = _money(
    "obligated", "ก่อหนี้ผูกพัน", "Obligated", "ผูกพันแล้วแต่ยังไม่ได้จ่าย ณ วันที่ของข้อมูล",
    "Committed and not paid yet, on the day of the data.",
)  # fmt: skip
DISBURSED = _money("disbursed", "เบิกจ่ายแล้ว", "Disbursed", "สะสมตั้งแต่ 1 ตุลาคม", "Paid since 1 October.")
RECEIVED = _money("received", "รับจริง", "Received", "สะสมตั้งแต่ 1 ตุลาคม", "Received since 1 October.")
AS_OF = Column(
    "as_of", "date", "ข้อมูล ณ วันที่", "Data as of", "วันที่ของข้อมูลการใช้จ่าย (ค.ศ.)", "The day of the spending data.",
    "date:generic", width=14,
)  # fmt: skip
URL = Column(
    "url", "string", "ที่อยู่เว็บ", "Address", "หน้าของรายการนี้ ใช้อ้างอิงได้", "The line's own page, which can be cited.",
    "", {"required": True}, 40,
)  # fmt: skip
_WHAT = (PROGRAMME, PROGRAMME_NAME, WORK, GROUP, GROUP_NAME, CATEGORY, CATEGORY_NAME, ITEM, DETAIL, PLACE, DIVISION)

LINES = Table(
    "lines", "งบประมาณรายจ่ายรายรายการ", "Budget lines",
    (
        YEAR, ID, PLAN, REVISION, *_WHAT, SOURCE, SOURCE_NAME, ORIGINAL, GAINED, GIVEN, REVISED, OBLIGATED, DISBURSED,
        AS_OF, URL,
    ),
    ("fiscal_year", "id"),
)  # fmt: skip

MONTH = Column(
    "month", "yearmonth", "ถึงสิ้นเดือน", "Up to the end of", "เดือนที่รายงาน (ค.ศ.)", "The month that is told.", "",
    _NEEDED, 12,
)  # fmt: skip
SINCE = Column(
    "period_from", "yearmonth", "ช่วงเวลาเริ่มเดือน", "Period from",
    "เดือนแรกของช่วงที่นับจากรายงานครั้งก่อน", "First month since the statement before it.", "", _NEEDED, 12,
)  # fmt: skip
SPENDING = Table(
    "spending", "ผลการใช้จ่ายรายรายการและเดือน", "Spending by line and month",
    (
        YEAR, MONTH, AS_OF,
        Column("line", "string", "รหัสรายการ", "Line", "ตรงกับ id ในแฟ้ม lines", "An id of the file lines.",
               "budget-line-id", _NEEDED, 24),
        PLAN, PROGRAMME, PROGRAMME_NAME, ITEM, DIVISION, REVISED, OBLIGATED, DISBURSED, SINCE,
        Column("disbursed_in_period", "number", "เบิกจ่ายในช่วง", "Disbursed in the period",
               "ต่างจากรายงานครั้งก่อน ติดลบได้เมื่อมีการแก้ไข หน่วยเป็นบาท ช่องว่างหมายถึงไม่ทราบ",
               "The difference to the statement before; below zero after a correction. In baht; empty where unknown.",
               "value"),
    ),
    ("month", "line"),
    (("line", "lines.id"),),
)  # fmt: skip

REVENUE_GROUP = Column(
    "revenue_group", "string", "หมวดรายรับ (รหัส)", "Category of revenue (code)", "หมวดรายรับ", "The category of revenue.",
    "economic-classification:generic:level1:code", _one_of(*RevenueGroup.values, needed=True),
)  # fmt: skip
REVENUE_GROUP_NAME = Column(
    "revenue_group_name", "string", "หมวดรายรับ", "Category of revenue", "ชื่อหมวดรายรับ", "Its Thai name.",
    "economic-classification:generic:level1:label", width=28,
)  # fmt: skip
REVENUE = Table(
    "revenue", "ประมาณการรายรับและรับจริง", "Revenue, estimated and received",
    (
        YEAR, ID, PLAN, REVISION, REVENUE_GROUP, REVENUE_GROUP_NAME, ITEM, DETAIL, ORIGINAL, REVISED, RECEIVED, AS_OF,
        URL,
    ),
    ("fiscal_year", "id"),
)  # fmt: skip


def _side(name: str, thai: str, english: str) -> tuple[Column, Column]:
    empty_thai, empty = "ว่างเมื่อเอกสารบอกเพียงด้านเดียว", "Empty where the document tells one side only."
    return (
        Column(f"{name}_line", "string", thai, english, empty_thai, empty, "budget-line-id", width=24),
        Column(f"{name}_item", "string", f"{thai} (รายการ)", f"{english} (item)", width=40),
    )


TRANSFERS = Table(
    "transfers", "การโอนงบประมาณ", "Transfers",
    (
        YEAR, PLAN,
        Column("revision", "integer", "ฉบับที่", "Revision", "ฉบับแก้ไขที่มีการโอนนี้", "The revision that made it.", "",
               {"required": True, "minimum": 1}, 8),
        Column("number", "integer", "ลำดับ", "Number", "ลำดับในฉบับนั้น", "Its place in that revision.", "",
               {"required": True, "minimum": 1}, 8),
        *_side("from", "โอนจาก", "From"), *_side("to", "โอนไป", "To"),
        Column("amount", "number", "จำนวนเงิน", "Amount", "หน่วยเป็นบาท", "In baht.", "value",
               {"required": True, "minimum": 0}),
        Column("approver", "string", "ผู้อนุมัติ (รหัส)", "Approved by (code)", "ผู้บริหารท้องถิ่น หรือสภา",
               "The local executive or the council.", "", _one_of(*Approver.values, needed=True)),
        Column("approver_name", "string", "ผู้อนุมัติ", "Approved by", "ชื่อ", "Its Thai name."),
        Column("approved_on", "date", "วันที่อนุมัติ", "Approved on", "ค.ศ.", "", "date:generic", _NEEDED, 14),
        Column("document_number", "string", "เลขที่หนังสือ", "Number of the document", width=24),
        Column("reason", "string", "เหตุผล", "Reason", width=40),
        Column("published_on", "date", "วันที่เผยแพร่", "Published on", "ค.ศ.", "", "", _NEEDED, 14),
    ),
    ("plan", "revision", "number"),
)  # fmt: skip


def _both(name: str, thai: str, english: str) -> tuple[Column, Column]:
    return (
        _money(f"{name}_before", f"{thai} (ฉบับก่อน)", f"{english}, before"),
        _money(f"{name}_after", f"{thai} (ฉบับหลัง)", f"{english}, after"),
    )


CHANGES = Table(
    "changes", "สิ่งที่เปลี่ยนระหว่างสองฉบับ", "What changed between two revisions",
    (
        YEAR, PLAN,
        Column("revision_before", "integer", "ฉบับก่อน", "Revision before", "", "", "",
               {"required": True, "minimum": 1}, 8),
        Column("revision_after", "integer", "ฉบับหลัง", "Revision after", "", "", "",
               {"required": True, "minimum": 1}, 8),
        ID,
        Column("change", "string", "การเปลี่ยนแปลง", "Change", "added เพิ่ม removed ตัดออก changed แก้ไข",
               "Whether the line was added, removed or changed.", "",
               _one_of("added", "removed", "changed", needed=True), 12),
        ITEM,
        Column("item_before", "string", "รายการ/โครงการ (ฉบับก่อน)", "Item or project, before", "ว่างเมื่อรายการนี้ถูกเพิ่มใหม่",
               "Empty for a line that was added.", width=46),
        Column("programme", "string", "แผนงาน (รหัส)", "Programme (code)", "ว่างในประมาณการรายรับ",
               "Empty in the revenue estimate.", "functional-classification:generic:level1:code",
               _one_of(*Programme.values)),
        PROGRAMME_NAME, DIVISION,
        *_both("original", "งบประมาณตั้งไว้", "Original amount"),
        *_both("transferred_in", "โอนเพิ่ม", "Transferred in"),
        *_both("transferred_out", "โอนลด", "Transferred out"),
        *_both("revised", "งบประมาณหลังโอน", "Revised amount"),
        Column("difference", "number", "ผลต่าง", "Difference",
               "งบประมาณหลังโอน ฉบับหลังลบฉบับก่อน หน่วยเป็นบาท ช่องว่างหมายถึงไม่ทราบ",
               "Revised amount, after less before, in baht; empty where one of them is not known.", "value"),
        Column("changed_columns", "string", "คอลัมน์ที่เปลี่ยน", "Columns that changed", "คั่นด้วย ;",
               "Parted by semicolons.", width=40),
        URL,
    ),
    ("id",),
)  # fmt: skip

_QUARTERS = tuple(
    _money(f"q{number}", f"ไตรมาส {number}", f"Quarter {number}", "แผนการใช้จ่ายของไตรมาส", "Planned for the quarter.")
    for number in (1, 2, 3, 4)
)
_PLANNED = (
    Column("month_from", "yearmonth", "เริ่มเดือน", "From month", "เดือนที่วางแผนเริ่ม (ค.ศ.)", "Planned first month.",
           width=12),
    Column("month_to", "yearmonth", "ถึงเดือน", "To month", "เดือนที่วางแผนสิ้นสุด (ค.ศ.)", "Planned last month.", width=12),
    *_QUARTERS,
    Column("method", "string", "วิธีจัดซื้อจัดจ้าง (รหัส)", "Way of procurement (code)", "", "", "", _one_of(*Method.values)),
    Column("method_name", "string", "วิธีจัดซื้อจัดจ้าง", "Way of procurement", "ชื่อวิธี", "Its Thai name."),
    Column("serves", "string", "ใช้เงินจากรายการ", "Paid from", "รหัสรายการงบประมาณที่จ่ายเงิน",
           "The budget line that pays for it.", "", width=24),
)  # fmt: skip
PLAN_LINES = Table(
    "lines", "รายการของแผน", "Lines of the plan",
    (
        YEAR, ID, PLAN, REVISION, *_WHAT, SOURCE, SOURCE_NAME, ORIGINAL, GAINED, GIVEN, REVISED, *_PLANNED, URL,
    ),
    ("id",),
)  # fmt: skip
PLAN_REVENUE = Table(
    "lines", "รายการประมาณการรายรับ", "Lines of the revenue estimate",
    (YEAR, ID, PLAN, REVISION, REVENUE_GROUP, REVENUE_GROUP_NAME, ITEM, DETAIL, ORIGINAL, REVISED, URL),
    ("id",),
)  # fmt: skip


def plan_table(kind: str) -> Table:
    """The columns of a kind of plan."""
    return PLAN_REVENUE if kind == PlanKind.REVENUE else PLAN_LINES
