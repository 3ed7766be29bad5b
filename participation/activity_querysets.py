"""Named questions to the tables of activities. What the public sees goes through `public` here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from organization.models import User

from .activity_choices import TO_COME, ActivityState
from .permissions import KEEP_PARTICIPATION

WRITE_ACTIVITIES = "participation.write_activities"
"""Of a division's people: the activities of their own division."""


def _to_come(day: dt.date) -> Q:
    return Q(state__in=TO_COME, ends_on__gte=day) | Q(state=ActivityState.POSTPONED)


class ActivityQuerySet(models.QuerySet[Any]):
    """Activities as they are worked on."""

    def visible_to(self, user: User) -> ActivityQuerySet:
        """Those whose desk `user` may open: every one, or those of their own division."""
        if user.has_perm(KEEP_PARTICIPATION):
            return self.all()
        if user.has_perm(WRITE_ACTIVITIES) and user.division_id:
            return self.filter(division=user.division_id)
        return self.none()

    def unsaid(self, day: dt.date) -> ActivityQuerySet:
        """Announced for days that are over, and nobody has said yet what became of them."""
        return self.filter(state=ActivityState.ANNOUNCED, ends_on__lt=day)

    def without_result(self, day: dt.date, days: int) -> ActivityQuerySet:
        """Held at least so many days ago, and the result is not public."""
        return self.filter(state=ActivityState.HELD, ends_on__lte=day - dt.timedelta(days=days))


class ActivityVersionQuerySet(models.QuerySet[Any]):
    """What was published of activities."""

    def current(self) -> ActivityVersionQuerySet:
        """What is in force, also where that is a withdrawal."""
        return self.filter(is_current=True)

    def public(self) -> ActivityVersionQuerySet:
        """What everybody may read now."""
        return self.filter(is_current=True).exclude(state=ActivityState.WITHDRAWN)

    def complete(self) -> ActivityVersionQuerySet:
        """Those with all four elements."""
        return self.filter(state=ActivityState.COMPLETE)

    def upcoming(self, day: dt.date) -> ActivityVersionQuerySet:
        """What is still to come or goes on, and what was postponed without saying until when."""
        return self.filter(_to_come(day))

    def not_upcoming(self, day: dt.date) -> ActivityVersionQuerySet:
        """All others: what was held, what is over, what was cancelled."""
        return self.exclude(_to_come(day))

    def of_year(self, year: FiscalYear) -> ActivityVersionQuerySet:
        """Those that began in a fiscal year."""
        return self.filter(starts_on__range=(year.start, year.end))

    def of_quarter(self, quarter: FiscalQuarter) -> ActivityVersionQuerySet:
        """Those that began in a quarter."""
        return self.filter(starts_on__range=(quarter.start, quarter.end))

    def on_days(self, first: dt.date, last: dt.date) -> ActivityVersionQuerySet:
        """Those with a day from `first` to `last`."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class FileQuerySet(models.QuerySet[Any]):
    """Photos or documents."""

    def kept(self) -> FileQuerySet:
        """Those that were not taken away again."""
        return self.filter(removed_at=None)

    def public(self) -> FileQuerySet:
        """Those that everybody may open now."""
        return self.kept().filter(published_in__isnull=False).exclude(activity__state=ActivityState.WITHDRAWN)
