"""Damage and loss as the asset officer reads them: the list behind a key, one with its loan and what it was worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ita_portal.keyset import Keyset

from .choices import Remedy
from .models import Asset, Incident, Loan
from .models.photos import Photo
from .querysets import IncidentQuerySet

RELATED = ("asset__division", "handover__line__loan__borrower", "handover__line__loan__division", "noticed_by")


_LONGEST_WAITING, _LATEST = Keyset(Incident, "noticed_on", "pk"), Keyset(Incident, "-pk")


def listed(chosen: dict[str, Any]) -> tuple[IncidentQuerySet, Keyset[Incident]]:
    """The incidents that a filter means, and their order: the latest first, or those that wait longest."""
    found = Incident.objects.select_related(*RELATED)
    if chosen["kind"]:
        found = found.filter(kind=chosen["kind"])
    if chosen["division"]:
        found = found.filter(asset__division=chosen["division"])
    match chosen["state"]:
        case "decided":
            return found.filter(decided_on__isnull=False), _LATEST
        case "all":
            return found, _LATEST
        case _:
            return found.undecided(), _LONGEST_WAITING


@dataclass(frozen=True, slots=True)
class Worth:
    """What the pieces were worth when they were lent, in baht. bought: what was paid for them; None: not known."""

    bought: Decimal | None
    then: Decimal | None
    day: dt.date


def loan_of(incident: Incident) -> Loan | None:
    """The loan on which it happened; None: it was noticed in a count."""
    return incident.handover.line.loan if incident.handover else None


def worth(incident: Incident) -> Worth:
    """The price of the pieces, and their value in the books on the first day of the loan."""
    asset, loan = incident.asset, loan_of(incident)
    day = loan.start_on if loan else incident.noticed_on
    if asset.unit_price is None:
        return Worth(None, None, day)
    value = asset.book_value(day)
    then = None if value is None or not asset.quantity else value.net * incident.quantity / asset.quantity
    return Worth(asset.unit_price * incident.quantity, then, day)


def photos_of(incident: Incident) -> list[Photo]:
    """Pictures of the return in which it was noticed."""
    if incident.handover is None:
        return []
    return list(Photo.objects.filter(handover_id=incident.handover.handover_id))


def may_leave_register(incident: Incident, asset: Asset) -> bool:
    """Whether the officer goes on to take the single thing out of the register: it is gone and nobody replaces it."""
    gone = incident.remedy in (Remedy.PAID, Remedy.NOT_LIABLE) and asset.usable == 0
    return gone and asset.is_single and asset.retired_on is None
