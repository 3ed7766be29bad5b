"""Named questions to the tables of trainings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from ita_portal.fiscal import FiscalYear

from .choices import KEEP_GUIDELINES as KEEP
from .trainings_choices import PUBLIC_STATES, TrainingState

if TYPE_CHECKING:
    from organization.models import User


class TrainingQuerySet(models.QuerySet[Any]):
    """Trainings."""

    def public(self) -> TrainingQuerySet:
        """What everybody may know of."""
        return self.filter(state__in=PUBLIC_STATES)

    def of_year(self, year: FiscalYear) -> TrainingQuerySet:
        """Those that begin in a fiscal year."""
        return self.filter(first_day__range=(year.start, year.end))

    def for_person(self, user: User) -> TrainingQuerySet:
        """Those that are meant for somebody."""
        through = self.model.divisions.through.objects.filter(training=OuterRef("pk"), division=user.division_id)
        return self.filter(Q(for_all=True) | Exists(through))

    def visible_to(self, user: User) -> TrainingQuerySet:
        """What a person may open: for organisers all; else what is meant for them, or where they are on the list."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm(KEEP):
            return self
        enrolments = self.model._meta.get_field("enrolments").related_model.objects
        meant = self.for_person(user).values("pk")
        listed = enrolments.filter(user=user).values("training")
        return self.exclude(state=TrainingState.DRAFT).filter(Q(pk__in=meant) | Q(pk__in=listed))

    def to_come(self, day: dt.date) -> TrainingQuerySet:
        """Announced, and not over on a day."""
        return self.filter(state=TrainingState.ANNOUNCED, last_day__gte=day)

    def open_to_enrol(self, day: dt.date) -> TrainingQuerySet:
        """Announced, and enrolment has not ended."""
        return self.to_come(day).filter(enrol_until__gte=day)

    def with_seats(self) -> TrainingQuerySet:
        """Each with `seated` and `waiting`: how many have a seat, how many wait for one."""
        return self.annotate(
            seated=Count("enrolments", filter=Q(enrolments__waiting=False)),
            queued=Count("enrolments", filter=Q(enrolments__waiting=True)),
        )
