"""Whom documents remind by mail: on Mondays everybody of the staff who has something to read and confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from organization.models import User
from organization.reminders import Reminder, reminder_sources

from . import reminders_trainings  # noqa: F401 - registers
from .desk_reading import people_and_documents

MONDAY = 0


def readers(day: dt.date) -> Iterator[Reminder]:
    """Everybody with what waits for them, once a week. A fixed number of queries."""
    if day.weekday() != MONDAY:
        return
    waiting: dict[int, tuple[User, int]] = {}
    for one in people_and_documents(missing_only=True):
        _person, count = waiting.get(one.person.pk, (one.person, 0))
        waiting[one.person.pk] = (one.person, count + 1)
    with translation.override("th"):
        path = reverse("guidelines:mine")
    for person, count in waiting.values():
        yield Reminder(person, _("Documents that staff must know wait to be read and confirmed."), path, count)


reminder_sources.register("guidelines.readers", readers)
