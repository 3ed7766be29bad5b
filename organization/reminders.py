"""Reminders by e-mail: each app says in `<app>/reminders.py` for whom work waits, the portal sends one mail a day.

A mail says only that work waits, how much, and where: it passes through servers that everybody's post passes through.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import ngettext

from ita_portal.registry import Registry

from .models import SentReminder, User


@dataclass(frozen=True, slots=True)
class Reminder:
    """Work of one kind that waits for a person.

    text: what to do, translated lazily; no name, number or word of what it is about. path: where, below the portal's
    address. count: how many things.
    """

    user: User
    text: str | Promise
    path: str
    count: int = 1


ReminderSource = Callable[[dt.date], Iterable[Reminder]]
reminder_sources: Registry[ReminderSource] = Registry("reminder source")


@dataclass(slots=True)
class Sent:
    """What came of a run, in mails. before: sent already on that day. without_address: people who have no e-mail."""

    sent: int = 0
    before: int = 0
    failed: int = 0
    without_address: int = 0


def send_due(day: dt.date) -> Sent:
    """Send every reminder of `day` that was not sent yet: one mail a person."""
    waiting: dict[int, list[Reminder]] = {}
    for source in reminder_sources:
        for reminder in source(day):
            waiting.setdefault(reminder.user.pk, []).append(reminder)
    done = Sent()
    for reminders in waiting.values():
        _send(reminders, day, done)
    return done


def _send(reminders: list[Reminder], day: dt.date, done: Sent) -> None:
    """One mail. The day is claimed and the mail sent in one transaction.

    Whoever comes second waits at the unique constraint until the first has sent it. Where sending fails the claim is
    rolled back with it, and the next run tries again. (Should the machine die between the two, a mail comes twice:
    better than never.)
    """
    user = reminders[0].user
    if not user.is_active:
        return
    if not user.email:
        done.without_address += 1
        return
    try:
        with transaction.atomic():
            claim = SentReminder(user=user, day=day)
            SentReminder.objects.bulk_create([claim], ignore_conflicts=True)
            if not SentReminder.objects.filter(user=user, day=day, token=claim.token).exists():
                done.before += 1
                return
            mail(reminders).send()
    except (OSError, smtplib.SMTPException, ValueError):  # ValueError: an address that no mail can have
        done.failed += 1
    else:
        done.sent += 1


def mail(reminders: list[Reminder]) -> EmailMessage:
    """One person's mail, in Thai and in English."""
    total = sum(reminder.count for reminder in reminders)
    parts, subjects = [], []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subjects.append(
                ngettext("%(count)d thing waits for you", "%(count)d things wait for you", total) % {"count": total}
            )
            lines = [f"- {reminder.text}\n  {settings.PORTAL_URL}{reminder.path}" for reminder in reminders]
            parts.append(subjects[-1] + ":\n\n" + "\n".join(lines))
    return EmailMessage(" / ".join(subjects), "\n\n".join(parts) + "\n", to=[reminders[0].user.email])
