"""What the portal does by itself each day: an app says it in `<app>/daily.py`.

The command that sends the reminders does it first, so that one timer is enough. It runs several times a day: what is
registered here may run again on the same day, and by two at the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from ita_portal.registry import Registry

Daily = Callable[[dt.date], Mapping[str, int]]
"""Does what a day asks for; how many things of which kind. Safe to run again."""
daily_works: Registry[Daily] = Registry("daily work")


def do_daily(day: dt.date) -> dict[str, int]:
    """Do everything of `day`; how many things of which kind."""
    return {what: count for work in daily_works for what, count in work(day).items()}
