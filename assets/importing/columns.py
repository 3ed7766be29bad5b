"""The columns of a register file: the same for what is exported, the template, and what is read back.

A file that the portal wrote reads back to the same register: `header` and `row_of` write, `COLUMNS` and `WORDS` read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ita_portal.spreadsheets import Value
from ita_portal.tables.headings import Column, Headings, skeleton
from ita_portal.tables.values import Words

from ..choices import Acquisition, AssetKind, Condition, Funds

if TYPE_CHECKING:
    from ..models import Asset


EXAMPLE_NUMBER = "ตัวอย่าง/EXAMPLE"
"""In the example row of the template: no asset's number, so that a row that was left there changes no asset."""

_C = Column
COLUMNS: tuple[Column, ...] = (
    _C("number", "หมายเลขครุภัณฑ์", "asset number", 22, EXAMPLE_NUMBER, _("Unique. Thai digits are read too."),
       ("เลขครุภัณฑ์", "รหัสครุภัณฑ์", "เลขที่ครุภัณฑ์", "หมายเลขพัสดุ", "รหัสพัสดุ", "รหัสทรัพย์สิน", "เลขทรัพย์สิน", "หมายเลขทรัพย์สิน",
        "หมายเลข", "เลขรหัส", "รหัส", "number", "asset no", "asset id", "code", "no"), needed=True),
    _C("name", "รายการ", "name", 34, "เครื่องฉายภาพ", _("What it is."),
       ("ชื่อครุภัณฑ์", "ชื่อรายการ", "รายการครุภัณฑ์", "ชื่อทรัพย์สิน", "ชื่อพัสดุ", "รายการพัสดุ", "รายการทรัพย์สิน", "ชื่อ",
        "item", "asset", "asset name", "description"), needed=True),
    _C("category", "ประเภทครุภัณฑ์", "kind of asset", 26, "ครุภัณฑ์โฆษณาและเผยแพร่",
       _("A kind of asset that the portal knows."),
       ("ประเภท", "ประเภททรัพย์สิน", "ประเภทพัสดุ", "หมวด", "หมวดครุภัณฑ์", "ชนิด", "ชนิดครุภัณฑ์", "category", "kind",
        "type", "asset type"), needed=True),
    _C("division", "หน่วยงานเจ้าของ", "owning division", 26, "กองช่าง",
       _("The division that owns it: its name, short name or another spelling that the portal knows."),
       ("หน่วยงาน", "หน่วยงานที่ครอบครอง", "สำนัก/กอง", "กอง", "ส่วนราชการ", "ส่วนงาน", "สังกัด", "division", "department",
        "owner"), needed=True),
    _C("place", "สถานที่ตั้ง", "place", 22, "ห้องประชุมชั้น 2", _("Where it is kept."),
       ("ที่ตั้ง", "สถานที่", "สถานที่เก็บ", "สถานที่ใช้งาน", "location")),
    _C("custodian", "ผู้ดูแล", "custodian", 24, None, _("User name or full name of a person in the portal."),
       ("ผู้รับผิดชอบ", "ผู้ดูแลครุภัณฑ์", "ผู้ใช้งาน", "ผู้ครอบครอง", "who looks after it", "responsible person")),
    _C("kind", "ลักษณะการนับ", "counted as", 16, "รายการเดี่ยว", _("One of the words beside. Empty: by the quantity."),
       ("การนับ", "นับเป็น", "counting")),
    _C("quantity", "จำนวน", "quantity", 10, 1, _("Pieces under this number. Empty: one."),
       ("จำนวนหน่วย", "qty", "pieces")),
    _C("broken", "ในจำนวนนี้ใช้การไม่ได้", "of these unusable", 12, 0, _("Of several pieces: how many cannot be used."),
       ("จำนวนที่ใช้ไม่ได้", "ชำรุด (จำนวน)", "จำนวนชำรุด", "จำนวนที่ชำรุด", "unusable", "broken")),
    _C("unit", "หน่วยนับ", "unit", 10, "เครื่อง", _("What one piece is called."), ("หน่วย", "ลักษณะนาม", "unit of count")),
    _C("model", "รุ่น/แบบ", "model", 22, "ตัวอย่าง รุ่น 1", _("Make and model."),
       ("ยี่ห้อ/รุ่น", "รุ่น", "แบบ", "ยี่ห้อ", "ยี่ห้อ รุ่น", "brand", "make", "make and model")),
    _C("features", "ลักษณะ/คุณสมบัติ", "features", 30, "ความสว่าง 4,000 ลูเมน", _("What tells it from others."),
       ("คุณสมบัติ", "ลักษณะ", "คุณลักษณะ", "รายละเอียด", "specification", "details")),
    _C("acquired_on", "วันที่ได้มา", "acquired on", 14, "15/01/2567",
       _("For example 15/01/2567, 15 ม.ค. 67 or 2024-01-15."),
       ("วันเดือนปี", "วัน เดือน ปี", "วันเดือนปีที่ได้มา", "วันที่ซื้อ", "วันที่รับ", "วันที่ตรวจรับ", "วันที่", "date",
        "acquisition date", "purchase date")),
    _C("acquisition", "วิธีการได้มา", "way of acquisition", 18, "วิธีเฉพาะเจาะจง", _("How the municipality came by it."),
       ("วิธีได้มา", "การได้มา", "วิธีจัดหา", "วิธีการจัดหา", "acquisition", "acquisition method")),
    _C("unit_price", "ราคาต่อหน่วย", "price of one", 14, 28900, _("In baht; ฿ and thousands separators are read."),
       ("ราคา", "ราคาต่อหน่วย (บาท)", "ราคา/หน่วย", "มูลค่าต่อหน่วย", "ราคาทุน", "ราคาที่ได้มา", "unit price", "price",
        "price of one, in baht", "cost")),
    _C("funds", "ประเภทเงิน", "source of funds", 18, "เงินงบประมาณ", _("Where the money came from."),
       ("แหล่งเงิน", "แหล่งเงินงบประมาณ", "แหล่งที่มาของเงิน", "funds", "funding")),
    _C("document", "ที่เอกสาร", "document", 20, "สัญญา 12/2567", _("Number of the contract or delivery note."),
       ("เลขที่เอกสาร", "เอกสาร", "เลขที่สัญญา", "document no", "contract")),
    _C("seller", "ผู้ขาย/ผู้บริจาค", "seller or donor", 26, "ร้านตัวอย่าง", _("Who sold or gave it."),
       ("ผู้ขาย", "ผู้ขาย/ผู้รับจ้าง/ผู้บริจาค", "ชื่อผู้ขาย", "ร้านค้า", "ผู้รับจ้าง", "seller", "vendor", "supplier")),
    _C("seller_address", "ที่อยู่ผู้ขาย", "address of the seller", 26, None, _("Address of the seller or donor."),
       ("ที่อยู่", "address", "seller address")),
    _C("seller_phone", "โทรศัพท์ผู้ขาย", "telephone of the seller", 16, None, _("Telephone of the seller or donor."),
       ("โทรศัพท์", "เบอร์โทร", "phone", "telephone", "seller phone")),
    _C("life_years", "อายุใช้งาน (ปี)", "useful life in years", 12, 5,
       _("Whole years. Empty: nothing is written off. Without this column: as usual for the kind."),
       ("อายุใช้งาน", "อายุการใช้งาน", "อายุการใช้งาน (ปี)", "useful life", "life years", "life")),
    _C("condition", "สภาพ", "condition", 14, "ใช้การได้ดี", _("Empty: usable."),
       ("สภาพครุภัณฑ์", "สถานะ", "state", "status")),
    _C("lendable", "ให้ยืมได้", "may be lent", 10, "ใช่", _("“ใช่” or “ไม่ใช่”. Empty: no."),
       ("ให้ยืม", "ยืมได้", "lendable", "can be lent")),
    _C("note", "หมายเหตุ", "note", 26, None, _("Anything else."), ("บันทึก", "remarks", "remark", "notes", "comment")),
    _C("retired_on", "วันที่จำหน่าย", "left the register on", 14, None, _("Only of what has left the register."),
       ("วันจำหน่าย", "retired on", "disposed on")),
    _C("retired_reason", "เหตุที่จำหน่าย", "why it left the register", 24, None, _("Needed where there is a day above."),
       ("เหตุผลที่จำหน่าย", "สาเหตุที่จำหน่าย", "retired reason", "disposal reason")),
)  # fmt: skip
"""In the order of the template and of exports."""
HEADINGS = Headings(COLUMNS, anchor=lambda known: "number" in known and len(known) > 1)
BY_KEY: Mapping[str, Column] = HEADINGS.by_key

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "kind": {
        AssetKind.SINGLE: ("รายการเดี่ยว", "Single item", "ชิ้นเดียว", "single", "รายชิ้น", "เดี่ยว", "one"),
        AssetKind.QUANTITY: ("หลายชิ้นต่อหนึ่งหมายเลข", "Several pieces under one number", "หลายชิ้น", "quantity", "จำนวน",
                             "หลายรายการ", "several", "several pieces"),
    },
    "condition": {
        Condition.GOOD: ("ใช้การได้ดี", "Usable", "ใช้งานได้", "ใช้การได้", "ใช้ได้", "ดี", "ปกติ", "สภาพดี", "good", "ok"),
        Condition.WORN: ("เก่า แต่ยังใช้การได้", "Worn, still usable", "เสื่อมสภาพ (ยังใช้ได้)", "worn", "เสื่อมสภาพยังใช้ได้", "เก่า",
                         "พอใช้"),
        Condition.DAMAGED: ("ชำรุด", "Damaged", "เสีย", "ซ่อม", "รอซ่อม", "broken"),
        Condition.UNUSABLE: ("เสื่อมสภาพ ใช้การไม่ได้", "Beyond repair", "ใช้ไม่ได้", "ใช้การไม่ได้", "เสื่อมสภาพ", "เสื่อมคุณภาพ",
                             "ซ่อมไม่ได้", "ชำรุดซ่อมไม่ได้", "unusable"),
        Condition.LOST: ("สูญหาย", "Lost", "หาย", "สูญไป", "missing"),
    },
    "acquisition": {
        Acquisition.SPECIFIC: ("วิธีเฉพาะเจาะจง", "Specific method", "เฉพาะเจาะจง", "specific"),
        Acquisition.SELECTION: ("วิธีคัดเลือก", "Selection", "คัดเลือก"),
        Acquisition.E_BIDDING: ("ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "Electronic bidding", "ประกวดราคาอิเล็กทรอนิกส์",
                                "e-bidding", "วิธีประกวดราคาอิเล็กทรอนิกส์", "ประกาศเชิญชวนทั่วไป"),
        Acquisition.E_MARKET: ("ตลาดอิเล็กทรอนิกส์ (e-market)", "Electronic market", "ตลาดอิเล็กทรอนิกส์", "e-market",
                               "วิธีตลาดอิเล็กทรอนิกส์"),
        Acquisition.OLDER: ("วิธีตามระเบียบเดิม", "Method of the older rules", "ตกลงราคา", "วิธีตกลงราคา", "สอบราคา",
                            "วิธีสอบราคา", "ประกวดราคา", "วิธีพิเศษ", "older"),
        Acquisition.DONATION: ("รับบริจาค", "Donation", "บริจาค", "donated"),
        Acquisition.TRANSFER: ("รับโอนจากหน่วยงานอื่น", "Transfer from another agency", "รับโอน", "โอน", "transfer"),
        Acquisition.OWN_MAKE: ("จัดทำเอง", "Made by the municipality", "ทำเอง", "own make"),
        Acquisition.OTHER: ("วิธีอื่น", "Another way", "อื่น ๆ", "other"),
    },
    "funds": {
        Funds.BUDGET: ("เงินงบประมาณ", "Budget", "งบประมาณ", "เงินรายได้", "ข้อบัญญัติ", "เทศบัญญัติ"),
        Funds.OFF_BUDGET: ("เงินนอกงบประมาณ", "Off-budget money", "นอกงบประมาณ", "off budget", "เงินสะสม"),
        Funds.GRANT: ("เงินอุดหนุนจากรัฐ", "Grant of the State", "เงินอุดหนุน", "อุดหนุน", "เงินอุดหนุนเฉพาะกิจ", "เงินอุดหนุนทั่วไป",
                      "grant"),
        Funds.DONATION: ("เงินบริจาค", "Donated money", "บริจาค", "เงินช่วยเหลือ", "donation"),
        Funds.OTHER: ("แหล่งอื่น", "Another source", "อื่น ๆ", "other"),
    },
    "lendable": {
        "yes": ("ใช่", "yes", "ได้", "ให้ยืม", "ให้ยืมได้", "ยืมได้", "y", "true", "1", "มี", "✓", "/"),
        "no": ("ไม่ใช่", "no", "ไม่ได้", "ไม่ให้ยืม", "ไม่", "ยืมไม่ได้", "n", "false", "0", "-"),
    },
}  # fmt: skip
"""Words of a cell: column → value → the Thai word and the English word that are written, then others that are read.

The first two are those of the pages (`choices`).
"""


