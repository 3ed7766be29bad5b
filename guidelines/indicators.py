"""Live figures of documents for the plan's report: by fiscal quarter, and by division. Trainings have their own file.

A quarter's figure is the state at its end, or now while it runs. It stays when a new version comes or people leave:
who had confirmed counts in the division of that time, who had not only since they came (`shares`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.small_groups import shown_alone
from measures.indicators import Compute, Figure, Indicator, register

from . import indicators_trainings  # noqa: F401 - registers
from .choices import ASSET_MANUAL, ETHICS, Readers
from .models import Acknowledgement, Document, Version
from .page_topics import TOPIC
from .reading import moment
from .shares import Counting, Person, Share, by_quarter, end_of, told_alone, version_at

if TYPE_CHECKING:
    import datetime as dt

    from organization.models import Division

Quarters = Sequence[FiscalQuarter]
Figures = dict[FiscalQuarter, Figure]


def _begun(quarters: Quarters) -> list[FiscalQuarter]:
    return [quarter for quarter in quarters if quarter.start <= today()]


def _documents(quarters: Quarters, _division: Division | None) -> Figures:
    """Documents in force at the end of each quarter. Two queries."""
    documents = list(Document.objects.all())
    versions: dict[int, list[Version]] = {}
    for one in Version.objects.published().order_by("-number").defer("body"):
        versions.setdefault(one.document_id, []).append(one)
    url = reverse("guidelines:documents")
    return {
        quarter: Figure(
            sum(
                1
                for one in documents
                if version_at(versions.get(one.pk, []), quarter)
                and (one.withdrawn_on is None or one.withdrawn_on > quarter.end)
            ),
            url,
        )
        for quarter in _begun(quarters)
    }


def _share_of(slug: str) -> Compute:
    """The share of the staff that had confirmed a document. Seven queries, whatever the number of quarters."""

    def compute(quarters: Quarters, division: Division | None) -> Figures:
        begun = _begun(quarters)
        document = Document.objects.filter(slug=slug).first()
        if document is None or not begun:
            return {quarter: Figure(None, reverse("guidelines:documents")) for quarter in begun}
        url = reverse("guidelines:documents")
        if document.readers == Readers.PUBLIC:
            url = f"{document.get_absolute_url()}#confirmed"
        versions = list(document.versions.published().order_by("-number").defer("body"))
        found: dict[FiscalQuarter, Share | None] = {
            one.quarter: one.share if division is None else told_alone(one.divisions, division.name)
            for one in by_quarter(document, versions, Counting([document]), begun)
        }
        shares = {quarter: found.get(quarter) for quarter in begun}
        return {quarter: Figure(share.percent if share else None, url) for quarter, share in shares.items()}

    return compute


def _acknowledged(quarters: Quarters, division: Division | None) -> Figures:
    """Confirmations given in each quarter. One query; of a division four."""
    begun = _begun(quarters)
    if not begun:
        return {}
    rows = Acknowledgement.objects.filter(
        acknowledged_at__gte=moment(min(quarter.start for quarter in begun)),
        acknowledged_at__lt=max(map(end_of, begun)),
    ).order_by()
    url = reverse("guidelines:documents")
    if division is not None:
        given = list(rows.values_list("division", "user", "acknowledged_at"))
        people = Counting([]).people
        return {quarter: Figure(_given_in(division, quarter, given, people), url) for quarter in begun}
    found = rows.aggregate(
        **{
            f"n{place}": Count(
                "pk", filter=Q(acknowledged_at__gte=moment(quarter.start), acknowledged_at__lt=end_of(quarter))
            )
            for place, quarter in enumerate(begun)
        }
    )
    return {quarter: Figure(found[f"n{place}"], url) for place, quarter in enumerate(begun)}


def _given_in(
    division: Division,
    quarter: FiscalQuarter,
    given: Collection[tuple[int | None, int, dt.datetime]],
    people: Collection[Person],
) -> int | None:
    """Confirmations that a division gave in a quarter; None where so few worked there that they would be known.

    given: division, person and moment of each. people: the staff.
    """
    begin, end = moment(quarter.start), end_of(quarter)
    now = [(of, user) for of, user, at in given if begin <= at < end]
    there: dict[int | None, set[int]] = {division.pk: set()}
    for of, user in [*now, *((one.division, one.user) for one in people if one.since < end)]:
        there.setdefault(of, set()).add(user)
    if division.pk not in shown_alone({key: len(users) for key, users in there.items()}):
        return None
    return sum(of == division.pk for of, _user in now)


def _register(key: str, name: Any, unit: Any, explanation: Any, compute: Compute, *, by_division: bool) -> None:
    register(
        Indicator(
            key=f"guidelines.{key}", name=name, unit=unit, explanation=explanation, compute=compute,
            topics=("organization", TOPIC), by_division=by_division,
        )
    )  # fmt: skip


_register(
    "documents", _("Documents for the staff in force"), _("documents"),
    _("Counts the documents that staff must know of which a version was in force at the end of the quarter."),
    _documents, by_division=False,
)  # fmt: skip
_register(
    "asset_manual_share", _("Staff who have confirmed the asset manual"), _("percent"),
    _("Of the staff: who had confirmed by the end of the quarter that they have read and understood the manual of the"
      " use of public assets, as it was in force then. A division of fewer than five people is not told."),
    _share_of(ASSET_MANUAL), by_division=True,
)  # fmt: skip
_register(
    "ethics_share", _("Staff who have confirmed the code of ethics"), _("percent"),
    _("Of the staff: who had confirmed by the end of the quarter that they have read and understood the code of ethics,"
      " as it was in force then. A division of fewer than five people is not told."),
    _share_of(ETHICS), by_division=True,
)  # fmt: skip
_register(
    "acknowledged", _("Confirmations of having read and understood"), _("confirmations"),
    _("Counts the confirmations given in the quarter, of all documents; a person may confirm several."
      " A division's are those of the people who worked there then; one of fewer than five people is not told."),
    _acknowledged, by_division=True,
)  # fmt: skip
