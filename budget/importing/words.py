"""The words of budget documents as people spell them: programmes, groups, categories, sources, ways of procurement."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import Words

from ..choices import Category, Group, Method, Programme, PurchaseState, RevenueGroup, Side, Source

PROGRAMMES: dict[str, tuple[str, ...]] = {
    Programme.GENERAL: ("บริหารงานทั่วไป", "General administration", "บริหารทั่วไป", "การบริหารงานทั่วไป", "บริหารงานทั่วไปฯ"),
    Programme.PEACE: ("การรักษาความสงบภายใน", "Internal peace and order", "รักษาความสงบ", "การรักษาความสงบเรียบร้อยภายใน",
                      "รักษาความสงบเรียบร้อย", "การรักษาความสงบเรียบร้อยและป้องกันภัย"),
    Programme.EDUCATION: ("การศึกษา", "Education", "ด้านการศึกษา"),
    Programme.HEALTH: ("สาธารณสุข", "Public health", "การสาธารณสุข", "งานสาธารณสุข"),
    Programme.WELFARE: ("สังคมสงเคราะห์", "Social welfare", "การสังคมสงเคราะห์", "สวัสดิการสังคมและสังคมสงเคราะห์",
                        "สวัสดิการและสังคมสงเคราะห์"),
    Programme.HOUSING: ("เคหะและชุมชน", "Housing and community", "การเคหะและชุมชน", "เคหะชุมชน", "เคหะ"),
    Programme.STRENGTH: ("สร้างความเข้มแข็งของชุมชน", "Community strength", "สร้างความเข้มแข็งและชุมชน",
                         "เสริมสร้างความเข้มแข็งของชุมชน",
                         "สร้างความเข้มแข็งให้ชุมชน", "ความเข้มแข็งของชุมชน", "สร้างความเข้มแข็งแก่ชุมชน"),
    Programme.CULTURE: ("การศาสนาวัฒนธรรมและนันทนาการ", "Religion, culture and recreation", "ศาสนาและวัฒนธรรม",
                        "การศาสนา ศิลปวัฒนธรรม และนันทนาการ", "การศาสนา วัฒนธรรม ประเพณี และนันทนาการ",
                        "ศาสนา วัฒนธรรม นันทนาการ และกีฬา", "วัฒนธรรมและนันทนาการ"),
    Programme.WORKS: ("อุตสาหกรรมและการโยธา", "Industry and public works", "การอุตสาหกรรมและการโยธา", "การโยธา"),
    Programme.AGRICULTURE: ("การเกษตร", "Agriculture", "เกษตร", "การเกษตรกรรม"),
    Programme.COMMERCE: ("การพาณิชย์", "Commerce", "พาณิชย์", "การพาณิชย์และกิจการเทศพาณิชย์", "กิจการพาณิชย์"),
    Programme.CENTRAL: ("งบกลาง", "Central fund"),
}  # fmt: skip
"""As municipalities write them: the Thai name, the English one, then older and shorter ones."""

SIDES: dict[str, tuple[str, ...]] = {
    Side.GENERAL: ("ด้านบริหารทั่วไป", "General administration", "ด้านบริหารงานทั่วไป", "ด้านการบริหารทั่วไป"),
    Side.COMMUNITY: ("ด้านบริการชุมชนและสังคม", "Community and social services", "ด้านการบริการชุมชนและสังคม"),
    Side.ECONOMY: ("ด้านการเศรษฐกิจ", "Economy", "ด้านเศรษฐกิจ"),
    Side.OTHER: ("ด้านการดำเนินงานอื่น", "Other operations", "ด้านดำเนินงานอื่น", "ด้านการดำเนินการอื่น", "ด้านการดำเนินงานอื่น ๆ"),
}  # fmt: skip

GROUPS: dict[str, tuple[str, ...]] = {
    Group.CENTRAL: ("งบกลาง", "Central fund"),
    Group.PERSONNEL: ("งบบุคลากร", "Personnel", "บุคลากร"),
    Group.OPERATIONS: ("งบดำเนินงาน", "Operations", "ดำเนินงาน", "งบดำเนินการ"),
    Group.INVESTMENT: ("งบลงทุน", "Investment", "ลงทุน", "งบการลงทุน"),
    Group.SUBSIDIES: ("งบเงินอุดหนุน", "Subsidies", "งบอุดหนุน"),
    Group.OTHER: ("งบรายจ่ายอื่น", "Other expenditure", "งบรายจ่ายอื่น ๆ"),
}  # fmt: skip
_GROUPS_IN_CELLS: dict[str, tuple[str, ...]] = {
    Group.CENTRAL: ("กลาง",), Group.SUBSIDIES: ("เงินอุดหนุน", "อุดหนุน"), Group.OTHER: ("รายจ่ายอื่น", "รายจ่ายอื่น ๆ"),
}  # fmt: skip

CATEGORIES: dict[str, tuple[str, ...]] = {
    Category.CENTRAL: ("งบกลาง", "Central fund"),
    Category.SALARY_POLITICAL: ("เงินเดือน (ฝ่ายการเมือง)", "Salaries (political side)", "เงินเดือนฝ่ายการเมือง", "ฝ่ายการเมือง"),
    Category.SALARY_PERMANENT: ("เงินเดือน (ฝ่ายประจำ)", "Salaries (permanent side)", "เงินเดือนฝ่ายประจำ", "ฝ่ายประจำ",
                                "เงินเดือนและค่าจ้างประจำ", "เงินเดือน ค่าจ้างประจำ และค่าจ้างชั่วคราว", "เงินเดือนและค่าจ้าง"),
    Category.COMPENSATION: ("ค่าตอบแทน", "Remuneration"),
    Category.SERVICES: ("ค่าใช้สอย", "Services and other current expenses", "ค่าใช้จ่ายสอย"),
    Category.MATERIALS: ("ค่าวัสดุ", "Materials"),
    Category.UTILITIES: ("ค่าสาธารณูปโภค", "Utilities"),
    Category.EQUIPMENT: ("ค่าครุภัณฑ์", "Durable articles"),
    Category.LAND_BUILDINGS: ("ค่าที่ดินและสิ่งก่อสร้าง", "Land and construction", "ที่ดินและสิ่งก่อสร้าง", "ค่าที่ดินสิ่งก่อสร้าง",
                              "ค่าที่ดิน และสิ่งก่อสร้าง"),
    Category.SUBSIDIES: ("เงินอุดหนุน", "Subsidies"),
    Category.OTHER: ("รายจ่ายอื่น", "Other expenditure", "รายจ่ายอื่น ๆ"),
}  # fmt: skip
_CATEGORIES_IN_CELLS: dict[str, tuple[str, ...]] = {
    Category.CENTRAL: ("กลาง",), Category.MATERIALS: ("วัสดุ",), Category.EQUIPMENT: ("ครุภัณฑ์",),
    Category.UTILITIES: ("สาธารณูปโภค",), Category.SUBSIDIES: ("อุดหนุน", "งบเงินอุดหนุน"),
    Category.SERVICES: ("ใช้สอย",), Category.COMPENSATION: ("ตอบแทน",), Category.OTHER: ("งบรายจ่ายอื่น",),
}  # fmt: skip

REVENUE: dict[str, tuple[str, ...]] = {
    RevenueGroup.TAXES: ("ภาษีอากร", "Taxes collected by the municipality", "หมวดภาษีอากร", "ภาษี"),
    RevenueGroup.FEES: ("ค่าธรรมเนียม ค่าปรับ และใบอนุญาต", "Fees, fines and licences", "ค่าธรรมเนียม",
                        "ค่าธรรมเนียมค่าปรับใบอนุญาต"),
    RevenueGroup.PROPERTY: ("รายได้จากทรัพย์สิน", "Income from property", "ทรัพย์สิน"),
    RevenueGroup.UTILITIES: ("รายได้จากสาธารณูปโภคและกิจการพาณิชย์", "Income from utilities and commerce",
                             "รายได้จากสาธารณูปโภคและการพาณิชย์", "สาธารณูปโภคและการพาณิชย์", "รายได้จากสาธารณูปโภค กิจการพาณิชย์",
                             "รายได้จากสาธารณูปโภคและเทศพาณิชย์"),
    RevenueGroup.MISCELLANEOUS: ("รายได้เบ็ดเตล็ด", "Miscellaneous income", "เบ็ดเตล็ด"),
    RevenueGroup.CAPITAL: ("รายได้จากทุน", "Income from capital", "ทุน"),
    RevenueGroup.ALLOCATED: ("ภาษีจัดสรร", "Taxes that the State collects and allocates", "รายได้ที่รัฐบาลเก็บแล้วจัดสรรให้"),
    RevenueGroup.GRANTS: ("เงินอุดหนุนทั่วไป", "General grants of the State", "เงินอุดหนุน"),
    RevenueGroup.SPECIFIC: ("เงินอุดหนุนเฉพาะกิจ", "Earmarked grants of the State", "เงินอุดหนุนระบุวัตถุประสงค์",
                            "เงินอุดหนุนระบุวัตถุประสงค์/เฉพาะกิจ"),
}  # fmt: skip
REVENUE_SIDES = (
    "รายได้จัดเก็บเอง", "รายได้จัดเก็บ", "รายได้ที่รัฐบาลเก็บแล้วจัดสรรให้องค์กรปกครองส่วนท้องถิ่น",
    "รายได้ที่รัฐบาลเก็บแล้วจัดสรรให้ อปท.", "รายได้ที่รัฐบาลอุดหนุนให้องค์กรปกครองส่วนท้องถิ่น", "รายได้ที่รัฐบาลอุดหนุนให้ อปท.",
    "รายได้ที่รัฐบาลอุดหนุนให้องค์กรปกครองส่วนท้องถิ่นโดยระบุวัตถุประสงค์", "รายได้ที่ท้องถิ่นจัดเก็บเอง",
)  # fmt: skip

KINDS_OF_EXPENSE = (
    "รายจ่ายเพื่อให้ได้มาซึ่งบริการ", "รายจ่ายเกี่ยวกับการรับรองและพิธีการ", "ค่าบำรุงรักษาและซ่อมแซม",
    "รายจ่ายเกี่ยวเนื่องกับการปฏิบัติราชการที่ไม่เข้าลักษณะรายจ่ายหมวดอื่น", "รายจ่ายเกี่ยวเนื่องกับการปฏิบัติราชการที่ไม่เข้าลักษณะรายจ่ายหมวดอื่น ๆ",
    "รายจ่ายเกี่ยวเนื่องกับการปฏิบัติราชการที่ไม่เข้าลักษณะรายจ่ายงบรายจ่ายอื่นๆ", "ครุภัณฑ์สำนักงาน", "ครุภัณฑ์คอมพิวเตอร์หรืออิเล็กทรอนิกส์",
    "ครุภัณฑ์คอมพิวเตอร์", "ครุภัณฑ์ยานพาหนะและขนส่ง", "ครุภัณฑ์งานบ้านงานครัว", "ครุภัณฑ์การเกษตร",
    "ครุภัณฑ์ก่อสร้าง", "ครุภัณฑ์โฆษณาและเผยแพร่",
    "ครุภัณฑ์ไฟฟ้าและวิทยุ", "ครุภัณฑ์โรงงาน", "ครุภัณฑ์กีฬา", "ครุภัณฑ์การศึกษา", "ครุภัณฑ์วิทยาศาสตร์หรือการแพทย์", "ครุภัณฑ์อื่น",
    "ค่าบำรุงรักษาและปรับปรุงครุภัณฑ์", "อาคารต่าง ๆ", "ค่าก่อสร้างสิ่งสาธารณูปโภค", "ค่าก่อสร้างสิ่งสาธารณูปการ",
    "ค่าบำรุงรักษาและปรับปรุงที่ดินและสิ่งก่อสร้าง",
    "ค่าที่ดิน", "เงินอุดหนุนส่วนราชการ", "เงินอุดหนุนเอกชน", "เงินอุดหนุนองค์กรปกครองส่วนท้องถิ่น",
    "เงินอุดหนุนองค์กรประชาชน", "เงินอุดหนุนกิจการที่เป็นสาธารณประโยชน์",
)  # fmt: skip
"""Kinds of expense in a category (ประเภทรายจ่าย): a heading where lines follow, a line where an amount stands alone."""

SOURCES: dict[str, tuple[str, ...]] = {
    Source.BUDGET: ("เทศบัญญัติงบประมาณรายจ่าย", "Budget ordinance", "เทศบัญญัติ", "ข้อบัญญัติ",
                    "ข้อบัญญัติงบประมาณรายจ่าย", "เงินรายได้",
                    "รายได้", "งบประมาณ", "เงินงบประมาณ", "งบเทศบาล", "งบประมาณเทศบาล", "รายได้จัดเก็บเอง"),
    Source.GENERAL_GRANT: ("เงินอุดหนุนทั่วไป", "General grant of the State", "อุดหนุนทั่วไป", "เงินอุดหนุน"),
    Source.SPECIFIC_GRANT: ("เงินอุดหนุนเฉพาะกิจ", "Earmarked grant of the State", "อุดหนุนเฉพาะกิจ", "เฉพาะกิจ",
                            "เงินอุดหนุนระบุวัตถุประสงค์"),
    Source.RESERVES: ("เงินสะสม", "Accumulated reserves", "จ่ายขาดเงินสะสม", "เงินทุนสำรองเงินสะสม"),
    Source.PROVINCE: ("เงินอุดหนุนจาก อบจ.", "Grant of the provincial administration", "อบจ.", "งบ อบจ.",
                      "องค์การบริหารส่วนจังหวัด"),
    Source.OTHER_AGENCY: ("งบสนับสนุนจากหน่วยงานอื่น", "Support of another agency",
                          "งบประมาณสนับสนุนจากหน่วยงานอื่น", "หน่วยงานอื่น"),
    Source.LOAN: ("เงินกู้", "Loan"),
}  # fmt: skip

METHODS: dict[str, tuple[str, ...]] = {
    Method.SPECIFIC: ("วิธีเฉพาะเจาะจง", "Specific method", "เฉพาะเจาะจง", "ฉพจ.", "ตกลงราคา", "วิธีตกลงราคา"),
    Method.SELECTION: ("วิธีคัดเลือก", "Selection method", "คัดเลือก"),
    Method.E_BIDDING: ("วิธีประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "Electronic bidding (e-bidding)", "e-bidding",
                       "ประกวดราคา",
                       "ประกวดราคาอิเล็กทรอนิกส์", "วิธีประกวดราคาอิเล็กทรอนิกส์", "วิธีประกาศเชิญชวนทั่วไป", "ประกาศเชิญชวนทั่วไป",
                       "วิธีประกวดราคา", "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "วิธี e-bidding",
                       "วิธีประกาศเชิญชวนทั่วไป (e-bidding)"),
    Method.E_MARKET: ("วิธีตลาดอิเล็กทรอนิกส์ (e-market)", "Electronic market (e-market)", "e-market", "ตลาดอิเล็กทรอนิกส์",
                      "วิธีตลาดอิเล็กทรอนิกส์", "วิธี e-market", "วิธีประกาศเชิญชวนทั่วไป (e-market)"),
    Method.PRICE_ENQUIRY: ("วิธีสอบราคา", "Price enquiry", "สอบราคา"),
    Method.OTHER: ("วิธีอื่น", "Another method", "อื่น ๆ", "อื่น"),
}  # fmt: skip

STATES: dict[str, tuple[str, ...]] = {
    PurchaseState.UNSIGNED: ("ยังไม่ลงนามในสัญญา", "Contract not signed yet", "ยังไม่ลงนามสัญญา", "ยังไม่ลงนาม"),
    PurchaseState.RUNNING: ("อยู่ระหว่างการดำเนินการและตรวจรับ", "In progress, being accepted",
                            "อยู่ระหว่างดำเนินการ", "อยู่ระหว่างการดำเนินการ",
                            "อยู่ระหว่างดำเนินการและตรวจรับ", "ระหว่างดำเนินการ"),
    PurchaseState.ENDED: ("สิ้นสุดสัญญา", "Contract ended", "สิ้นสุดระยะสัญญา", "แล้วเสร็จ", "ดำเนินการแล้วเสร็จ",
                          "ตรวจรับแล้ว", "ส่งงานครบถ้วน"),
    PurchaseState.CANCELLED: ("ยกเลิกการดำเนินการ", "Cancelled", "ยกเลิก"),
}  # fmt: skip

_NUMBER_BEFORE = re.compile(r"^[\s(\[]*[0-9๐-๙]+(?:[.\-/][0-9๐-๙]+)*[\s.)\]:-]*")
_MARKER = re.compile(r"^(?:แผนงาน|แผน|programme|program)")
_CLOSE, _CLEAR = 0.82, 0.06
"""How alike a mistyped programme must be to one of them, and how much more than to any other."""


@functools.cache
def _labels(choices: Any) -> dict[str, str]:
    """The words of the portal's own pages, in every language."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in choices.choices:
                found.setdefault(skeleton(label), str(value))
    return found


