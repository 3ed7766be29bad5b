"""What of documents has an end: confirmations of versions that were in force long ago. The texts themselves stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ita_portal.fiscal import today
from organization.retention import retentions

from . import retention_trainings  # noqa: F401 - registers
from .models import Acknowledgement
from .models.documents import KEPT_YEARS
from .reading import moment


def apply(day: dt.date) -> Mapping[str, int]:
    """Destroy confirmations that are older than ten years. The database lets go of none that is younger."""
    until = min(day, today())
    last = moment(until.replace(year=until.year - KEPT_YEARS, day=min(until.day, 28)))
    count, _by_model = Acknowledgement.objects.filter(acknowledged_at__lt=last).delete()
    return {"confirmations of reading": count}


retentions.register("guidelines.confirmations", apply)
