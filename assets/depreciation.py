"""Straight-line depreciation: an equal share of the price for each day of the useful life, one baht remains.

Nothing is lost of land and of what has no useful life. The price of several pieces is that of all of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SATANG = Decimal("0.01")
_OCTOBER = 10
REMAINDER = Decimal(1)
"""Baht at which a thing stays in the register when its useful life is over."""


@dataclass(frozen=True, slots=True)
class BookValue:
    """Money in baht on a day. rate: percent of the price a year; None where nothing is written off."""

    price: Decimal
    rate: Decimal | None
    yearly: Decimal
    accumulated: Decimal
    net: Decimal


def book_value(price: Decimal, acquired_on: dt.date, life_years: int | None, day: dt.date) -> BookValue:
    """What a thing bought for `price` on `acquired_on` is worth in the books at the end of `day`."""
    if not life_years or price <= REMAINDER:
        return BookValue(price, None, Decimal(0), Decimal(0), price)
    end = _years_later(acquired_on, life_years)
    whole = (end - acquired_on).days
    passed = min(max((day - acquired_on).days + 1, 0), whole)
    accumulated = min(_money(price * passed / whole), price - REMAINDER)
    return BookValue(
        price, _money(Decimal(100) / life_years), _money(price / life_years), accumulated, price - accumulated
    )


@dataclass(frozen=True, slots=True)
class BookYear:
    """A line of the register's card: what was written off until the end of `day`, and of it in that fiscal year."""

    day: dt.date
    written_off: Decimal
    accumulated: Decimal
    net: Decimal


def book_years(price: Decimal, acquired_on: dt.date, life_years: int | None, until: dt.date) -> list[BookYear]:
    """A line for the end of each fiscal year (30 September) until `until`, and one for `until` itself.

    Nothing after the line on which only the remainder is left; nothing at all where nothing is written off.
    """
    if not life_years or price <= REMAINDER or until < acquired_on:
        return []
    lines: list[BookYear] = []
    day = dt.date(acquired_on.year + (acquired_on.month >= _OCTOBER), 9, 30)
    before = Decimal(0)
    while True:
        last = min(day, until)
        value = book_value(price, acquired_on, life_years, last)
        lines.append(BookYear(last, value.accumulated - before, value.accumulated, value.net))
        before = value.accumulated
        if last == until or value.net <= REMAINDER:
            return lines
        day = day.replace(year=day.year + 1)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_SATANG, ROUND_HALF_UP)


def _years_later(day: dt.date, years: int) -> dt.date:
    if day.year + years > dt.MAXYEAR:
        return dt.date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return dt.date(day.year + years, 3, 1)
