"""Whom the budget reminds by mail: budget officers, where something that the public waits for is missing.

A mail says only what kind of work waits and where. Days are days in Bangkok: the command says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organization.models import User
from organization.reminders import Reminder, reminder_sources

from .models import Comment
from .querysets import KEEP_BUDGET
from .tasks import LATE_DAYS, STATEMENT_DAYS, old_drafts, plan_missing, quarter_before, statement_due, summary_due

EVERY_DAYS = 7
"""How often the same thing is said again."""


def _path(name: str) -> str:
    with translation.override("th"):
        return reverse(f"budget:{name}")


def _waiting(day: dt.date) -> Iterator[tuple[int, str | Promise, str]]:
    """What waits on this day: how many, in which words, where. What lasts is said once a week."""
    desk = _path("desk")
    since = (day - quarter_before(day).end).days
    if since >= STATEMENT_DAYS and (since - STATEMENT_DAYS) % EVERY_DAYS == 0 and statement_due(day) is not None:
        words = (
            _("What was spent in the last quarter is not published, and it is late.")
            if since > LATE_DAYS
            else _("What was spent in the last quarter is not published yet.")
        )
        yield 1, words, desk
    if day.day % EVERY_DAYS == 1 and summary_due(day) is not None:
        yield 1, _("The purchases of last month are not published yet."), desk
    if day.weekday() == 0:
        if plan_missing(day) is not None:
            yield 1, _("The fiscal year has begun, and its budget is not published."), desk
        if drafts := old_drafts(day):
            yield drafts, _("Drafts of the budget have been open for more than a week."), desk
    if waiting := Comment.objects.waiting().count():
        yield waiting, _("Questions and opinions about the budget wait to be looked at."), _path("comments_desk")
    if unanswered := Comment.objects.unanswered().count():
        yield unanswered, _("Questions about the budget wait for an answer."), _path("comments_desk")


def officers(day: dt.date) -> Iterator[Reminder]:
    """Budget officers, about everything that waits."""
    waiting = list(_waiting(day))
    if not waiting:
        return
    may = Q(groups__permissions__codename="keep_budget") | Q(user_permissions__codename="keep_budget")
    for user in User.objects.filter(may, is_active=True).distinct():
        if user.has_perm(KEEP_BUDGET):
            for count, words, path in waiting:
                yield Reminder(user, words, path, count)


reminder_sources.register("budget.officers", officers)
