"""Whom letters remind by mail: the people of the division, when an answer is due soon or overdue; the plan office,
when letters are with nobody.

A mail says only how many wait and where. It comes when the day is near, on the day, the day after, and then weekly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from organization.models import User
from organization.reminders import Reminder, reminder_sources

from .choices import LetterState
from .models import Letter, ParticipationSettings
from .permissions import ANSWER_LETTERS, KEEP_PARTICIPATION

EVERY_DAYS = 7
"""How often the same lateness is said again."""
_NEAR, _LATE = _("Letters of citizens are to be answered soon."), _("Letters of citizens are not answered in time.")
_WITH_NOBODY = _("Letters of citizens wait to be given to a division.")


def _desk(query: str) -> str:
    with translation.override("th"):
        return f"{reverse('participation:desk')}?{query}"


def _due_days(day: dt.date, near_days: int) -> tuple[list[dt.date], list[dt.date]]:
    """Days of answers of which is spoken on `day`: near ones, and late ones (for a year)."""
    near = [day + dt.timedelta(days=number) for number in sorted({0, near_days})]
    late = [day - dt.timedelta(days=1 + EVERY_DAYS * number) for number in range(53)]
    return near, late


def divisions(day: dt.date) -> Iterator[Reminder]:
    """People of the divisions with which letters are. Two queries where something is due, else one."""
    near, late = _due_days(day, ParticipationSettings.current().near_days)
    rows = (
        Letter.objects.filter(state=LetterState.WITH_DIVISION, next_due_on__in=[*near, *late])
        .order_by()
        .values_list("division")
        .annotate(near=Count("pk", filter=Q(next_due_on__in=near)), late=Count("pk", filter=Q(next_due_on__in=late)))
    )
    counts = {division: (soon, overdue) for division, soon, overdue in rows}
    if not counts:
        return
    for user in _people(ANSWER_LETTERS).filter(division__in=counts):
        if not user.has_perm(ANSWER_LETTERS):
            continue
        soon, overdue = counts.get(user.division_id, (0, 0))
        if overdue:
            yield Reminder(user, _LATE, _desk("late=late"), overdue)
        if soon:
            yield Reminder(user, _NEAR, _desk("late=near"), soon)


def office(day: dt.date) -> Iterator[Reminder]:
    """The plan office, about letters that were with nobody when the day began. At most three queries."""
    waiting = Letter.objects.filter(state=LetterState.RECEIVED, sent_at__date__lt=day).count()
    if not waiting:
        return
    for user in _people(KEEP_PARTICIPATION):
        if user.has_perm(KEEP_PARTICIPATION):
            yield Reminder(user, _WITH_NOBODY, _desk("state=received"), waiting)


def _people(permission: str) -> QuerySet[User]:
    codename = permission.partition(".")[2]
    may = Q(groups__permissions__codename=codename) | Q(user_permissions__codename=codename)
    return User.objects.filter(may, is_active=True).distinct()


reminder_sources.register("participation.letters.divisions", divisions)
reminder_sources.register("participation.letters.office", office)
