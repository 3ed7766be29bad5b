"""Until when an answer is owed: in calendar and in working days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.clock import due_day
from complaints.models import ChannelSettings
from organization.models import Holiday
from organization.working_days import is_working_day

D = dt.date


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (D(2026, 1, 5), 15, D(2026, 1, 20)),  # the day of filing does not count
        (D(2026, 1, 9), 15, D(2026, 1, 26)),  # ends on a Saturday
        (D(2026, 3, 29), 15, D(2026, 4, 16)),  # ends within Songkran
        (D(2025, 12, 17), 15, D(2026, 1, 2)),  # ends on new year's day
        (D(2026, 1, 5), 1, D(2026, 1, 6)),
    ],
)
def test_calendar_days(db: None, start: dt.date, days: int, due: dt.date) -> None:
    found = due_day(start, ChannelSettings(answer_days=days))
    assert found >= due
    while due < found:  # a substitute day off that the calendar knows
        assert not is_working_day(due)
        due += dt.timedelta(days=1)


def test_working_days_only(db: None) -> None:
    rules = ChannelSettings(answer_days=5, only_working_days=True)
    assert due_day(D(2026, 1, 5), rules) == D(2026, 1, 12)
    Holiday.objects.create(day=D(2026, 1, 7), name="วันหยุดท้องถิ่น")
    assert due_day(D(2026, 1, 5), rules) == D(2026, 1, 13)


def test_an_added_day_off_moves_the_limit(db: None) -> None:
    rules = ChannelSettings(answer_days=15)
    Holiday.objects.create(day=D(2026, 1, 20), name="วันหยุดพิเศษ")
    assert due_day(D(2026, 1, 5), rules) == D(2026, 1, 21)


@given(st.dates(D(2020, 1, 1), D(2040, 12, 31)), st.integers(1, 90))
def test_never_early_never_on_a_day_off(start: dt.date, days: int) -> None:
    from unittest.mock import patch

    with patch("organization.working_days.extra_days_off", frozenset):
        calendar = due_day(start, ChannelSettings(answer_days=days))
        working = due_day(start, ChannelSettings(answer_days=days, only_working_days=True))
    assert start + dt.timedelta(days=days) <= calendar <= start + dt.timedelta(days=days + 15)
    assert is_working_day(calendar)
    assert is_working_day(working)
    assert working >= calendar or days < 15
