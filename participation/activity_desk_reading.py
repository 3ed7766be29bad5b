"""What the desk shows of activities: piles, what is missing, what is still to be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ita_portal.keyset import Keyset
from organization.models import User

from .activity_choices import ActivityState
from .activity_elements import Element, elements_of
from .activity_querysets import ActivityQuerySet
from .activity_reading import days_in_words
from .models import Activity, ActivityVersion
from .services.activities import changed_words

ORDER: Keyset[Activity] = Keyset(Activity, "-starts_on", "-pk")
PAGE = 25
RESULT_DAYS = 7
"""After how many days the result of an activity is asked for."""
LATE_DAYS = 30
"""From when it counts as late."""

PILES: Mapping[str, str | Promise] = {
    "todo": pgettext_lazy("activities", "To do"),
    "drafts": pgettext_lazy("activities", "Drafts"),
    "public": pgettext_lazy("activities", "Public"),
    "ended": pgettext_lazy("activities", "Cancelled or withdrawn"),
    "all": pgettext_lazy("activities", "All"),
}


def pile(name: str, user: User, day: dt.date) -> ActivityQuerySet:
    """The activities of a pile that `user` may see."""
    rows = Activity.objects.visible_to(user)
    if name == "todo":
        return rows.filter(todo(day))
    if name == "drafts":
        return rows.filter(state=ActivityState.DRAFT)
    if name == "public":
        ended = (ActivityState.DRAFT, ActivityState.CANCELLED, ActivityState.WITHDRAWN)
        return rows.exclude(state__in=ended)
    if name == "ended":
        return rows.filter(state__in=(ActivityState.CANCELLED, ActivityState.WITHDRAWN))
    return rows


def todo(day: dt.date) -> Q:
    """Drafts; what is over and nobody said what became of it; what was held and has no result; what is postponed."""
    return (
        Q(state__in=(ActivityState.DRAFT, ActivityState.HELD, ActivityState.POSTPONED))
        | Q(state=ActivityState.ANNOUNCED, ends_on__lt=day)
    )  # fmt: skip


def counts(user: User, day: dt.date) -> dict[str, int]:
    """How many each pile has. Five small queries."""
    return {name: pile(name, user, day).count() for name in PILES}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """An activity at the desk. changed: names of words that are not public yet."""

    activity: Activity
    days: str
    icon: str
    elements: Sequence[Element]
    missing: int
    changed: Sequence[str]
    is_late: bool

    @property
    def is_over(self) -> bool:
        """Whether somebody should say what became of it."""
        return self.activity.state == ActivityState.ANNOUNCED and self.icon == "awaiting"


_ICONS: Mapping[str, str] = {
    ActivityState.DRAFT: "not_started", ActivityState.ANNOUNCED: "upcoming", ActivityState.POSTPONED: "delayed",
    ActivityState.CANCELLED: "not_done", ActivityState.HELD: "awaiting", ActivityState.COMPLETE: "done",
    ActivityState.WITHDRAWN: "outside",
}  # fmt: skip


def desk_rows(rows: Iterable[Activity], day: dt.date) -> list[DeskRow]:
    """Rows as they are shown. One query."""
    found = list(rows)
    versions: dict[Any, ActivityVersion] = {
        version.activity_id: version for version in ActivityVersion.objects.current().filter(activity__in=found)
    }
    return [_row(activity, versions.get(activity.pk), day) for activity in found]


def _row(activity: Activity, version: ActivityVersion | None, day: dt.date) -> DeskRow:
    elements = elements_of(activity)
    over = activity.ends_on < day
    icon = "awaiting" if activity.state == ActivityState.ANNOUNCED and over else _ICONS[activity.state]
    late = activity.state in (ActivityState.HELD, ActivityState.ANNOUNCED) and (day - activity.ends_on).days > LATE_DAYS
    return DeskRow(
        activity, days_in_words(activity, short=True), icon, elements,
        sum(not element.is_there for element in elements), changed_words(activity, version), late,
    )  # fmt: skip
