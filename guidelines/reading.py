"""What pages show of documents, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Max, Q

from ita_portal.fiscal import BANGKOK, today
from organization.models import User

from .choices import Audience
from .markup import Block, Heading, headings, read
from .models import Acknowledgement, Document, Version
from .querysets import DocumentQuerySet

LATE_DAYS = 30
"""Days after which a version that waits to be read is late."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list: its version in force."""

    document: Document
    version: Version


def listed(documents: DocumentQuerySet) -> list[Listed]:
    """Documents with their versions in force, in their order; without those of which none is. Two queries."""
    rows = list(documents)
    versions = {
        version.document_id: version
        for version in Version.objects.in_force().filter(document__in=rows).defer("body")
    }  # fmt: skip
    return [Listed(one, versions[one.pk]) for one in rows if one.pk in versions]


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as it is read. current: the one in force; coming: one that will be; versions: all published."""

    document: Document
    version: Version
    current: Version | None
    versions: Sequence[Version]
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def contents(self) -> list[Heading]:
        """Parts and sections."""
        return headings(self.blocks)

    @property
    def is_current(self) -> bool:
        """Whether it is in force."""
        return self.current is not None and self.version.pk == self.current.pk

    @property
    def is_coming(self) -> bool:
        """Whether it will be in force from a later day."""
        day = self.version.in_force_on
        return day is not None and day > today()

    @property
    def coming(self) -> Version | None:
        """The next version, published and not in force yet."""
        waiting = [one for one in self.versions if one.in_force_on is not None and one.in_force_on > today()]
        return waiting[-1] if waiting else None

    @property
    def before(self) -> Version | None:
        """The version before it."""
        number = self.version.number or 0
        return next((one for one in self.versions if one.number == number - 1), None)


def shown(document: Document, number: int | None = None) -> Shown | None:
    """A version of a document for reading: the one in force, or the one of a number; None where there is none.

    One query.
    """
    versions = list(Version.objects.published().filter(document=document).order_by("-number"))
    for one in versions:
        one.document = document
    current = next((one for one in versions if one.in_force_on is not None and one.in_force_on <= today()), None)
    chosen = current if number is None else next((one for one in versions if one.number == number), None)
    if chosen is None:
        return None
    return Shown(document, chosen, current, versions, read(chosen.body))


def has_stood(version: Version) -> bool:
    """Whether a version has been in force for so long that who has not read it is late."""
    since = version.in_force_on
    return since is not None and (today() - since).days > LATE_DAYS


@dataclass(frozen=True, slots=True)
class Mine:
    """A document as somebody of the staff stands to it. confirmed: what counts as their confirmation of it today.

    earlier: whether they had confirmed a version that is not in force any more.
    """

    document: Document
    version: Version
    confirmed: Acknowledgement | None
    earlier: bool
    is_asked: bool

    @property
    def waits(self) -> bool:
        """Whether it has to be read and confirmed."""
        return self.is_asked and self.confirmed is None

    @property
    def is_late(self) -> bool:
        """Whether it has waited for more than a month."""
        return self.waits and has_stood(self.version)


def asked_of(user: User) -> Q:
    """The documents that somebody has to confirm: of the staff is who works in a division."""
    if user.division_id is None or not user.is_active:
        return Q(pk__in=())
    return Q(audience=Audience.ALL) | Q(audience=Audience.DIVISIONS, divisions=user.division_id)


def mine(user: User) -> list[Mine]:
    """Every document that is valid today, as `user` stands to it, in the documents' order. Four queries."""
    documents = listed(Document.objects.readable().standing(today()))
    asked = set(
        Document.objects.filter(asked_of(user), pk__in=[one.document.pk for one in documents]).values_list(
            "pk", flat=True
        )
    )
    given: dict[int, list[Acknowledgement]] = {}
    for one in Acknowledgement.objects.filter(user=user).select_related("version").defer("version__body"):
        given.setdefault(one.version.document_id, []).append(one)
    return [_mine(one, given.get(one.document.pk, []), one.document.pk in asked) for one in documents]


def waiting(people: Sequence[User]) -> dict[int, list[Listed]]:
    """What each of some people has to read and confirm, by their key, as `mine` says of one. Four queries."""
    documents = listed(Document.objects.readable().standing(today()))
    keys = [one.document.pk for one in documents]
    asked = set(Document.divisions.through.objects.filter(document__in=keys).values_list("document", "division"))
    # The latest version that each has confirmed says whether that still counts.
    latest = {
        (user, document): number
        for user, document, number in Acknowledgement.objects.filter(user__in=people, version__document__in=keys)
        .order_by()
        .values_list("user", "version__document")
        .annotate(number=Max("version__number"))
    }
    return {
        person.pk: [
            one
            for one in documents
            if _is_asked(one.document, person, asked)
            and ((person.pk, one.document.pk) not in latest
                 or (latest[person.pk, one.document.pk] or 0) < (one.version.asks_from or 0))
        ]
        for person in people
    }  # fmt: skip


def _is_asked(document: Document, user: User, asked: Container[tuple[int, int]]) -> bool:
    """As `asked_of`; asked: documents and divisions that belong together."""
    if user.division_id is None or not user.is_active or document.audience == Audience.NOBODY:
        return False
    return document.audience == Audience.ALL or (document.pk, user.division_id) in asked


def _mine(one: Listed, given: Iterable[Acknowledgement], is_asked: bool) -> Mine:
    rows = list(given)
    latest = max(rows, key=lambda row: row.version.number or 0, default=None)
    valid = latest if latest and (latest.version.number or 0) >= (one.version.asks_from or 0) else None
    return Mine(one.document, one.version, valid, bool(rows) and valid is None, is_asked)


def confirmations_of(user: User) -> list[Acknowledgement]:
    """Everything that somebody has confirmed, newest first. One query."""
    return list(
        Acknowledgement.objects.filter(user=user)
        .select_related("version__document", "division")
        .defer("version__body")
        .order_by("-acknowledged_at", "-pk")
    )


def staff() -> Q:
    """Who counts as staff: whoever works in a division of the municipality today."""
    return Q(is_active=True, division__isnull=False)


def moment(day: dt.date) -> dt.datetime:
    """When a day begins in Bangkok."""
    return dt.datetime.combine(day, dt.time(), BANGKOK)
