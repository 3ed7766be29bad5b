"""What a count says: how far it is, what was found, its lists and its days; for pages and for the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from ita_portal.fiscal import BANGKOK, today
from organization.models import Division, User

from .availability import DAY
from .choices import CountResult
from .models import Counter, CountItem, CountSession, LoanLine, Surprise
from .querysets import CountItemQuerySet
from .services.counts import appointed_in_time, first_day

PAGE = 50
LISTS: dict[str, Q] = {
    "missing": Q(result=CountResult.MISSING),
    "damaged": Q(damaged__gt=0),
    "wrong_place": Q(result=CountResult.WRONG_PLACE),
    "on_loan": Q(result=CountResult.FOUND) & ~Q(found_place=""),
    "pending": Q(result=CountResult.PENDING),
}
"""The lists of a count's entries by name; unexpected finds are a list of their own. on_loan: what nobody saw all of,
as it was with a borrower; no counter writes a place at what is found where it should be, only the close does."""


@dataclass(slots=True)
class Tally:
    """How many numbers of the register were expected of a division, and what became of them.

    damaged: of those that were found, some piece cannot be used. on_loan: of those that were found, some piece was not
    seen, as it was with a borrower when the count was closed. unexpected: finds that were not on the list; those
    of no known division stand in the row without one.
    """

    division: Division | None = None
    expected: int = 0
    pending: int = 0
    found: int = 0
    wrong_place: int = 0
    missing: int = 0
    damaged: int = 0
    on_loan: int = 0
    unexpected: int = 0

    @property
    def counted(self) -> int:
        """What has an entry."""
        return self.expected - self.pending

    @property
    def percent(self) -> int:
        """How much of it was counted; 100 only where nothing is left."""
        return 100 if not self.pending else min(99, self.counted * 100 // self.expected)

    def add(self, other: Tally) -> None:
        """Take another's numbers in."""
        for name in ("expected", "pending", "found", "wrong_place", "missing", "damaged", "on_loan", "unexpected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Summary:
    """A count by division, in the municipality's order, and all together."""

    rows: list[Tally]
    total: Tally


def summary_of(session: CountSession) -> Summary:
    """What was found, by division. Three queries, whatever the size."""
    tallies: dict[int | None, Tally] = {}
    grouped = CountItem.objects.filter(session=session).order_by().values_list("division", "result")
    for division, result, number, damaged, lent in grouped.annotate(
        number=Count("pk"), unusable=Count("pk", filter=Q(damaged__gt=0)), lent=Count("pk", filter=LISTS["on_loan"])
    ):
        tally = tallies.setdefault(division, Tally())
        tally.expected += number
        tally.damaged += damaged
        tally.on_loan += lent
        setattr(tally, result, getattr(tally, result) + number)
    surprises = Surprise.objects.filter(session=session).order_by().values_list("asset__division")
    for division, number in surprises.annotate(number=Count("pk")):
        tallies.setdefault(division, Tally()).unexpected = number
    return _summary(tallies)


def progress_of(session: CountSession) -> Summary:
    """How far each division is, from an index alone. Two queries."""
    tallies: dict[int | None, Tally] = {}
    grouped = CountItem.objects.filter(session=session).order_by().values_list("division", "result")
    for division, result, number in grouped.annotate(number=Count("pk")):
        tally = tallies.setdefault(division, Tally())
        tally.expected += number
        setattr(tally, result, number)
    return _summary(tallies)


def _summary(tallies: dict[int | None, Tally]) -> Summary:
    total = Tally()
    for division in Division.objects.filter(pk__in=[pk for pk in tallies if pk]):
        tallies[division.pk].division = division
    for tally in tallies.values():
        total.add(tally)
    last = 10**6
    rows = sorted(tallies.values(), key=lambda tally: tally.division.order if tally.division else last)
    return Summary(rows, total)


def entries(session: CountSession, name: str, division: int | None = None) -> CountItemQuerySet:
    """One of `LISTS` with what its rows show, in the order of the numbers when the count was opened."""
    found = CountItem.objects.filter(LISTS[name], session=session).order_by("pk")
    if division:
        found = found.filter(division_id=division)
    return found.select_related("asset__custodian", "division", "counted_by")


def left_on_loan(session: CountSession) -> int:
    """How many of the entries that are left are wholly with borrowers now: at the close they are present. One query."""
    left = CountItem.objects.filter(session=session, asset__lines__held__gt=0, asset__lines__out__gt=0).pending()
    return left.alias(out=Sum("asset__lines__out")).filter(out__gte=F("expected")).count()


def on_loan(items: Iterable[CountItem]) -> dict[int, dt.date]:
    """Of these entries' assets those of which pieces are on loan now, with the day of return. One query."""
    rows = LoanLine.objects.holding().filter(asset_id__in=[item.asset_id for item in items], out__gt=0)
    found: dict[int, dt.date] = {}
    for asset, during in rows.values_list("asset_id", "during"):
        due = during.upper - DAY
        found[asset] = max(due, found.get(asset, due))
    return found


@dataclass(frozen=True)
class Days:
    """The days that clause 213 sets, and whether they were kept."""

    session: CountSession

    @cached_property
    def begins_as_the_rule_says(self) -> bool:
        """Whether it begins on the first working day of the next fiscal year."""
        return self.session.start_on == first_day(self.session.year)

    @property
    def appointed_in_time(self) -> bool:
        """Whether the counters were appointed in the last month of the fiscal year."""
        return appointed_in_time(self.session)

    @property
    def opened_on(self) -> dt.date | None:
        """The day on which it was opened."""
        return _day(self.session.opened_at)

    @property
    def reported_on(self) -> dt.date | None:
        """The day on which the committee closed it."""
        return _day(self.session.closed_at)

    @property
    def reported_in_time(self) -> bool:
        """Whether it was reported within the working days that the rule allows; true while there is still time."""
        return (self.reported_on or today()) <= self.session.due_on

    @property
    def late(self) -> int:
        """By how many days the report is late, or was; 0 where it is in time."""
        return max(0, ((self.reported_on or today()) - self.session.due_on).days)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment, BANGKOK).date() if moment else None


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the committee with everything to which they are appointed. everything: no division is named."""

    user: User
    chairs: bool
    appointments: list[Counter] = field(default_factory=list)

    @property
    def everything(self) -> bool:
        """Whether they count all divisions."""
        return any(counter.division_id is None for counter in self.appointments)


def committee(session: CountSession) -> list[Member]:
    """The committee, who chairs first. One query."""
    people: dict[int, list[Counter]] = {}
    for counter in session.counters.select_related("user__division", "division").order_by("pk"):
        people.setdefault(counter.user_id, []).append(counter)
    members = [
        Member(appointments[0].user, any(counter.chairs for counter in appointments), appointments)
        for appointments in people.values()
    ]
    return sorted(members, key=lambda member: not member.chairs)


def division_ids(session: CountSession, user: User) -> set[int] | None:
    """The divisions for which `user` is appointed; None: everything. Empty: not appointed. One query."""
    appointed = list(Counter.objects.filter(session=session, user=user).values_list("division_id", flat=True))
    return None if None in appointed else {division for division in appointed if division}


def surprises_of(session: CountSession, after: int = 0) -> models.QuerySet[Surprise]:
    """Unexpected finds with what their rows show."""
    return session.surprises.filter(pk__gt=after).select_related("asset__division", "counted_by").order_by("pk")
