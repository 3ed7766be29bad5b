"""What the desk shows of documents, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ita_portal.fiscal import today
from organization.models import Division, User

from .choices import Audience
from .models import Document, Version
from .reading import staff
from .shares import Counting, Share


@dataclass(frozen=True, slots=True)
class Row:
    """A document at the desk. current: the version in force; coming: published and not in force yet; share: of those
    who confirm it, None where nobody has to."""

    document: Document
    current: Version | None
    coming: Version | None
    draft: Version | None
    share: Share | None

    @property
    def title(self) -> str:
        """What it is called today."""
        version = self.current or self.coming or self.draft
        return version.title if version else self.document.slug


def rows() -> list[Row]:
    """Every document. Six queries."""
    documents = list(Document.objects.all())
    versions: dict[int, list[Version]] = {}
    for one in Version.objects.order_by("-number").defer("body").select_related("made_by", "published_by"):
        versions.setdefault(one.document_id, []).append(one)
    counting = Counting(documents)
    return [_row(one, versions.get(one.pk, []), counting) for one in documents]


def row_of(document: Document) -> tuple[Row, list[Version], list[Share]]:
    """A document, all its published versions newest first, and the share of each division. Five queries."""
    versions = list(
        document.versions.order_by("-number").defer("body").select_related("made_by", "published_by")
    )  # fmt: skip
    counting = Counting([document])
    row = _row(document, versions, counting)
    shares = counting.by_division(document, row.current) if row.current and row.share else []
    return row, [one for one in versions if not one.is_draft], shares


def _row(document: Document, versions: Sequence[Version], counting: Counting) -> Row:
    published = [one for one in versions if not one.is_draft]
    current = next((one for one in published if one.in_force_on and one.in_force_on <= today()), None)
    coming = next((one for one in published if one.in_force_on and one.in_force_on > today()), None)
    draft = next((one for one in versions if one.is_draft), None)
    asks = current is not None and document.audience != Audience.NOBODY and not document.is_withdrawn
    share = counting.whole(document, current) if asks and current else None
    return Row(document, current, coming, draft, share)


@dataclass(frozen=True, slots=True)
class Unread:
    """Somebody of the staff who has to confirm a document. confirmed_at: when they did; None: not yet."""

    person: User
    division: Division
    document: Document
    version: Version
    confirmed_at: dt.datetime | None


def people_and_documents(*, missing_only: bool, slug: str = "", division: int | None = None) -> list[Unread]:
    """Everybody of the staff with every document they have to confirm, by document, division and name. Six queries."""
    documents = list(Document.objects.readable().standing(today()).exclude(audience=Audience.NOBODY))
    if slug:
        documents = [one for one in documents if one.slug == slug]
    versions = {one.document_id: one for one in Version.objects.in_force().filter(document__in=documents).defer("body")}
    counting = Counting(documents)
    people = list(
        User.objects.filter(staff()).select_related("division")
        .order_by("division__order", "first_name", "last_name", "username")
    )  # fmt: skip
    found = []
    for document in documents:
        version = versions[document.pk]
        confirmed = {
            one.user: one.at
            for one in sorted(counting.given.get(document.pk, ()), key=lambda one: one.number)
            if one.number >= (version.asks_from or 0)
        }
        for person in people:
            if person.division is None or division not in (None, person.division_id):
                continue
            if not counting.asks(document, person.division_id):
                continue
            at = confirmed.get(person.pk)
            if at is None or not missing_only:
                found.append(Unread(person, person.division, document, version, at))
    return found
