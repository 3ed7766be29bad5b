"""Enumerations of guidelines, and what the code knows by name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEEP_GUIDELINES = "guidelines.keep_guidelines"
"""The permission of the office that keeps guidelines and trainings."""
ASSET_MANUAL, ETHICS, COMPLAINTS, BUDGET = "asset-manual", "code-of-ethics", "corruption-complaints", "budget-plan"
"""Slugs of the documents that every portal has; indicators know them by these."""


class State(models.TextChoices):
    """Where a version is."""

    DRAFT = "draft", pgettext_lazy("guideline", "Draft")
    PUBLISHED = "published", pgettext_lazy("guideline", "Published")


class Readers(models.TextChoices):
    """Who may read a document."""

    PUBLIC = "public", _("Everybody")
    STAFF = "staff", _("Staff only")


class Audience(models.TextChoices):
    """Who of the staff must know a document and confirms it."""

    ALL = "all", _("All of the staff")
    DIVISIONS = "divisions", _("The staff of some divisions")
    NOBODY = "nobody", _("Nobody has to confirm it")
