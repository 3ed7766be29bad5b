"""What people write into a cell, as a value: Thai digits, ฿, thousands, dates of either era, words of either language.

Every `read_…` gives None for an empty cell, and raises BadValueError with the reason where the cell cannot be used.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.datetime import from_excel

from ..fiscal import BUDDHIST_ERA_OFFSET
from ..thai import parse_date, to_arabic_digits
from .headings import skeleton
from .problems import BadValueError
from .workbook import Formula

NOTHING = frozenset({"", "-", "–", "—", "n/a", "ไม่มี"})
"""What people write where there is nothing."""
MOST_BAHT = Decimal("999999999999.99")
LONGEST_TEXT = 8000
_ERRORS = frozenset({"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ERA_FROM = 2400
_SERIALS = range(10_000, 80_000)
"""Days as Excel counts them, of 1927 to 2119."""
_NOISE = 1e-6
"""How far what a program has added up may lie beside what it means."""
_SATANG = Decimal("0.01")
_PLAIN = str.maketrans(
    {
        **{0xFF01 + place: chr(0x21 + place) for place in range(94)},  # full width, as Asian keyboards write
        **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
        **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None),
    }
)
_BEFORE_MONEY = re.compile(r"^(?:฿|บาท|thb|baht)\s*", re.I)
_BEHIND_MONEY = re.compile(r"\s*(?:฿|บาท|บาท\s*ถ้วน|ถ้วน|thb|baht)$", re.I)
_FIGURE = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+")
"""A number, with or without thousands: a comma elsewhere may stand for decimals, so that nobody knows what is meant."""
_LONGEST_FIGURE = 40


def is_empty(value: object) -> bool:
    """Whether there is nothing in the cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_given(value: object) -> bool:
    """Whether there is something in the cell. BadValueError where it is an error or a formula without its result."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("#") and text in _ERRORS:
            raise BadValueError(_("Here stands an error of the spreadsheet. Write the value instead."))
        return bool(text)
    if value is Formula:
        raise BadValueError(_("Here stands a formula without its result. Write the result instead."))
    return value is not None


def written(value: object) -> str:
    """A cell's value as people see it, short."""
    if value is Formula:
        return "=…"
    text = value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value if value is not None else "")
    text = _CONTROL.sub("�", text)
    return text if len(text) <= 80 else f"{text[:79]}…"


