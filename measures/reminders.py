"""Whom the plan reminds before a quarter ends, and once after it: each of what is theirs, and of nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter
from organization.models import User
from organization.reminders import Reminder, reminder_sources
from organization.tasks import tasks_of_people

BEFORE = (14, 3)
"""Days before the end of a quarter on which people are reminded."""
AFTER = 3
"""Days after its end on which those are reminded once more for whom something still waits."""
_DAY = dt.timedelta(days=1)


def occasion(day: dt.date) -> tuple[FiscalQuarter, str | Promise] | None:
    """The quarter of which people are reminded on `day`, and in which words; None on other days."""
    running = FiscalQuarter.of(day)
    if (running.end - day).days in BEFORE:
        return running, _("Finish what is yours before the quarter ends")
    before = FiscalQuarter.of(running.start - _DAY)
    if (day - before.end).days == AFTER:
        return before, _("The quarter is over: finish what is still yours")
    return None


def people_with_work(day: dt.date) -> Iterator[Reminder]:
    """One reminder for everybody for whom something waits; how many kinds of work, not which."""
    found = occasion(day)
    if found is None:
        return
    _quarter, text = found
    with translation.override("th"):
        path = reverse("staff_quarter")
    people = list(User.objects.filter(is_active=True).select_related("division").order_by("pk"))
    waiting = tasks_of_people(people, confidential=True)
    for person in people:
        if waiting[person.pk]:
            yield Reminder(person, text, path, len(waiting[person.pk]))


reminder_sources.register("measures", people_with_work)
