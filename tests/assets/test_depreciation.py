"""Straight-line depreciation by days, one baht remaining."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assets.depreciation import REMAINDER, book_value, book_years

START = dt.date(2022, 10, 1)
PRICE = Decimal(36500)


@pytest.mark.parametrize(
    ("day", "accumulated"),
    [
        (dt.date(2022, 9, 30), "0"),
        (START, "19.99"),
        (dt.date(2023, 9, 30), "7296.00"),
        (dt.date(2027, 9, 29), "36480.01"),
        (dt.date(2027, 9, 30), "36499"),
        (dt.date(2099, 1, 1), "36499"),
    ],
)
def test_by_days(day: dt.date, accumulated: str) -> None:
    value = book_value(PRICE, START, 5, day)
    assert value.accumulated == Decimal(accumulated)
    assert value.net == PRICE - value.accumulated
    assert (value.rate, value.yearly) == (Decimal(20), Decimal(7300))


@pytest.mark.parametrize(("price", "life"), [(PRICE, None), (PRICE, 0), (Decimal(1), 5), (Decimal(0), 5)])
def test_nothing_is_written_off(price: Decimal, life: int | None) -> None:
    value = book_value(price, START, life, dt.date(2050, 1, 1))
    assert (value.accumulated, value.net, value.rate) == (0, price, None)
    assert book_years(price, START, life, dt.date(2050, 1, 1)) == []


def test_a_thing_of_29_february_and_one_that_outlives_the_calendar() -> None:
    leap = dt.date(2024, 2, 29)
    assert book_value(PRICE, leap, 1, dt.date(2025, 2, 28)).net == REMAINDER
    assert book_value(PRICE, leap, 32_767, dt.date(2025, 2, 28)).net > 36_000


def test_a_line_for_the_end_of_each_fiscal_year() -> None:
    lines = book_years(PRICE, dt.date(2022, 3, 1), 2, dt.date(2026, 1, 15))
    assert [line.day for line in lines] == [dt.date(2022, 9, 30), dt.date(2023, 9, 30), dt.date(2024, 9, 30)]
    assert sum(line.written_off for line in lines) == PRICE - REMAINDER
    assert lines[-1].net == REMAINDER
    for line in lines:
        assert line.accumulated == book_value(PRICE, dt.date(2022, 3, 1), 2, line.day).accumulated


def test_the_running_year_has_a_line_until_the_day() -> None:
    lines = book_years(PRICE, dt.date(2022, 10, 1), 5, dt.date(2024, 1, 15))
    assert [line.day for line in lines] == [dt.date(2023, 9, 30), dt.date(2024, 1, 15)]
    assert book_years(PRICE, dt.date(2022, 10, 1), 5, dt.date(2022, 9, 30)) == []
    assert len(book_years(PRICE, dt.date(2022, 9, 30), 5, dt.date(2022, 9, 30))) == 1