def _words(words: Mapping[str, tuple[str, ...]], choices: type[Any], more: Mapping[str, tuple[str, ...]] | None = None,
           before: str = "") -> Words:  # fmt: skip
    """Words of cells. before: what people write before each of them, as `หมวด`."""
    more = more or {}
    known: dict[str, tuple[str, ...]] = {}
    for value, some in words.items():
        both = (*some, *more.get(value, ()))
        known[value] = (*both, *(f"{before}{word}" for word in both if before)) if before else both
    return Words(known, lambda: _labels(cast(Any, choices)))


GROUP_WORDS = _words(GROUPS, Group, _GROUPS_IN_CELLS, "หมวด")
CATEGORY_WORDS = _words(CATEGORIES, Category, _CATEGORIES_IN_CELLS, "หมวด")
REVENUE_WORDS = _words(REVENUE, RevenueGroup, before="หมวด")
SOURCE_WORDS = _words(SOURCES, Source)
METHOD_WORDS = _words(METHODS, Method)
STATE_WORDS = _words(STATES, PurchaseState)
PROGRAMME_WORDS = Words(PROGRAMMES, lambda: _labels(Programme))


def without_number(text: str) -> str:
    """A heading without the number before it: `1.2 งบบุคลากร`, `00110 แผนงานบริหารงานทั่วไป`."""
    return _NUMBER_BEFORE.sub("", text).strip()