def plain(value: Any) -> str:
    """Any value as text; a whole number without a decimal point."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value).strip()


def fitting(text: str, limit: int | None = None) -> str:
    """The text, if it can be kept and has at most so many letters."""
    if _CONTROL.search(text):
        raise BadValueError(_("It holds signs that cannot be shown."))
    if limit is not None and len(text) > limit:
        raise BadValueError(_("It is longer than %(limit)s letters."), limit=limit)
    return text


def read_text(value: Any, limit: int | None = None) -> str | None:
    """One line of text."""
    return fitting(" ".join(plain(value).split()), limit) if is_given(value) else None


def read_lines(value: Any, limit: int | None = None) -> str | None:
    """Text of several lines."""
    if not is_given(value):
        return None
    text = plain(value).replace("\r\n", "\n").replace("\r", "\n")
    return fitting(text, LONGEST_TEXT if limit is None else limit)


def read_code(value: Any, limit: int | None = None) -> str | None:
    """A number or code that is a name, not an amount: in Arabic digits, without spaces around it.

    A spreadsheet that has made a day of `1-2` has lost what stood there.
    """
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise BadValueError(_("The spreadsheet has made a date of this number. Format the column as text."))
    return fitting(to_arabic_digits(" ".join(plain(value).split())), limit) if is_given(value) else None


def _figure(text: str) -> str | None:
    """`1,234.50`, in whatever digits, as a program writes it; nothing for what is no number. Without its sign."""
    text = re.sub(r",\s+", ",", " ".join(text.split()))
    return re.sub("[, ]", "", text) if _FIGURE.fullmatch(text) else None


def _as_typed(value: Any) -> str:
    """Text with plain digits, dashes and brackets."""
    return to_arabic_digits(plain(value)).translate(_PLAIN).strip()


def read_whole(value: Any, most: int, *units: str, least: int = 0) -> int | None:
    """A whole number. units: what may stand behind it, as `ปี`."""
    if not is_given(value):
        return None
    if type(value) is int and least <= value <= most:  # most of them
        return value
    text = _as_typed(value)
    if text.casefold() in NOTHING:
        return None
    for unit in units:
        text = text.removesuffix(unit)
    figure = re.sub(r"\.0*$", "", _figure(text) or "")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,12}", figure):
        raise BadValueError(_("This is no whole number."))
    if int(figure) > most:
        raise BadValueError(_("This is more than %(most)s."), most=f"{most:,}")
    if int(figure) < least:
        raise BadValueError(_("This is less than %(least)s."), least=f"{least:,}")
    return int(figure)


def read_money(value: Any, allow_negative: bool = False) -> Decimal | None:
    """An amount in baht, exact, with two decimals. Below zero, where allowed: `-1,234.50` or `(1,234.50)`."""
    if not is_given(value):
        return None
    amount = _from_float(value) if isinstance(value, float) else _from_text(value)
    if amount is None:
        return None
    if amount < 0 and not allow_negative:
        raise BadValueError(_("An amount of money is not below zero here."))
    if abs(amount) > MOST_BAHT:
        raise BadValueError(_("This amount is too large."))
    if amount != amount.quantize(_SATANG):
        raise _too_fine()
    return amount.quantize(_SATANG) + 0  # without the sign of a zero


def _from_float(value: float) -> Decimal:
    if not math.isfinite(value) or abs(value) > MOST_BAHT:
        raise BadValueError(_("This amount is too large."))
    if abs(value - round(value, 2)) >= _NOISE:
        raise _too_fine()
    return Decimal(f"{value:.2f}")


def _from_text(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _no_money()
    text = _bare(_as_typed(value))
    below = text.startswith("(") and text.endswith(")")
    if below:
        text = _bare(text[1:-1])
    if text.casefold() in NOTHING or text == ".-":
        return None
    if text.startswith("-") and not below:
        below, text = True, _bare(text[1:])
    # `500.-` and `500-`: and no satang. `1,234.50-` may be below zero.
    text = text.removesuffix(".-").strip()
    figure = _figure(text if "." in text else text.removesuffix("-").strip())
    if figure is None:
        raise _no_money()
    if len(figure) > _LONGEST_FIGURE:
        raise BadValueError(_("This amount is too large."))
    return -Decimal(figure) if below else Decimal(figure)


def _bare(text: str) -> str:
    """An amount without its currency."""
    return _BEHIND_MONEY.sub("", _BEFORE_MONEY.sub("", text.strip())).strip()


def _no_money() -> BadValueError:
    return BadValueError(_("This is no amount of money. Write it like 28,900.00."))


def _too_fine() -> BadValueError:
    return BadValueError(_("An amount of money has two decimals at most."))


def read_date(value: Any, *, first_year: int = 1900) -> dt.date | None:
    """A day, of either era, as text, as a cell's date or as the number by which Excel counts days."""
    if not is_given(value):
        return None
    try:
        day = _day(value)
    except (ValueError, OverflowError):
        raise BadValueError(_("This is not a date. Write it like 15/03/2567.")) from None
    if day is not None and day.year < first_year:
        raise BadValueError(_("This day is very long ago. Check the year."))
    return day


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.replace(year=value.year - BUDDHIST_ERA_OFFSET) if value.year >= _ERA_FROM else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if int(value) not in _SERIALS:
            raise ValueError
        day = from_excel(int(value))
        return day.date() if isinstance(day, dt.datetime) else None
    text = to_arabic_digits(str(value)).strip()
    if text.casefold() in NOTHING:
        return None
    text = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)
    return parse_date(re.sub(r"\s+", " ", text))


class Words:
    """The words that a column knows: value → the Thai and the English word that are written, then others that are read.

    labels: more spellings, as the labels of the portal's pages; asked for where no word fits.
    """

    def __init__(
        self, words: Mapping[str, Sequence[str]], labels: Callable[[], Mapping[str, str]] | None = None
    ) -> None:
        self.words = {str(value): tuple(spellings) for value, spellings in words.items()}
        self.labels = labels
        self._meanings = {
            skeleton(spelling): value
            for value, spellings in self.words.items()
            for spelling in (value, *spellings)
        }  # fmt: skip

    def read(self, value: Any) -> str | None:
        """The value that a cell's word means. A cell that is true or false says `yes` or `no`."""
        if not is_given(value):
            return None
        text = ("yes" if value else "no") if isinstance(value, bool) else plain(value)
        found = self._meanings.get(skeleton(text))
        if found is None and self.labels is not None:
            found = self.labels().get(skeleton(text))
        if found is None and text.casefold() in NOTHING:
            return None
        if found is None:
            raise BadValueError(_("Write one of these: %(words)s."), words=", ".join(self.thai))
        return found

    @property
    def thai(self) -> list[str]:
        """The Thai words that are written."""
        return [words[0] for words in self.words.values()]

    def written(self, value: str, language: str | None = None) -> str:
        """What is written into a cell for `value`; nothing for no value."""
        if not value:
            return ""
        return self.words[value][0 if (language or get_language() or "th").startswith("th") else 1]
