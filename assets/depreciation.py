"""Straight-line depreciation: an equal share of the price for each day of the useful life, one baht remains.

Nothing is lost of land and of what has no useful life. The price of several pieces is that of all of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SATANG = Decimal("0.01")
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


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_SATANG, ROUND_HALF_UP)


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return dt.date(day.year + years, 3, 1)
