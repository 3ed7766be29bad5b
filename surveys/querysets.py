"""Named questions to the tables."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Q

from ita_portal.fiscal import today

from .choices import Purpose, RemarkState, State

KEEP_SURVEYS = "surveys.keep_surveys"
"""May open and close surveys, print slips and posters, look at own words, make questionnaires."""


class VersionQuerySet(models.QuerySet[Any]):
    """Versions of questionnaires."""

    def published(self) -> Self:
        """Those that may be used; the newest of a questionnaire is the one that the next survey takes."""
        return self.filter(state=State.PUBLISHED)


class SurveyQuerySet(models.QuerySet[Any]):
    """Surveys."""

    def begun(self, day: dt.date | None = None) -> Self:
        """Those that people know of: they are open, or were."""
        return self.filter(opens_on__lte=day or today())

    def open(self, day: dt.date | None = None) -> Self:
        """Those that can be answered on a day."""
        day = day or today()
        return self.filter(opens_on__lte=day, closes_on__gte=day, closed_at=None)

    def over(self, day: dt.date | None = None) -> Self:
        """Those that take no more answers, and never will."""
        return self.filter(Q(closes_on__lt=day or today()) | Q(closed_at__isnull=False))

    def listed(self) -> Self:
        """Those that stand in public lists: all but the evaluation of a single event, which who was there is asked."""
        return self.exclude(questionnaire__purpose=Purpose.EVALUATION)

    def of(self, purpose: str) -> Self:
        """Those of a purpose."""
        return self.filter(questionnaire__purpose=purpose)


class RemarkQuerySet(models.QuerySet[Any]):
    """Own words."""

    def waiting(self) -> Self:
        """Those that nobody has looked at."""
        return self.filter(state=RemarkState.WAITING)

    def public(self) -> Self:
        """Those that everybody may read."""
        return self.filter(state=RemarkState.PUBLISHED)
