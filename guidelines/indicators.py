"""Live figures of documents for the plan's report: by fiscal quarter, and by division. Trainings have their own file.

A quarter's figure is the state at its end, or now while it runs. It stays when a new version comes or people leave:
who had confirmed counts in the division of that time, who had not only since they came (`shares`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, today
from measures.indicators import Compute, Figure, Indicator, register

from . import indicators_trainings  # noqa: F401 - registers
from .choices import ASSET_MANUAL, ETHICS, Readers
from .models import Acknowledgement, Document, Version
from .page_topics import TOPIC
from .reading import moment
from .shares import Counting, by_quarter, end_of, version_at

if TYPE_CHECKING:
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
        key = division.pk if division is not None else None
        shares = {
            one.quarter: one.share for one in by_quarter(document, versions, Counting([document]), begun, key)
        }  # fmt: skip
        return {
            quarter: Figure(
                shares[quarter].percent
                if quarter in shares and (division is None or shares[quarter].is_told)
                else None,
                url,
            )
            for quarter in begun
        }

    return compute


def _acknowledged(quarters: Quarters, division: Division | None) -> Figures:
    """Confirmations given in each quarter. One query."""
    begun = _begun(quarters)
    if not begun:
        return {}
    rows = Acknowledgement.objects.filter(
        acknowledged_at__gte=moment(min(quarter.start for quarter in begun)),
        acknowledged_at__lt=max(map(end_of, begun)),
    ).order_by()
    if division is not None:
        rows = rows.filter(division=division)
    found = rows.aggregate(
        **{
            f"n{place}": Count(
                "pk", filter=Q(acknowledged_at__gte=moment(quarter.start), acknowledged_at__lt=end_of(quarter))
            )
            for place, quarter in enumerate(begun)
        }
    )
    url = reverse("guidelines:documents")
    return {quarter: Figure(found[f"n{place}"], url) for place, quarter in enumerate(begun)}


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
      " A division's are those of the people who worked there then."),
    _acknowledged, by_division=True,
)  # fmt: skip
