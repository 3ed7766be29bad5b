"""Rows that are no lines: headings that set what follows, subtotals, amounts carried over pages, notes at the end."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from ita_portal.tables.headings import skeleton

from .words import (
    CATEGORIES,
    CATEGORY_WORDS,
    GROUP_WORDS,
    GROUPS,
    KINDS_OF_EXPENSE,
    REVENUE,
    REVENUE_SIDES,
    SIDES,
    find_programme,
    without_number,
)

LEVELS = ("side", "programme", "work", "group", "category", "revenue_group", "type")
"""From the widest to the narrowest."""
DEPTH = {name: place for place, name in enumerate(LEVELS)}


@dataclass(frozen=True, slots=True)
class Label:
    """What a heading names. level: of `LEVELS`. value: of that level; for a work its own words. mistyped: nearly."""

    level: str
    value: str
    mistyped: bool = False


Kind = Literal["all", "named", "bare", "carried", "page"]


@dataclass(frozen=True, slots=True)
class Total:
    """What a subtotal row says it adds up. label: of a named one."""

    kind: Kind
    label: Label | None = None


def _set(*words: str) -> frozenset[str]:
    return frozenset(map(skeleton, words))


_ALL = _set(
    "รวมทั้งสิ้น", "รวมทั้งหมด", "รวมเป็นเงินทั้งสิ้น", "รวมเงินทั้งสิ้น", "ยอดรวมทั้งสิ้น", "รวมงบประมาณทั้งสิ้น", "รวมรายจ่ายทั้งสิ้น",
    "รวมรายรับทั้งสิ้น", "รวมรายจ่าย", "รวมรายรับ", "รวมงบประมาณรายจ่ายทั้งสิ้น", "รวมงบประมาณรายจ่าย",
    "รวมทุกแผนงาน", "รวมทั้งสิ้นทุกแผนงาน",
    "grand total", "total of all",
)  # fmt: skip
_BARE = _set(
    "รวม", "รวมเงิน", "ยอดรวม", "ผลรวม", "รวมเป็นเงิน", "รวมยอด", "รวมจำนวนเงิน", "รวมย่อย", "รวมบาท",
    "รวมงบประมาณ", "รวม (บาท)", "รวมจำนวน",
    "total", "subtotal", "sum", "sub total",
)  # fmt: skip
_CARRIED = _set(
    "ยอดยกมา",
    "ยกมา",
    "ยอดยกไป",
    "ยกไป",
    "รวมยกไป",
    "รวมยกมา",
    "ยอดรวมยกไป",
    "ยอดรวมยกมา",
    "brought forward",
    "carried forward",
)
_PAGE = _set("รวมหน้านี้", "รวมแต่ละหน้า", "รวมประจำหน้า", "ยอดรวมหน้านี้", "page total")
_MAY_BE_TOTAL = re.compile(r"[\W\d]*(?:รวม|ยอด|ผลรวม|ยก|total|sub|sum|grand|page|brought|carried)", re.I)
_BEFORE_TOTAL = re.compile(r"^(?:ยอดรวม|ผลรวม|รวมทั้งสิ้น|รวมเงิน|รวม|total(?:\s+of)?|subtotal)\s*[:：]?\s*", re.I)
_COUNT = re.compile(r"^(?:ทั้งสิ้น|ทั้งหมด)?(?:จำนวน)?[0-9]*(?:โครงการ|รายการ|กิจกรรม)$")
_NOTE = re.compile(
    r"^(?:หมายเหตุ|หมายเหตุ:|ลงชื่อ|ลงนาม|ผู้จัดทำ|ผู้รับรอง|ผู้ตรวจสอบ|ผู้อนุมัติ|ตำแหน่ง|ที่มา:|แหล่งที่มา:|\(นาย|\(นาง|\(ลงชื่อ|note:|\*)"
)
_FIGURE = re.compile(r"[0-9๐-๙.,\s()/\-–]*")
FILLERS = frozenset(("รวม", "จำนวน", "บาท", "เป็นเงิน", "รวมเงิน", "รวมเป็นเงิน", "(บาท)"))
"""Words that stand beside an amount in cells of their own."""


def _read(words: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {skeleton(word): str(value) for value, some in words.items() for word in some}


_GROUPS = {word: value for word, value in _read(GROUPS).items() if word.startswith("งบ") and word != "งบกลาง"}
_CATEGORIES = {
    **{skeleton(f"หมวด{word}"): str(value) for value, some in CATEGORIES.items() for word in some},
    **{word: value for word, value in _read(CATEGORIES).items() if not word.isascii() and word != "งบกลาง"},
}
_TYPES = {skeleton(word) for word in KINDS_OF_EXPENSE}
_SIDES = {word: value for word, value in _read(SIDES).items() if word.startswith("ด้าน")}
_REVENUE = {
    **{skeleton(f"หมวด{word}"): str(value) for value, some in REVENUE.items() for word in some},
    **{word: value for word, value in _read(REVENUE).items() if not word.isascii()},
}
_REVENUE_SIDES = {skeleton(word) for word in REVENUE_SIDES}
_CENTRAL = skeleton("งบกลาง")


@functools.lru_cache(maxsize=4000)
def is_figure(text: str) -> bool:
    """Whether it is a number of a row or an amount, not words."""
    return bool(_FIGURE.fullmatch(text))


@functools.lru_cache(maxsize=4000)
def total_of(text: str, *, revenue: bool = False) -> Total | None:  # noqa: PLR0911 - one for each kind
    """What a row adds up, by its label; None where it is no subtotal."""
    if not _MAY_BE_TOTAL.match(text):
        return None
    plain = skeleton(text)
    if plain in _ALL:
        return Total("all")
    if plain in _CARRIED:
        return Total("carried")
    if plain in _PAGE:
        return Total("page")
    if plain in _BARE:
        return Total("bare")
    rest = _BEFORE_TOTAL.sub("", text.strip(), count=1)
    if rest == text.strip():
        return None
    if _COUNT.match(skeleton(rest)):
        return Total("bare")
    label = _named(rest, revenue=revenue)
    return Total("named", label) if label is not None else None


def _named(text: str, *, revenue: bool) -> Label | None:
    label = label_of(text, revenue=revenue)
    if label is not None or revenue:
        return label
    plain = skeleton(text)
    for level, words in (("group", GROUP_WORDS), ("category", CATEGORY_WORDS)):
        for value, some in words.words.items():
            if plain in map(skeleton, some):
                return Label(level, value)
    if plain == _CENTRAL:
        return Label("programme", "central_fund")
    found = find_programme(text)
    return Label("programme", found[0]) if found is not None and not found[1] else None


@functools.lru_cache(maxsize=4000)
def label_of(text: str, *, revenue: bool = False) -> Label | None:  # noqa: PLR0911 - one for each level
    """The heading that a text is by itself, wherever it stands; None where it may be anything."""
    bare = without_number(text) or text
    plain = skeleton(bare)
    if revenue:
        if plain in _REVENUE_SIDES:
            return Label("side", plain)
        return Label("revenue_group", _REVENUE[plain]) if plain in _REVENUE else None
    if plain in _SIDES:
        return Label("side", _SIDES[plain])
    if plain.startswith("แผนงาน"):
        found = find_programme(bare)
        return Label("programme", found[0], found[1]) if found is not None else None
    if plain in _GROUPS:
        return Label("group", _GROUPS[plain])
    if plain in _CATEGORIES:
        return Label("category", _CATEGORIES[plain])
    if plain in _TYPES:
        return Label("type", plain)
    if plain.startswith("งาน") and len(plain) > 3:
        return Label("work", bare)
    return None


def central_label(text: str, programme: str, group: str) -> Label | None:
    """What `งบกลาง` alone means: the programme, then its group, then the category."""
    if skeleton(without_number(text)) != _CENTRAL:
        return None
    if programme != "central_fund":
        return Label("programme", "central_fund")
    return Label("category" if group == "central" else "group", "central")


def is_note(text: str) -> bool:
    """Whether it is a remark or a signature under the table."""
    return bool(_NOTE.match(text.strip()))


def looks_like_total(text: str) -> bool:
    """Whether it begins as a subtotal does, though what it adds up is not known."""
    return bool(_MAY_BE_TOTAL.match(text) and _BEFORE_TOTAL.match(text.strip()))


@functools.lru_cache(maxsize=4000)
def same_words(text: str) -> str:
    """What makes two spellings the same, of texts that stand in many rows."""
    return skeleton(text)
