"""What the surveys do by themselves each day: the survey of a quarter is there before the quarter begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from organization.daily import daily_works

from .services.surveys import prepare_quarters


def prepare(day: dt.date) -> Mapping[str, int]:
    """Prepare the surveys of the quarter in which `day` lies, and of the one that begins soon."""
    return {"surveys prepared": prepare_quarters(day)}


daily_works.register("surveys", prepare)
