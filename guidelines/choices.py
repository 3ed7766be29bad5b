"""Enumerations of guidelines."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEEP_GUIDELINES = "guidelines.keep_guidelines"
"""The permission of the office that keeps guidelines and trainings."""


class State(models.TextChoices):
    """Where a version is."""

    DRAFT = "draft", pgettext_lazy("guideline", "Draft")
    PUBLISHED = "published", pgettext_lazy("guideline", "Published")


class Readers(models.TextChoices):
    """Who may read a document."""

    PUBLIC = "public", _("Everybody")
    STAFF = "staff", _("Staff only")


class Audience(models.TextChoices):
    """Which of the staff must know a document."""

    ALL = "all", _("All of the staff")
    DIVISIONS = "divisions", _("Some divisions")
    NOBODY = "nobody", _("Nobody has to confirm it")
