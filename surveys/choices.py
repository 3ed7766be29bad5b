"""Enumerations of the surveys."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a questionnaire is for."""

    SATISFACTION = "satisfaction", _("Satisfaction of those who were served")
    PRACTICE_IIT = "practice_iit", _("Practice of the assessment: staff (IIT)")
    PRACTICE_EIT = "practice_eit", _("Practice of the assessment: visitors (EIT)")
    EVALUATION = "evaluation", _("Evaluation of something that was held")


class Kind(models.TextChoices):
    """How a question is answered."""

    LEVELS = "levels", _("Four levels")
    YES_NO = "yes_no", _("Yes or no")
    TEXT = "text", _("Own words")


class Way(models.TextChoices):
    """How an answer came in. Reported apart: a link that everybody has cannot promise one answer a person."""

    OPEN_LINK = "open_link", _("By the open link or QR code")
    SINGLE_USE = "single_use", _("With a single-use code")


class State(models.TextChoices):
    """Of a version of a questionnaire."""

    DRAFT = "draft", pgettext_lazy("questionnaire", "Draft")
    PUBLISHED = "published", pgettext_lazy("questionnaire", "In use")


class RemarkState(models.TextChoices):
    """Whether own words may be read by everybody."""

    WAITING = "waiting", _("Waits to be looked at")
    PUBLISHED = "published", pgettext_lazy("remark", "Published")
    REFUSED = "refused", pgettext_lazy("remark", "Not published")


LEVELS = 4
"""Choices of `Kind.LEVELS`, from the least (0) to the most (3). `Kind.YES_NO` has 0 for no and 1 for yes."""
