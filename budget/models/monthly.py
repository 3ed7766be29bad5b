"""What everything that is told of a month has in common: drafted, published as a version, corrected by the next."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import State


class Monthly(models.Model):
    """A version of what is told of a fiscal month (1 is October). edits: how often the draft was changed."""

    number = models.PositiveSmallIntegerField(_("version"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    is_current = models.BooleanField(_("in force"), default=False, editable=False)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    edits = models.PositiveIntegerField(default=0, editable=False)
    form_mark = models.CharField(max_length=80, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        """Whether it is still worked on."""
        return self.state == State.DRAFT
