"""What a closed count leads to: damage and loss go to a fact-finding (clause 214), and the register says so."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ita_portal.fiscal import BANGKOK
from organization.models import User

from ..choices import USABLE, AssetKind, Condition, CountResult, HandoverKind, IncidentKind, Remedy
from ..models import Asset, CountItem, CountSession, HandoverLine, Incident, LoanLine
from .register import set_condition

MADE_GOOD = (Remedy.REPAIRED, Remedy.REPLACED, Remedy.FOUND_AGAIN)


def settle(session: CountSession, *, by: User, now: dt.datetime) -> None:
    """Decide on every entry, write what was found into the register, and open an incident for damage and loss.

    Within the transaction that closes the count. What nobody has seen is missing. What is with a borrower is not: it
    counts as present there, and its loan is named; only what is missing beyond that is lost. What has left the
    register meanwhile is left alone; what a return of a loan told already is not told twice; what was made good since
    it was counted is well; nothing becomes usable while a fact-finding is open.
    """
    unseen = Q(result__in=(CountResult.PENDING, CountResult.MISSING))
    told = CountItem.objects.filter(session=session, asset__retired_on=None).filter(
        unseen
        | Q(damaged__gt=0)
        | (Q(asset__kind=AssetKind.SINGLE) & ~Q(condition="") & ~Q(condition=F("asset__condition")))
    )
    items = list(
        told.select_related("asset", "counted_by")
        .order_by("asset_id")
        .select_for_update(of=("self", "asset"), no_key=True)
    )
    # Whoever hands out or takes back locks the asset: what is on loan is read when none of them can be at it.
    _with_borrowers(session, items, by=by, now=now)
    _missing(session, items, by=by, now=now)
    _open_incidents(session, [item for item in items if _tells(item)])


def _with_borrowers(session: CountSession, items: Sequence[CountItem], *, by: User, now: dt.datetime) -> None:
    """Count as present, of what was not seen, the pieces that were with borrowers when it was counted."""
    lent = _Lent(session)
    settled = []
    for item in items:
        left = item.expected - item.found
        if item.result not in (CountResult.PENDING, CountResult.MISSING) or not left:
            continue
        loans = lent.of(item, item.counted_at)
        present = min(left, sum(loans.values()))
        if not present:
            continue
        if item.counted_at is None:
            item.counted_by, item.counted_at = by, now
        item.found += present
        complete = CountResult.WRONG_PLACE if item.found_place else CountResult.FOUND
        item.result = complete if item.found == item.expected else CountResult.MISSING
        item.found_place = " · ".join(filter(None, (item.found_place, _borrowers(item, loans))))[:200]
        item.revision += 1
        settled.append(item)
    fields = ["result", "found", "found_place", "counted_by", "counted_at", "revision"]
    CountItem.objects.bulk_update(settled, fields, batch_size=500)


class _Lent:
    """How much of each asset was with borrowers at a moment of the count: what is out now, less what came later."""

    def __init__(self, session: CountSession) -> None:
        self._lines: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
        self._moves: dict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)
        out = LoanLine.objects.holding().filter(out__gt=0, asset__count_items__session=session)
        for line in out.select_related("loan").order_by("pk"):
            self._lines[line.asset_id][line.pk] = (line.loan.reference, line.out)
        since = HandoverLine.objects.filter(
            handover__at__gt=session.opened_at, line__asset__count_items__session=session
        )
        for move in since.select_related("handover", "line__loan").order_by("pk"):
            self._lines[move.line.asset_id].setdefault(move.line_id, (move.line.loan.reference, 0))
            sign = 1 if move.handover.kind == HandoverKind.OUT else -1
            self._moves[move.line_id].append((move.handover.at, sign * move.quantity))

    def of(self, item: CountItem, moment: dt.datetime | None) -> dict[str, int]:
        """Pieces by the reference of their loan. moment: when it was counted; None: nobody counted it, so now."""
        found = {}
        for line, (loan, out) in self._lines.get(item.asset_id, {}).items():
            pieces = out - sum(moved for at, moved in self._moves.get(line, []) if moment and at > moment)
            if pieces > 0:
                found[loan] = pieces
        return found


def _borrowers(item: CountItem, loans: Mapping[str, int]) -> str:
    """In Thai: it is part of a Thai agency's files."""
    unit = "" if item.asset.is_single else item.asset.unit
    named = ", ".join(f"{loan} ({pieces} {unit})" if unit else loan for loan, pieces in loans.items())
    with override("th"):
        return _("with the borrower, loan %(loans)s") % {"loans": named}


def _missing(session: CountSession, items: Sequence[CountItem], *, by: User, now: dt.datetime) -> None:
    """What is left was seen by nobody: missing, with the name of whoever closes the count. One statement."""
    with override("th"):
        words = _("Nobody had seen it when the count was closed.")
    values = {"result": CountResult.MISSING, "counted_by": by, "counted_at": now, "note": words, "revision": 1}
    CountItem.objects.filter(session=session).pending().update(**values)
    for item in items:
        if item.result == CountResult.PENDING:
            for name, value in values.items():
                setattr(item, name, value)


def _tells(item: CountItem) -> bool:
    """Whether the register or a fact-finding hears of it."""
    if item.result == CountResult.MISSING or item.damaged:
        return True
    return item.asset.is_single and item.condition not in ("", item.asset.condition)


def _open_incidents(session: CountSession, items: Sequence[CountItem]) -> None:
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
