"""Enumerations of the assessment's result."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ResultState(models.TextChoices):
    """Whether everybody reads it."""

    DRAFT = "draft", pgettext_lazy("result of the assessment", "Draft")
    PUBLISHED = "published", pgettext_lazy("result of the assessment", "Published")


class Mark(models.TextChoices):
    """How sure a wording is. What is neither found nor from the office is shown with a note to check the handbook."""

    FOUND = "found", _("found in a published source")
    COMMON = "common", _("known in the field, not checked again")
    UNVERIFIED = "unverified", _("not verified")
    OFFICE = "office", _("as the office entered it")

    @property
    def is_sure(self) -> bool:
        """Whether it may be shown as official without a note."""
        return self in (Mark.FOUND, Mark.OFFICE)


class Answers(models.TextChoices):
    """How a question is answered, and so what its answers are worth (`scoring.level_value`, `scoring.yes_no_value`)."""

    LEVELS = "levels", _("four levels")
    REVERSED = "reversed", _("four levels, the least is best")
    YES_IS_GOOD = "yes_is_good", _("yes or no, yes is good")
    YES_IS_BAD = "yes_is_bad", _("yes or no, yes is bad")
    DISCLOSURE = "disclosure", _("disclosed or not")
