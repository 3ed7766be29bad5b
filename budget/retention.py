"""What of the budget has an end: the words of comments that were not published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from organization.retention import retentions

from .services.voices import forget_refused


def apply(day: dt.date) -> Mapping[str, int]:
    """Destroy the words of what was not published a year ago; that it came, and why it was refused, stays counted."""
    return {"comments emptied": forget_refused(day)}


retentions.register("budget.comments", apply)
