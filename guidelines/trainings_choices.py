"""Enumerations of trainings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What a training is about. The ethics training of issue area 6 is one of `ethics`."""

    ETHICS = "ethics", _("Ethics and code of conduct")
    ASSETS = "assets", _("Use of public assets")
    BUDGET = "budget", _("Budget and procurement")
    COMPLAINTS = "complaints", _("Complaints and protection of who reports")
    ASSESSMENT = "assessment", _("The integrity and transparency assessment")
    SERVICE = "service", _("Service to the public")
    OTHER = "other", pgettext_lazy("training", "Another topic")


class TrainingState(models.TextChoices):
    """Where a training stands. `MOVES` says what follows what."""

    DRAFT = "draft", pgettext_lazy("training", "Draft")
    ANNOUNCED = "announced", pgettext_lazy("training", "Announced")
    HELD = "held", pgettext_lazy("training", "Held")
    CLOSED = "closed", pgettext_lazy("training", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("training", "Cancelled")


MOVES: dict[TrainingState, tuple[TrainingState, ...]] = {
    TrainingState.DRAFT: (TrainingState.ANNOUNCED,),
    TrainingState.ANNOUNCED: (TrainingState.HELD, TrainingState.CANCELLED),
    TrainingState.HELD: (TrainingState.CLOSED,),
    TrainingState.CLOSED: (),
    TrainingState.CANCELLED: (),
}
"""What may follow a state. A trigger holds it, too."""

PUBLIC_STATES = (TrainingState.ANNOUNCED, TrainingState.HELD, TrainingState.CLOSED)
"""What everybody may know of: neither drafts nor what was cancelled."""
OPEN_STATES = (TrainingState.ANNOUNCED, TrainingState.HELD)
"""In which people and their attendance are entered."""


class Way(models.TextChoices):
    """How it is known that somebody was there."""

    CODE = "code", pgettext_lazy("attendance", "Code scanned")
    TICKED = "ticked", pgettext_lazy("attendance", "Ticked by the organiser")


class Moment(models.TextChoices):
    """When a test is taken."""

    BEFORE = "before", pgettext_lazy("test", "Before the training")
    AFTER = "after", pgettext_lazy("test", "After the training")
