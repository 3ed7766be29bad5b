"""How many of the staff have confirmed a document, in all and by division.

Of the staff is who works in a division today. Who has confirmed counts in the division of that time, also after
leaving; who has not, where they work today, and only since they came: since there is an account of theirs, or the
first confirmation. So the share of a past day stays when people come and go.

Names and divisions of few people are for the office alone: for everybody else divisions with fewer than five people
are told together, so that nobody is singled out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Min

from ita_portal import small_groups
from ita_portal.fiscal import FiscalQuarter, today
from organization.models import Division, User

from .choices import Audience
from .models import Acknowledgement, Document, Version
from .reading import moment, staff


def percent(part: int, whole: int) -> int | None:
    """Rounded, half up; 100 only where it is all, 0 only where it is nobody. None of nobody."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1 if part else 0), 99 if part < whole else 100)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some people have confirmed. names: of the divisions."""

    names: tuple[str, ...]
    people: int
    confirmed: int

    @property
    def percent(self) -> int | None:
        """Rounded; 100 only where everybody has, 0 only where nobody has. None without people."""
        return percent(self.confirmed, self.people)

    @property
    def missing(self) -> int:
        """Who has not."""
        return self.people - self.confirmed

    @property
    def is_told(self) -> bool:
        """Whether others than the office may see it."""
        return self.people >= small_groups.LEAST


def added(shares: Iterable[Share]) -> Share:
    """Several as one."""
    all_ = list(shares)
    return Share(
        tuple(name for one in all_ for name in one.names),
        sum(one.people for one in all_), sum(one.confirmed for one in all_),
    )  # fmt: skip


def merged(shares: Sequence[Share]) -> list[Share]:
    """Groups of at least five people: small divisions together, with the smallest of the others where that is too few.

    In their order, what was put together last; nothing where all of them are fewer than five.
    """
    groups = small_groups.merged({place: one.people for place, one in enumerate(shares)})
    return [added(shares[place] for place in sorted(group)) for group in groups]


def told_alone(shares: Sequence[Share], division: str) -> Share | None:
    """The share of a division, where it may be told beside the whole: not where others are told together with it."""
    return next((one for one in merged(shares) if one.names == (division,)), None)


@dataclass(frozen=True, slots=True)
class Person:
    """Who of the staff, in which division, since when."""

    user: int
    division: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A confirmation as it is counted."""

    user: int
    division: int | None
    number: int
    at: dt.datetime


class Counting:
    """What is needed to count the shares of some documents, read in five queries."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        first = dict(Acknowledgement.objects.order_by().values_list("user").annotate(Min("acknowledged_at")))
        self.people = [
            Person(user, division or 0, min(joined, first.get(user, joined)))
            for user, division, joined in User.objects.filter(staff()).order_by()
            .values_list("pk", "division", "date_joined")
        ]  # fmt: skip
        self.divisions = {one.pk: one for one in Division.objects.order_by("order")}
        keys = [one.pk for one in documents]
        self.asked: dict[int, set[int]] = {}
        for document, division in Document.divisions.through.objects.filter(document__in=keys).values_list(
            "document", "division"
        ):
            self.asked.setdefault(document, set()).add(division)
        self.given: dict[int, list[Confirmation]] = {}
        rows = Acknowledgement.objects.filter(version__document__in=keys).order_by()
        columns = ("version__document", "user", "division", "version__number", "acknowledged_at")
        for document, user, division, number, at in rows.values_list(*columns):
            self.given.setdefault(document, []).append(Confirmation(user, division, number or 0, at))

    def asks(self, document: Document, division: int | None) -> bool:
        """Whether the people of a division have to confirm a document."""
        if division is None or document.audience == Audience.NOBODY:
            return False
        return document.audience == Audience.ALL or division in self.asked.get(document.pk, ())

    def by_division(self, document: Document, version: Version, until: dt.datetime | None = None) -> list[Share]:
        """The share of each division that is asked, in their order. until: of confirmations before that moment."""
        today_in = {one.user: one.division for one in self.people}
        confirmed: dict[int, int | None] = {}
        for one in sorted(self.given.get(document.pk, ()), key=lambda one: one.at):
            if (version.asks_from or 0) <= one.number and (until is None or one.at < until):
                confirmed[one.user] = one.division or today_in.get(one.user)
        have: Counter[int] = Counter(
            division for division in confirmed.values() if division is not None and self.asks(document, division)
        )
        missing: Counter[int] = Counter(
            one.division
            for one in self.people
            if one.user not in confirmed and (until is None or one.since < until) and self.asks(document, one.division)
        )
        return [
            Share((division.name,), have[key] + missing[key], have[key])
            for key, division in self.divisions.items()
            if have[key] + missing[key]
        ]

    def whole(self, document: Document, version: Version) -> Share:
        """The share of all that are asked."""
        return added(self.by_division(document, version))


@dataclass(frozen=True, slots=True)
class AtEnd:
    """The share at the end of a quarter, or today while it runs, of the version in force then.

    share: of all that are asked. divisions: of each of theirs.
    """

    quarter: FiscalQuarter
    version: Version
    share: Share
    divisions: list[Share]


def version_at(versions: Sequence[Version], quarter: FiscalQuarter) -> Version | None:
    """Of a document's published versions, newest first, the one in force at the end of a quarter, or today while it
    runs."""
    day = min(quarter.end, today())
    return next((one for one in versions if one.in_force_on is not None and one.in_force_on <= day), None)


def end_of(quarter: FiscalQuarter) -> dt.datetime:
    """The moment after a quarter's last."""
    return moment(quarter.end + dt.timedelta(days=1))


def by_quarter(
    document: Document, versions: Sequence[Version], counting: Counting, quarters: Iterable[FiscalQuarter]
) -> list[AtEnd]:  # fmt: skip
    """The share at the end of each quarter in which a version was in force. versions: published ones, newest first."""
    found = []
    for quarter in quarters:
        version = version_at(versions, quarter)
        is_over = document.withdrawn_on is not None and document.withdrawn_on <= quarter.end
        if version is not None and quarter.start <= today() and not is_over:
            divisions = counting.by_division(document, version, end_of(quarter))
            found.append(AtEnd(quarter, version, added(divisions), divisions))
    return found
