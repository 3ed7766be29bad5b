"""Another day for a test."""

import datetime as dt

import time_machine

from ita_portal.fiscal import BANGKOK


def on_day(day: dt.date, hour: int = 12, minute: int = 0) -> time_machine.travel:
    """A context in which it is that time of `day` in Bangkok."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour, minute), BANGKOK), tick=False)
