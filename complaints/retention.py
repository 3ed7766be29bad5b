"""What of the channel has an end: finished cases, files that nobody filed, opened keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from organization.retention import retentions

from .services.retention import destroy_case, ended_cases, sweep_files, sweep_sessions


def apply(day: dt.date) -> Mapping[str, int]:
    """Destroy what has reached its end on `day`, case by case: a failure in one leaves the others as they are."""
    return {
        "complaints destroyed": sum(destroy_case(case, day) for case in list(ended_cases(day))),
        "sealed files swept": sweep_files(),
        "opened keys forgotten": sweep_sessions(),
    }


retentions.register("complaints", apply)
