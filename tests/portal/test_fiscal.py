"""The Thai fiscal year at its edges."""

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from ita_portal.fiscal import BANGKOK, FiscalHalf, FiscalQuarter, FiscalYear, today

DAYS = st.dates(dt.date(1958, 1, 1), dt.date(2150, 12, 31))


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [
        (dt.date(2023, 9, 30), 2566, 4),
        (dt.date(2023, 10, 1), 2567, 1),
        (dt.date(2023, 12, 31), 2567, 1),
        (dt.date(2024, 1, 1), 2567, 2),
        (dt.date(2024, 2, 29), 2567, 2),
        (dt.date(2024, 3, 31), 2567, 2),
        (dt.date(2024, 4, 1), 2567, 3),
        (dt.date(2024, 6, 30), 2567, 3),
        (dt.date(2024, 7, 1), 2567, 4),
        (dt.date(2024, 9, 30), 2567, 4),
        (dt.date(2024, 10, 1), 2568, 1),
    ],
)
def test_where_a_day_lies(day: dt.date, year: int, quarter: int) -> None:
    assert FiscalYear.of(day).number == year
    assert FiscalQuarter.of(day) == FiscalQuarter(FiscalYear(year), quarter)


@pytest.mark.parametrize(
    ("moment", "year"),
    [("2023-09-30T23:30", 2566), ("2023-10-01T00:00", 2567), ("2023-10-01T00:30", 2567)],
)
def test_the_day_is_that_of_bangkok(moment: str, year: int) -> None:
    """At half past midnight in Bangkok it is still yesterday in UTC."""
    with time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=BANGKOK), tick=False):
        assert FiscalYear.current().number == year
        assert FiscalQuarter.current().year.number == year
        assert today() == dt.date.fromisoformat(moment[:10])


def test_a_year_and_its_parts() -> None:
    year = FiscalYear(2567)
    assert (year.start, year.end) == (dt.date(2023, 10, 1), dt.date(2024, 9, 30))
    assert [(quarter.start, quarter.end) for quarter in year.quarters] == [
        (dt.date(2023, 10, 1), dt.date(2023, 12, 31)),
        (dt.date(2024, 1, 1), dt.date(2024, 3, 31)),
        (dt.date(2024, 4, 1), dt.date(2024, 6, 30)),
        (dt.date(2024, 7, 1), dt.date(2024, 9, 30)),
    ]
    assert [quarter.half for quarter in year.quarters] == [1, 1, 2, 2]
    halves = [FiscalHalf(year, number) for number in (1, 2)]
    assert [(half.start, half.end) for half in halves] == [
        (dt.date(2023, 10, 1), dt.date(2024, 3, 31)),
        (dt.date(2024, 4, 1), dt.date(2024, 9, 30)),
    ]
    assert (str(year), str(year.quarters[1]), str(halves[1])) == ("2567", "2/2567", "2/2567")


@given(DAYS)
def test_every_day_lies_in_exactly_one_quarter(day: dt.date) -> None:
    quarter = FiscalQuarter.of(day)
    assert day in quarter
    assert day in quarter.year
    assert [other for other in quarter.year.quarters if day in other] == [quarter]


@given(DAYS)
def test_quarters_follow_without_a_gap(day: dt.date) -> None:
    quarter = FiscalQuarter.of(day)
    assert quarter.following.start == quarter.end + dt.timedelta(days=1)
    assert quarter < quarter.following


@pytest.mark.parametrize(
    "text", ["2567", "๒๕๖๗", "FY2567", " ปีงบประมาณ พ.ศ. 2567 ", "ปีงบประมาณ พ.ศ. ๒๕๖๗", "fiscal year 2567 BE"]
)
def test_reading_a_year(text: str) -> None:
    assert FiscalYear.parse(text) == FiscalYear(2567)


@pytest.mark.parametrize("text", ["", "2024", "67", "25670", "สองพัน", "2701", "1 ต.ค. 66"])
def test_what_is_no_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FiscalYear.parse(text)


def test_numbers_outside_are_refused() -> None:
    for number in (2499, 2701, 2024):
        with pytest.raises(ValueError, match=str(number)):
            FiscalYear(number)
    for number in (0, 5):
        with pytest.raises(ValueError, match="1"):
            FiscalQuarter(FiscalYear(2567), number)
    for number in (0, 3):
        with pytest.raises(ValueError, match="1"):
            FiscalHalf(FiscalYear(2567), number)


def test_the_end_of_the_last_year_is_known() -> None:
    """Its end needs no year after it."""
    assert FiscalYear(2700).quarters[3].end == dt.date(2157, 9, 30)
