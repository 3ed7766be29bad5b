"""What of the surveys has an end: the words that nobody may read, and what could say who has answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from organization.retention import retentions

from .models import Ballot, Mark, Slip, Survey
from .services.counting import count_rest
from .services.remarks import forget_refused


def apply(day: dt.date) -> Mapping[str, int]:
    """Count what is left of surveys that are over, and destroy the marks of their forms and their unused codes; destroy
    the words of what was not published a year ago."""
    survey = OuterRef("pk")
    left = (
        Q(Exists(Ballot.objects.filter(survey=survey)))
        | Q(Exists(Mark.objects.filter(survey=survey)))
        | Q(Exists(Slip.objects.filter(batch__survey=survey)))
    )
    counted = sum(count_rest(ended) for ended in Survey.objects.over(day).filter(left).order_by("pk"))
    return {"survey answers counted": counted, "survey remarks emptied": forget_refused(day)}


retentions.register("surveys", apply)
