"""Whom the channel reminds: officers with complaints that are new, due soon, overdue or with news of the reporter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from organization.reminders import Reminder, reminder_sources

from .choices import FINISHED, State
from .models import Case, ChannelSettings, Officer


def officers_with_work(day: dt.date) -> Iterator[Reminder]:
    """One reminder for each officer whose desk has something that waits on `day`."""
    soon = day + dt.timedelta(days=ChannelSettings.current().warn_days)
    owed = Q(answered_on=None, due_on__lte=soon) & ~Q(state__in=FINISHED)
    waits = Q(state=State.RECEIVED) | Q(has_news=True) | owed
    with translation.override("th"):
        path = reverse("complaints:desk")
    for officer in Officer.objects.receiving().select_related("user"):
        count = Case.objects.visible_to(officer.user).filter(waits).count()
        if count:
            # Not a word of what waits: a mail is read by more people than the one it is for.
            yield Reminder(officer.user, _("Open your desk in the portal"), path, count)


reminder_sources.register("complaints", officers_with_work)