def _kernel(text: str) -> str:
    """What tells programmes apart: without the words that documents put in or leave out."""
    plain = _MARKER.sub("", skeleton(text)).removeprefix("ด้าน")
    for word in ("การ", "และ", "ของ", "ให้", "แก่"):
        plain = plain.replace(word, "")
    return plain


_SKELETONS = {skeleton(word): value for value, words in PROGRAMMES.items() for word in (value, *words)}
_KERNELS = {_kernel(word): value for value, words in PROGRAMMES.items() for word in words}


@functools.lru_cache(maxsize=2000)
def find_programme(text: str) -> tuple[str, bool] | None:
    """The programme that a text names, and whether it was mistyped; None where no one of them is clearly meant."""
    plain = skeleton(without_number(text))
    bare = _MARKER.sub("", plain) or plain
    kernel = _kernel(bare)
    found = (
        _SKELETONS.get(plain)
        or _SKELETONS.get(bare)
        or _KERNELS.get(kernel)
        or _labels(cast(Any, Programme)).get(plain)
    )
    if found is not None:
        return str(found), False
    if not 4 <= len(kernel) <= 60:
        return None
    best: dict[str, float] = {}
    for known, value in _KERNELS.items():
        likeness = SequenceMatcher(None, kernel, known, autojunk=False).ratio()
        best[value] = max(best.get(value, 0), likeness)
    (first, most), (_second, next_most) = sorted(best.items(), key=lambda item: -item[1])[:2]
    return (str(first), True) if most >= _CLOSE and most - next_most >= _CLEAR else None


def read_programme(text: str) -> tuple[str, bool]:
    """The programme of a cell, and whether it was mistyped. BadValueError where none is clearly meant."""
    found = find_programme(text)
    if found is None:
        raise BadValueError(
            _("There is no programme of this name. Write one of these: %(words)s."),
            words=", ".join(PROGRAMME_WORDS.thai),
        )
    return found
