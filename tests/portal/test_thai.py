"""Dates, digits and money as Thai officialdom writes them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ita_portal import thai

DAY = dt.date(2023, 10, 1)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [("th", "1 ตุลาคม 2566", "1 ต.ค. 66"), ("en", "1 October 2566 BE", "1 Oct 2566 BE")],
)
def test_dates(language: str, long: str, short: str) -> None:
    with translation.override(language):
        assert (thai.long_date(DAY), thai.short_date(DAY)) == (long, short)
    assert thai.long_date(DAY, language) == long


def test_a_moment_is_taken_in_bangkok() -> None:
    late = dt.datetime(2023, 9, 30, 17, 30, tzinfo=dt.UTC)  # half past midnight of 1 October
    assert thai.long_date(late, "th") == "1 ตุลาคม 2566"
    assert thai.short_date(late - dt.timedelta(hours=1), "th") == "30 ก.ย. 66"


def test_a_year_of_two_digits_keeps_its_zero() -> None:
    assert thai.short_date(dt.date(2062, 1, 9), "th") == "9 ม.ค. 05"


@pytest.mark.parametrize(
    "text",
    ["2023-10-01", "01/10/2566", "1/10/2566", "1-10-2566", "1.10.66", "๑/๑๐/๒๕๖๖", "1 ต.ค. 66", "1 ต.ค. 2566",
     "1 ตุลาคม 2566", "๑ ตุลาคม ๒๕๖๖", "1 ตุลาคม พ.ศ. 2566", " 01/10/2566 ", "01/10/2023"],
)  # fmt: skip
def test_reading_a_date(text: str) -> None:
    assert thai.parse_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "ตุลาคม 2566", "31/02/2567", "2566-13-01", "1 ตลค 2566", "1/10", "1 ต.ค. 566", "10/2566", "x"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        thai.parse_date(text)


@given(st.dates(dt.date(1958, 1, 1), dt.date(2150, 1, 1)))
def test_what_is_written_is_read_back(day: dt.date) -> None:
    assert thai.parse_date(thai.long_date(day, "th")) == day
    assert thai.parse_date(thai.to_thai_digits(day.strftime(f"%d/%m/{day.year + 543}"))) == day


@given(st.text())
def test_digits_go_there_and_back(text: str) -> None:
    assert thai.to_arabic_digits(thai.to_thai_digits(text)) == thai.to_arabic_digits(text)


def test_digits() -> None:
    assert thai.to_thai_digits("ไตรมาส 1234567890 ก") == "ไตรมาส ๑๒๓๔๕๖๗๘๙๐ ก"


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (Decimal("1234567"), "1,234,567.00"), (Decimal("0.5"), "0.50"), (Decimal("-1234.5"), "-1,234.50"),
     (None, "–")],
)  # fmt: skip
def test_baht(amount: Decimal | None, text: str) -> None:
    assert thai.baht(amount) == text


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "ศูนย์บาทถ้วน"),
        (1, "หนึ่งบาทถ้วน"),
        (11, "สิบเอ็ดบาทถ้วน"),
        (21, "ยี่สิบเอ็ดบาทถ้วน"),
        (101, "หนึ่งร้อยเอ็ดบาทถ้วน"),
        (1_000_000, "หนึ่งล้านบาทถ้วน"),
        (1_000_001, "หนึ่งล้านเอ็ดบาทถ้วน"),
        (11_000_000, "สิบเอ็ดล้านบาทถ้วน"),
        (20, "ยี่สิบบาทถ้วน"),
        (110, "หนึ่งร้อยสิบบาทถ้วน"),
        (1_000_000_000_000, "หนึ่งล้านล้านบาทถ้วน"),
        (Decimal("-5.5"), "ลบห้าบาทห้าสิบสตางค์"),
        (Decimal("0.005"), "หนึ่งสตางค์"),
        (Decimal("-0.001"), "ศูนย์บาทถ้วน"),
        (Decimal("0.25"), "ยี่สิบห้าสตางค์"),
        (Decimal("100.01"), "หนึ่งร้อยบาทหนึ่งสตางค์"),
        (Decimal("1234567.89"), "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
    ],
)
def test_baht_in_words(amount: Decimal, words: str) -> None:
    assert thai.baht_in_words(amount) == words


def test_filters_of_templates() -> None:
    text = "{{ day|long_date }}|{{ day|short_date }}|{{ none|long_date }}|{{ year|thai_digits }}|{{ sum|baht }}"
    with translation.override("th"):
        said = Template(text).render(Context({"day": DAY, "none": None, "year": 2567, "sum": Decimal(5)}))
    assert said == "1 ตุลาคม 2566|1 ต.ค. 66||๒๕๖๗|5.00"
