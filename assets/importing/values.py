"""What people write into a cell, as a value: Thai digits, ฿, thousands, dates of either era, either language."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.datetime import from_excel

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET
from ita_portal.thai import parse_date, to_arabic_digits

from ..choices import Acquisition, AssetKind, Condition, Funds
from ..models import Asset
from ..models.register import MOST_PIECES, clean_number
from .columns import BY_KEY, EXAMPLE_NUMBER, MEANINGS, WORDS, skeleton
from .problems import BadValueError
from .workbook import Formula

_CHOICES = {
    "kind": AssetKind.choices,
    "condition": Condition.choices,
    "acquisition": Acquisition.choices,
    "funds": Funds.choices,
}
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "ไม่มี"})
_ERRORS = frozenset({"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})
_LIMITS: dict[str, int | None] = {
    key: 300
    if key in ("category", "division", "custodian")
    else getattr(Asset._meta.get_field(key), "max_length", None)
    for key in BY_KEY
}
"""Letters that a column can hold."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ERA_FROM, _FIRST_YEAR = 2400, 1900
_SERIALS = range(10_000, 80_000)
"""Days as Excel counts them, of 1927 to 2119."""
MOST_YEARS = 200
MOST_BAHT = Decimal("999999999999.99")


def is_empty(value: object) -> bool:
    """Whether there is nothing in the cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_value(key: str, value: Any) -> Any:
    """The value of a cell of column `key`; None for an empty one. BadValueError says why it cannot be used."""
    if value is Formula:
        raise BadValueError(_("Here stands a formula without its result. Write the result instead."))
    if is_empty(value):
        return None
    if isinstance(value, str) and value.strip() in _ERRORS:
        raise BadValueError(_("Here stands an error of the spreadsheet. Write the value instead."))
    return _READERS.get(key, _line)(key, value)


def written(value: object) -> str:
    """A cell's value as people see it, short."""
    if value is Formula:
        return "=…"
    text = value.isoformat() if isinstance(value, dt.date | dt.datetime) else str(value if value is not None else "")
    text = _CONTROL.sub("�", text)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _plain(value: Any) -> str:
    """Any value as text; a whole number without a decimal point."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value).strip()


def _checked(key: str, text: str) -> str:
    if _CONTROL.search(text):
        raise BadValueError(_("It holds signs that cannot be shown."))
    limit = _LIMITS[key]
    if limit is not None and len(text) > limit:
        raise BadValueError(_("It is longer than %(limit)s letters."), limit=limit)
    return text


def _line(key: str, value: Any) -> str:
    return _checked(key, " ".join(_plain(value).split()))


def _lines(key: str, value: Any) -> str:
    text = _plain(value).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > 8000:
        raise BadValueError(_("It is longer than %(limit)s letters."), limit=8000)
    return _checked(key, text)


def _number(key: str, value: Any) -> str:
    if isinstance(value, dt.date | dt.datetime | dt.time | dt.timedelta):
        raise BadValueError(_("The spreadsheet has made a date of this number. Format the column as text."))
    number = _checked(key, clean_number(_plain(value)))
    if not number:
        raise BadValueError(_("The asset number is missing."))
    if number == EXAMPLE_NUMBER:
        raise BadValueError(_("This is the example row of the template: delete it."))
    return number


def _whole(most: int, *units: str, least: int = 0) -> Callable[[str, Any], int | None]:
    def read(_key: str, value: Any) -> int | None:
        text = to_arabic_digits(_plain(value)).replace(",", "").replace(" ", "")
        if text in _NOTHING:
            return None
        for unit in units:
            text = text.removesuffix(unit)
        text = re.sub(r"\.0+$", "", text)
        if not re.fullmatch(r"\d{1,12}", text):
            raise BadValueError(_("This is no whole number."))
        if int(text) > most:
            raise BadValueError(_("This is more than %(most)s."), most=f"{most:,}")
        if int(text) < least:
            raise BadValueError(_("It is one piece at least. What is no longer there leaves the register."))
        return int(text)

    return read


def _money(_key: str, value: Any) -> Decimal | None:
    if isinstance(value, float):
        text = f"{value:.6f}"
        if abs(value - round(value, 2)) < 1e-6:
            text = f"{value:.2f}"
    else:
        text = to_arabic_digits(_plain(value))
        text = re.sub(r"[฿,\s]|บาท|(?i:thb)", "", text).removesuffix(".-").removesuffix("-")
    if text in _NOTHING:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadValueError(_("This is no amount of money. Write it like 28,900.00.")) from None
    if not amount.is_finite() or amount > MOST_BAHT:
        raise BadValueError(_("This amount is too large."))
    if amount < 0:
        raise BadValueError(_("A price is not below zero."))
    if amount != amount.quantize(Decimal("0.01")):
        raise BadValueError(_("An amount of money has two decimals at most."))
    return amount.quantize(Decimal("0.01"))


def _date(_key: str, value: Any) -> dt.date | None:
    try:
        day = _day(value)
    except (ValueError, OverflowError):
        raise BadValueError(_("This is not a date. Write it like 15/03/2567.")) from None
    if day is not None and day.year < _FIRST_YEAR:
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
    if text in _NOTHING:
        return None
    text = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)
    return parse_date(re.sub(r"\s+", " ", text))


def _word(key: str, value: Any) -> str | None:
    text = _plain(value)
    if isinstance(value, bool):
        text = "yes" if value else "no"
    found = MEANINGS[key].get(skeleton(text)) or _labels(key).get(skeleton(text))
    if found is None and text in _NOTHING:
        return None
    if found is None:
        known = ", ".join(words[0] for words in WORDS[key].values())
        raise BadValueError(_("Write one of these: %(words)s."), words=known)
    return str(found)


@functools.cache
def _labels(key: str) -> dict[str, str]:
    """The words of the portal's own pages, in every language."""
    labels: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in _CHOICES.get(key, ()):
                labels.setdefault(skeleton(label), str(value))
    return labels


def _yes(key: str, value: Any) -> bool | None:
    word = _word(key, value)
    return None if word is None else word == "yes"


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "number": _number,
    "features": _lines,
    "note": _lines,
    "quantity": _whole(MOST_PIECES, least=1),
    "broken": _whole(MOST_PIECES),
    "life_years": _whole(MOST_YEARS, "ปี", "years", "year"),
    "unit_price": _money,
    "acquired_on": _date,
    "retired_on": _date,
    "kind": _word,
    "condition": _word,
    "acquisition": _word,
    "funds": _word,
    "lendable": _yes,
}
