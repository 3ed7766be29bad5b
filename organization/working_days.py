"""Working days: Thai holidays known, and the days off that the municipality entered."""

from __future__ import annotations

import datetime as dt
import functools

import holidays

from .models import Holiday

_DAY = dt.timedelta(days=1)


@functools.lru_cache(maxsize=16)
def _thai_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("TH", years=year))


def is_working_day(day: dt.date, extra: frozenset[dt.date] = frozenset()) -> bool:
    """Monday to Friday, no Thai public holiday, none of the `extra` days off."""
    return day.weekday() < 5 and day not in _thai_holidays(day.year) and day not in extra


def extra_days_off() -> frozenset[dt.date]:
    """The days off that the municipality entered. One query."""
    return frozenset(Holiday.objects.values_list("day", flat=True))


def first_working_day(day: dt.date) -> dt.date:
    """`day` itself, or the next working day where it is a day off. One query."""
    return _first_from(day, extra_days_off())


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The last of the `count` working days after `day`, which does not count itself. One query."""
    extra = extra_days_off()
    for _number in range(count):
        day = _first_from(day + _DAY, extra)
    return day


def _first_from(day: dt.date, extra: frozenset[dt.date]) -> dt.date:
    while not is_working_day(day, extra):
        day += _DAY
    return day
