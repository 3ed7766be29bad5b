"""Named questions to the tables of letters. What the public sees goes through `published` here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from organization.models import User

from .choices import LetterState, Publication
from .permissions import ANSWER_LETTERS, KEEP_PARTICIPATION

OPEN_STATES = (LetterState.RECEIVED, LetterState.WITH_DIVISION)
"""Somebody waits for an answer."""


class LetterQuerySet(models.QuerySet[Any]):
    """Letters of citizens."""

    def visible_to(self, user: User) -> LetterQuerySet:
        """Everything for the plan office; for people of a division what is with it; nothing for everybody else."""
        if user.has_perm(KEEP_PARTICIPATION):
            return self
        if user.division_id is None or not user.has_perm(ANSWER_LETTERS):
            return self.none()
        return self.filter(division=user.division_id)

    def open(self) -> LetterQuerySet:
        """Those that wait for an answer."""
        return self.filter(state__in=OPEN_STATES)

    def late(self, day: dt.date) -> LetterQuerySet:
        """Open ones whose day has passed."""
        return self.open().filter(next_due_on__lt=day)

    def near(self, day: dt.date, days: int) -> LetterQuerySet:
        """Open ones that are due today or within `days`."""
        return self.open().filter(next_due_on__range=(day, day + dt.timedelta(days=days)))

    def published(self) -> LetterQuerySet:
        """Those that everybody may read, with their answer."""
        return self.filter(publication=Publication.PUBLISHED)

    def to_decide(self) -> LetterQuerySet:
        """Answered ones whose senders allow publication, of which nobody has decided, or whose answer has changed."""
        answered = Q(state__in=(LetterState.ANSWERED, LetterState.CLOSED), consent=True, forgotten_at=None)
        return self.filter(answered & (Q(publication=Publication.UNDECIDED) | Q(is_behind=True)))
