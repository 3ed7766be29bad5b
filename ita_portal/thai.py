"""How Thai officialdom writes dates, digits and money."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_BANGKOK = ZoneInfo("Asia/Bangkok")
_ERA = 543


def to_thai_digits(text: object) -> str:
    """`2567` → `๒๕๖๗`; everything else unchanged."""
    return str(text).translate(_TO_THAI)


def to_arabic_digits(text: object) -> str:
    """`๒๕๖๗` → `2567`; everything else unchanged."""
    return str(text).translate(_TO_ARABIC)


def _local_date(value: dt.date | dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value, _BANGKOK).date() if timezone.is_aware(value) else value.date()
    return value


def long_date(value: dt.date | dt.datetime, language: str | None = None) -> str:
    """`1 ตุลาคม 2566`; in English `1 October 2566 BE`. A moment is taken in Asia/Bangkok."""
    day = _local_date(value)
    if (language or get_language() or "th").startswith("th"):
        return f"{day.day} {MONTHS[day.month - 1]} {day.year + _ERA}"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year + _ERA} BE"


def short_date(value: dt.date | dt.datetime, language: str | None = None) -> str:
    """`1 ต.ค. 66`; in English `1 Oct 2566 BE`, where two digits would be taken for a year of the Common Era."""
    day = _local_date(value)
    if (language or get_language() or "th").startswith("th"):
        return f"{day.day} {SHORT_MONTHS[day.month - 1]} {(day.year + _ERA) % 100:02d}"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1][:3]} {day.year + _ERA} BE"


def numeric_date(day: dt.date) -> str:
    """`15/03/2567`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year + _ERA}"


def parse_date(text: str) -> dt.date:
    """Read ISO `2023-10-01`, `01/10/2566`, `1 ต.ค. 66`, `1 ตุลาคม 2566`, also in Thai digits.

    A year from 2400 on, or of two digits, is of the Buddhist Era. ValueError for anything else.
    """
    cleaned = to_arabic_digits(text).strip()
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", cleaned):
        year, month, day = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", cleaned):
        day, month, year = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{1,2})\s+(\S+)\s+(?:พ\.ศ\.\s*)?(\d{4}|\d{2})", cleaned):
        day, year = int(found[1]), int(found[3])
        names = MONTHS if found[2] in MONTHS else SHORT_MONTHS
        if found[2] not in names:
            raise ValueError(text)
        month = names.index(found[2]) + 1
    else:
        raise ValueError(text)
    if year < 100:
        year += 2500
    return dt.date(year - _ERA if year >= 2400 else year, month, day)


def baht(amount: Decimal | int | None) -> str:
    """`1,234,567.00`; an unknown amount is an en dash, never a zero."""
    return "–" if amount is None else f"{Decimal(amount):,.2f}"


_DIGIT_WORDS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACE_WORDS = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def _number_words(number: int, *, follows: bool = False) -> str:
    """A number in Thai words, nothing for zero. follows: whether millions stand before it."""
    if number >= 1_000_000:
        return f"{_number_words(number // 1_000_000)}ล้าน{_number_words(number % 1_000_000, follows=True)}"
    words = ""
    for place in range(5, -1, -1):
        digit = number // 10**place % 10
        if place == 0 and digit == 1 and (words or follows):
            words += "เอ็ด"
        elif place == 1 and digit in (1, 2):
            words += ("", "ยี่")[digit - 1] + _PLACE_WORDS[1]
        elif digit:
            words += _DIGIT_WORDS[digit] + _PLACE_WORDS[place]
    return words


def baht_in_words(amount: Decimal | int) -> str:
    """`1000000` → `หนึ่งล้านบาทถ้วน`, `0.25` → `ยี่สิบห้าสตางค์`; a half satang is rounded up."""
    satang = int(abs(Decimal(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    whole, rest = divmod(satang, 100)
    words = "ลบ" if amount < 0 and satang else ""
    if whole or not rest:
        words += (_number_words(whole) or "ศูนย์") + "บาท"
    return words + (f"{_number_words(rest)}สตางค์" if rest else "ถ้วน")
