"""Months of the fiscal year as documents write them: `ต.ค. 66 - มี.ค. 67`, `ไตรมาส 2`, or marks in twelve columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET
from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import NOTHING, is_given, plain
from ita_portal.thai import ENGLISH_MONTHS, MONTHS, SHORT_MONTHS, to_arabic_digits

MONTH_KEYS = tuple(f"m{number}" for number in range(1, 13))
"""Columns of the twelve months, October first."""
_ALL_YEAR = frozenset(
    map(skeleton, ("ตลอดปี", "ตลอดปีงบประมาณ", "ทั้งปี", "ตลอดทั้งปี", "ทุกเดือน", "ทุกไตรมาส", "all year", "whole year"))
)
_QUARTER = re.compile(
    r"(?:ไตรมาส(?:ที่)?|quarter|q)\s*([1-4])(?:\s*(?:-|–|—|ถึง|to|,|และ)\s*(?:ไตรมาส(?:ที่)?|q)?\s*([1-4]))?", re.I
)
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|ถึง|จนถึง|\bto\b)\s*")
_ONE = re.compile(r"([^\W\d][^\d]*?)\s*(?:พ\.?ศ\.?)?\s*(\d{4}|\d{2})?")
_RULE = _("Write months like ต.ค. 66 - มี.ค. 67.")


def fiscal_month(calendar_month: int) -> int:
    """October (10) → 1."""
    return (calendar_month - 10) % 12 + 1


def _names() -> dict[str, int]:
    found: dict[str, int] = {}
    for names in (MONTHS, SHORT_MONTHS, ENGLISH_MONTHS, [name[:3] for name in ENGLISH_MONTHS]):
        for number, name in enumerate(names, start=1):
            found[skeleton(name)] = fiscal_month(number)
    return found


MONTH_NAMES = _names()


def month_spellings(number: int, year: int) -> tuple[str, ...]:
    """Headings of a fiscal month's own column in the fiscal year `year` (B.E.)."""
    calendar = (number + 8) % 12 + 1
    era = year - 1 if number <= 3 else year
    names = (
        MONTHS[calendar - 1],
        SHORT_MONTHS[calendar - 1],
        ENGLISH_MONTHS[calendar - 1],
        ENGLISH_MONTHS[calendar - 1][:3],
    )
    with_year = tuple(f"{name} {shown}" for name in names for shown in (era, f"{era % 100:02d}"))
    return (*names, *with_year, *(f"พ.ศ. {era} {name}" for name in names), *(f"{era} {name}" for name in names))


def read_month(value: Any, year: int) -> tuple[int | None, bool]:
    """The fiscal month of a cell, and whether it is a bare number, which counts from October."""
    if not is_given(value):
        return None, False
    if isinstance(value, dt.date):
        return _in_year(fiscal_month(value.month), _era(value), year), False
    text = to_arabic_digits(plain(value)).strip()
    if text.casefold() in NOTHING:
        return None, False
    if text.isdigit():
        if not 1 <= int(text) <= 12:
            raise BadValueError(_("A month is 1 to 12, or its name."))
        return int(text), True
    return _month(text, year), False


def _era(day: dt.date) -> int:
    return day.year if day.year >= 2400 else day.year + BUDDHIST_ERA_OFFSET


def _month(text: str, year: int) -> int:
    found = _ONE.fullmatch(text.removeprefix("เดือน").strip())
    number = MONTH_NAMES.get(skeleton(found[1])) if found else None
    if found is None or number is None:
        raise BadValueError(_RULE)
    said = int(found[2]) if found[2] else None
    if said is not None and said < 100:
        said += 2500
    return _in_year(number, said, year)


def _in_year(number: int, said: int | None, year: int) -> int:
    if said is not None:
        said = said if said >= 2400 else said + BUDDHIST_ERA_OFFSET
        if said != (year - 1 if number <= 3 else year):
            raise BadValueError(_("This month does not lie in the fiscal year %(year)s."), year=year)
    return number


def read_span(value: Any, year: int) -> tuple[int, int] | None:
    """The first and the last fiscal month that a cell names."""
    if not is_given(value):
        return None
    if isinstance(value, dt.date):
        month = _in_year(fiscal_month(value.month), _era(value), year)
        return month, month
    text = to_arabic_digits(plain(value)).strip()
    if text.casefold() in NOTHING:
        return None
    if skeleton(text) in _ALL_YEAR:
        return 1, 12
    if quarter := _QUARTER.fullmatch(text):
        first, last = int(quarter[1]), int(quarter[2] or quarter[1])
        return _ordered(first * 3 - 2, last * 3)
    parts = [part for part in _BETWEEN.split(text) if part]
    if not 1 <= len(parts) <= 2:
        raise BadValueError(_RULE)
    return _ordered(_month(parts[0], year), _month(parts[-1], year))


def _ordered(first: int, last: int) -> tuple[int, int]:
    if first > last:
        raise BadValueError(_("The last month lies before the first one."))
    return first, last


def marked(cells: Sequence[Any]) -> tuple[tuple[int, int] | None, bool]:
    """First and last month with a mark, of the twelve cells October to September; and whether there are gaps."""
    some = [number for number, cell in enumerate(cells, start=1) if _is_mark(cell)]
    if not some:
        return None, False
    return (some[0], some[-1]), len(some) < some[-1] - some[0] + 1


def _is_mark(cell: Any) -> bool:
    if cell is None or cell is False:
        return False
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell != 0
    text = str(cell).strip()
    return bool(text) and text not in ("-", "–", "—", "0")
