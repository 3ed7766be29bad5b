"""The log of what was done: added to, never changed, each entry chained to the one before."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import Act, State


class CaseLogEntry(models.Model):
    """One act. `digest` covers the entry and the digest of the one before; `complaints.log` writes and checks it.

    case: the case's identifier, also after it was destroyed. day: in Asia/Bangkok. at: the moment of an officer's
    act; of a reporter's the day alone is kept. by: the officer's user, none for the reporter and the portal.
    detail: a code of an enumeration or a user's number, never a word of a complaint. content: digest of the sealed
    part that the act added.
    """

    number = models.BigIntegerField(primary_key=True)
    case = models.UUIDField(null=True, db_index=True)
    day = models.DateField()
    at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=20, choices=Act.choices)
    state_before = models.CharField(max_length=12, choices=State.choices, blank=True)
    state_after = models.CharField(max_length=12, choices=State.choices, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        triggers = [pgtrigger.Protect(name="log_only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.act}"


class LogHead(models.Model):
    """The end of the chain: exactly one row. Locked by whoever adds an entry, until their transaction ends."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="log_head_only_one",
                violation_error_message=_("The log has exactly one end."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"log at {self.number}"
