"""Until when an answer is owed: calendar or working days, Thai holidays known.

The limit itself (15 days) follows section 38 of the royal decree on good governance B.E. 2546; a limit that falls on a
day off ends on the next working day (Civil and Commercial Code, section 193/8).
"""

from __future__ import annotations

import datetime as dt
import functools

import holidays

from .models import ChannelSettings, Holiday

_DAY = dt.timedelta(days=1)


@functools.lru_cache(maxsize=16)
def _thai_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("TH", years=year))


def is_working_day(day: dt.date, extra: frozenset[dt.date] = frozenset()) -> bool:
    """Monday to Friday, no Thai public holiday, none of the `extra` days off."""
    return day.weekday() < 5 and day not in _thai_holidays(day.year) and day not in extra


def extra_days_off() -> frozenset[dt.date]:
    """The days off that the municipality entered."""
    return frozenset(Holiday.objects.values_list("day", flat=True))


def due_day(start: dt.date, rules: ChannelSettings) -> dt.date:
    """The last day on which the first answer to a complaint of day `start` is in time; `start` does not count."""
    extra = extra_days_off()
    day = start
    if rules.only_working_days:
        left = rules.answer_days
        while left:
            day += _DAY
            left -= is_working_day(day, extra)
        return day
    day += rules.answer_days * _DAY
    while not is_working_day(day, extra):
        day += _DAY
    return day
