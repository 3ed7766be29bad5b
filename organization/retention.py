"""What has an end: each app says in `<app>/retention.py` what it destroys when its time of keeping has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from ita_portal.registry import Registry

from .models import SentReminder

Retention = Callable[[dt.date], Mapping[str, int]]
"""Destroys what has reached its end on a day; how many things of which kind. Safe to run again."""
retentions: Registry[Retention] = Registry("retention")

_KEEP_REMINDERS = dt.timedelta(days=90)


def forget_reminders(day: dt.date) -> Mapping[str, int]:
    """Who was reminded when is of no use after three months."""
    count, _by_model = SentReminder.objects.filter(day__lt=day - _KEEP_REMINDERS).delete()
    return {"reminders": count}


retentions.register("organization.reminders", forget_reminders)
