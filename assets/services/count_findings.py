"""What a closed count leads to: damage and loss go to a fact-finding (clause 214), and the register says so."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.fiscal import BANGKOK

from ..choices import USABLE, AssetKind, Condition, CountResult, IncidentKind, Remedy
from ..models import Asset, CountItem, CountSession, Incident
from .register import set_condition

MADE_GOOD = (Remedy.REPAIRED, Remedy.REPLACED)


def open_incidents(session: CountSession) -> None:
    """Write what was found into the register, and open an incident for every damage and loss not yet known.

    Within the transaction that closes the count. What has left the register meanwhile is left alone; what a return of
    a loan told already is not told twice; what was made good since it was counted is well; nothing becomes usable
    while a fact-finding is open.
    """
    told = CountItem.objects.filter(session=session, asset__retired_on=None).exclude(result=CountResult.PENDING)
    told = told.filter(
        Q(result=CountResult.MISSING)
        | Q(damaged__gt=0)
        | (Q(asset__kind=AssetKind.SINGLE) & ~Q(condition="") & ~Q(condition=F("asset__condition")))
    )
    items = list(
        told.select_related("asset", "counted_by")
        .order_by("asset_id")
        .select_for_update(of=("self", "asset"), no_key=True)
    )
    known: dict[int, list[Incident]] = defaultdict(list)
    rows = Incident.objects.filter(asset__in=[item.asset_id for item in items])
    for row in rows.only("asset_id", "kind", "quantity", "remedy", "noticed_on", "decided_on"):
        known[row.asset_id].append(row)
    incidents: list[Incident] = []
    changed: dict[tuple[str, int], list[int]] = defaultdict(list)
    for item in items:
        found = list(_found(item, known[item.asset_id], session))
        incidents += found
        if _write(item, sum(incident.quantity for incident in found), known[item.asset_id]):
            changed[item.asset.condition, item.asset.broken].append(item.asset_id)
    Incident.objects.bulk_create(incidents, batch_size=1000)
    # Few conditions, many assets: one statement for each that they have in common.
    for (condition, broken), assets in changed.items():
        Asset.objects.filter(pk__in=assets).update(condition=condition, broken=broken)


def _found(item: CountItem, known: list[Incident], session: CountSession) -> Iterable[Incident]:
    pieces = {
        IncidentKind.LOST: item.expected - item.found if item.result == CountResult.MISSING else 0,
        IncidentKind.DAMAGED: item.damaged,
    }
    for kind, number in pieces.items():
        new = number - _told(item, [row for row in known if row.kind == kind])
        if new > 0:
            yield Incident(
                asset_id=item.asset_id, kind=kind, quantity=new, description=_words(item, session),
                noticed_on=_day(item), noticed_by=item.counted_by,
            )  # fmt: skip


def _told(item: CountItem, rows: list[Incident]) -> int:
    """Of these pieces so many were known, or were made good after they were counted."""
    still = sum(row.quantity for row in rows if row.remedy not in MADE_GOOD)
    since = sum(
        row.quantity for row in rows if row.remedy in MADE_GOOD and row.decided_on and row.decided_on >= _day(item)
    )
    return min(still, item.asset.broken) + since


def _write(item: CountItem, new: int, known: list[Incident]) -> bool:
    """The asset's condition, and how many of its pieces are unusable. True where something changed."""
    asset = item.asset
    before = (asset.condition, asset.broken)
    if asset.is_single:
        condition = Condition.LOST if item.result == CountResult.MISSING else Condition(item.condition)
        worse = condition not in USABLE
        open_case = any(row.decided_on is None or row.noticed_on >= _day(item) for row in known)
        mended = worse and not new and asset.condition in USABLE
        if not mended and (worse or asset.condition in USABLE or not open_case):
            set_condition(asset, condition)
    else:
        asset.broken = min(asset.quantity, asset.broken + new)
    return (asset.condition, asset.broken) != before


def _day(item: CountItem) -> dt.date:
    return timezone.localtime(item.counted_at, BANGKOK).date()


def _words(item: CountItem, session: CountSession) -> str:
    """In Thai: it is part of a Thai agency's files."""
    with override("th"):
        words = _("Yearly count of fiscal year %(year)s.") % {"year": session.fiscal_year}
    return " ".join(filter(None, (words, item.note)))
