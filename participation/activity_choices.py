"""Words of activities with outside participation: the values stand in the database, in addresses and in open data."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActivityKind(models.TextChoices):
    """How people take part."""

    FORUM = "forum", _("Community forum (prachakhom)")
    HEARING = "hearing", _("Public hearing")
    PLANNING = "planning", _("Planning together")
    COMMITTEE = "committee", _("Committee with people from outside")
    VOLUNTEER = "volunteer", _("Volunteer work")
    SITE_VISIT = "site-visit", _("Visit on site")
    MONITORING = "monitoring", _("Looking after the work together")
    PROJECT = "project", _("Project with partners")
    OTHER = "other", pgettext_lazy("activity", "Something else")


class ActivityState(models.TextChoices):
    """Where an activity stands. All but drafts are public; of what is withdrawn, only that it was."""

    DRAFT = "draft", pgettext_lazy("activity", "Draft")
    ANNOUNCED = "announced", pgettext_lazy("activity", "Announced")
    POSTPONED = "postponed", pgettext_lazy("activity", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("activity", "Cancelled")
    HELD = "held", pgettext_lazy("activity", "Held, result to come")
    COMPLETE = "complete", pgettext_lazy("activity", "Held, result published")
    WITHDRAWN = "withdrawn", pgettext_lazy("activity", "Withdrawn")


TO_COME = (ActivityState.ANNOUNCED, ActivityState.POSTPONED)
"""Of these nobody has said yet that they were held."""
WAS_HELD = (ActivityState.HELD, ActivityState.COMPLETE)
NEEDS_REASON = (ActivityState.POSTPONED, ActivityState.CANCELLED, ActivityState.WITHDRAWN)


class ActivityAct(models.TextChoices):
    """What is done with an activity: each makes a version that everybody can read."""

    ANNOUNCE = "announce", pgettext_lazy("activity", "Announce it")
    POSTPONE = "postpone", pgettext_lazy("activity", "Postpone it")
    CANCEL = "cancel", pgettext_lazy("activity", "Cancel it")
    HOLD = "hold", pgettext_lazy("activity", "Say that it was held")
    COMPLETE = "complete", pgettext_lazy("activity", "Publish its result")
    CORRECT = "correct", pgettext_lazy("activity", "Publish a correction")
    WITHDRAW = "withdraw", pgettext_lazy("activity", "Withdraw it")


@dataclass(frozen=True, slots=True)
class Group:
    """People from outside who take part. column: of their number, in the tables and in open data."""

    column: str
    name: str | Promise


GROUPS = (
    Group("citizens", pgettext_lazy("group", "Citizens")),
    Group("leaders", pgettext_lazy("group", "Community leaders")),
    Group("civil_society", pgettext_lazy("group", "Civil society, associations, volunteers")),
    Group("private_sector", pgettext_lazy("group", "Private sector, shops, companies")),
    Group("agencies", pgettext_lazy("group", "Other government agencies")),
    Group("schools", pgettext_lazy("group", "Schools, temples, religious bodies")),
    Group("experts", pgettext_lazy("group", "Experts and academics")),
    Group("others", pgettext_lazy("group", "Others from outside")),
)
"""In the order in which pages and documents name them. The municipality's own people are not counted."""
GROUP_COLUMNS = tuple(group.column for group in GROUPS)
MOST_PEOPLE = 1_000_000
"""Of one group in one activity."""
