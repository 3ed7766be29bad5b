"""What the channel's page tells of the municipality's rules: who reads, until when, since when the rules are so."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.db.models import Max
from django.utils.translation import ngettext

from ita_portal.fiscal import BANGKOK, today

from .models import ChannelSettings, Officer

WRITTEN_ON = dt.date(2026, 11, 23)
"""The day on which the words of the guideline (`templates/complaints/channel.html`) were last changed."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who receives complaints now. posts: of the municipality's officers with their number, in order of name."""

    posts: list[tuple[str, int]]
    inside: int
    outside: int

    @property
    def is_open(self) -> bool:
        """Whether anybody receives complaints: else the form is not offered."""
        return bool(self.inside or self.outside)


def readers() -> Readers:
    """Those to whom new complaints are sealed. One query."""
    officers = list(Officer.objects.receiving().select_related("user__division"))
    inside = [officer for officer in officers if not officer.is_external]
    posts = Counter(_post(officer) for officer in inside)
    return Readers(sorted(posts.items()), len(inside), len(officers) - len(inside))


def _post(officer: Officer) -> str:
    """The post and the division: who reads is told by office, not by name."""
    division = officer.user.division.name if officer.user.division else ""
    return " ".join(filter(None, [officer.user.position, division]))


def changed_on() -> dt.date:
    """The last day on which the guideline's words, its settings or those who read changed. Two queries."""
    officers = Officer.objects.aggregate(joined=Max("joined_on"), left=Max("left_on"))
    settings = LogEntry.objects.filter(
        content_type__app_label=ChannelSettings._meta.app_label,
        content_type__model=ChannelSettings._meta.model_name,
    ).aggregate(at=Max("action_time"))["at"]
    days = [WRITTEN_ON, officers["joined"], officers["left"], settings and settings.astimezone(BANGKOK).date()]
    return min(max(day for day in days if day is not None), today())


def answer_limit(rules: ChannelSettings) -> str:
    """`within 15 days`, `within 15 working days`."""
    if rules.only_working_days:
        words = ngettext("within %(days)d working day", "within %(days)d working days", rules.answer_days)
    else:
        words = ngettext("within %(days)d day", "within %(days)d days", rules.answer_days)
    return words % {"days": rules.answer_days}


def long_time(months: int) -> str:
    """`10 years`, `18 months`."""
    if months % 12:
        return ngettext("%(months)d month", "%(months)d months", months) % {"months": months}
    years = months // 12
    return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
