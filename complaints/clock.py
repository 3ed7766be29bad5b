"""Until when an answer is owed: calendar or working days.

The limit itself (15 days) follows section 38 of the royal decree on good governance B.E. 2546; a limit that falls on a
day off ends on the next working day (Civil and Commercial Code, section 193/8).
"""

from __future__ import annotations

import datetime as dt

from organization.working_days import add_working_days, first_working_day

from .models import ChannelSettings


def due_day(start: dt.date, rules: ChannelSettings) -> dt.date:
    """The last day on which the first answer to a complaint of day `start` is in time; `start` does not count."""
    if rules.only_working_days:
        return add_working_days(start, rules.answer_days)
    return first_working_day(start + dt.timedelta(days=rules.answer_days))