_CHOICES = {
    "kind": AssetKind.choices,
    "condition": Condition.choices,
    "acquisition": Acquisition.choices,
    "funds": Funds.choices,
}


@functools.cache
def _labels(key: str) -> dict[str, str]:
    """The words of the portal's own pages, in every language."""
    labels: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in _CHOICES.get(key, ()):
                labels.setdefault(skeleton(label), str(value))
    return labels


MEANINGS: dict[str, Words] = {key: Words(words, functools.partial(_labels, key)) for key, words in WORDS.items()}
"""Column → its words, to be read and written."""


def word_of(key: str, value: str, language: str | None = None) -> str:
    """What is written into a cell of column `key` for `value`; nothing for no value."""
    return MEANINGS[key].written(value, language)


def header(language: str | None = None) -> list[str]:
    """The headings of an export, in the order of `row_of`."""
    return HEADINGS.header(language)


def row_of(asset: Asset, language: str | None = None) -> list[Value]:
    """An asset as a row of an export. It needs `select_related("category", "division", "custodian")`."""
    return [_cell(asset, column.key, language) for column in COLUMNS]


def _cell(asset: Asset, key: str, language: str | None) -> Value:
    read = _READERS.get(key)
    value: Value = read(asset) if read is not None else getattr(asset, key)
    return word_of(key, str(value), language) if key in WORDS else value


def _custodian(asset: Asset) -> str:
    """Name and, as two people may have the same, user name."""
    person = asset.custodian
    return "" if person is None else f"{person} ({person.username})"


_READERS: Mapping[str, Callable[[Asset], Value]] = {
    "category": lambda asset: asset.category.name,
    "division": lambda asset: asset.division.name,
    "custodian": _custodian,
    "lendable": lambda asset: "yes" if asset.lendable else "no",
}
