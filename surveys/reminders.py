"""Whom the surveys remind by mail: those who keep them, once a week."""

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

from .models import Remark
from .querysets import KEEP_SURVEYS
from .tasks import missing, quiet

MONDAY = 0


def _waiting(day: dt.date) -> Iterator[tuple[int, str | Promise, str]]:
    with translation.override("th"):
        desk, words = reverse("surveys:desk"), reverse("surveys:remarks")
    if waiting := Remark.objects.waiting().count():
        yield waiting, _("What people wrote in surveys waits to be looked at."), words
    if few := quiet(day):
        yield len(few), _("The survey of the quarter ends soon and has few answers."), desk
    if found := missing(day):
        yield len(found), _("A survey of this quarter is missing."), desk


def keepers(day: dt.date) -> Iterator[Reminder]:
    """Those who keep the surveys, on Mondays."""
    waiting = list(_waiting(day)) if day.weekday() == MONDAY else []
    if not waiting:
        return
    may = Q(groups__permissions__codename="keep_surveys") | Q(user_permissions__codename="keep_surveys")
    for user in User.objects.filter(may, is_active=True).distinct():
        if user.has_perm(KEEP_SURVEYS):
            for count, words, path in waiting:
                yield Reminder(user, words, path, count)


reminder_sources.register("surveys", keepers)
