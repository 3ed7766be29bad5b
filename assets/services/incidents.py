"""What damage and loss lead to (procurement regulation B.E. 2560, clauses 209 and 214)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from organization.models import User

from ..availability import free_spans
from ..choices import Act, Condition, IncidentKind, Remedy
from ..errors import RefusedError
from ..models import Asset, Incident
from ..querysets import KEEP_REGISTER
from ..stock import claims_of, span_words
from .acts import enter, require
from .handovers import require_other_officer
from .register import set_condition

FAR = dt.timedelta(days=3660)
"""How far promises are looked at: farther than a loan can begin."""
REMEDIES = {
    IncidentKind.DAMAGED: tuple(remedy for remedy in Remedy if remedy != Remedy.FOUND_AGAIN),
    IncidentKind.LOST: (Remedy.REPLACED, Remedy.PAID, Remedy.NOT_LIABLE, Remedy.FOUND_AGAIN),
}
"""What can become of what: nothing that is gone is repaired, nor is loss wear."""
MOST_AT_ONCE = 50
"""How many lost things are found again at once."""


def can_be_found_again(incident: Incident) -> bool:
    """Whether it is among those that are decided many at once: missing in a count, not decided."""
    return incident.handover_id is None and incident.kind == IncidentKind.LOST and not incident.is_decided


@transaction.atomic
def find_again(incidents: Iterable[int], *, by: User, explanation: str) -> list[Incident]:
    """Things that were missing in a count have turned up: all of these (primary keys), or none.

    Gives those that were decided now; what was found again already is passed over, so that a form sent twice is done
    once. RefusedError (codes: incident, explanation, not_yours).
    """
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    keys = set(incidents)
    require(bool(keys), "incident", _("Tick at least one thing."))
    most = _("At most %(count)s things at once.") % {"count": MOST_AT_ONCE}
    require(len(keys) <= MOST_AT_ONCE, "incident", most)
    # Locked in one order before anything else, so that nobody waits in a circle.
    rows = Incident.objects.select_for_update(of=("self",)).filter(pk__in=keys, kind=IncidentKind.LOST, handover=None)
    found = list(rows.select_related("asset").order_by("pk"))
    require(len(found) == len(keys), "incident", _("Only what was missing in a count is found again in this way."))
    done = []
    for incident in found:
        if incident.remedy == Remedy.FOUND_AGAIN:
            continue
        try:
            decide_incident(incident, by=by, remedy=Remedy.FOUND_AGAIN, usable_again=True, explanation=explanation)
        except RefusedError as refused:
            if refused.code == "explanation":
                raise
            said = {"asset": incident.asset, "why": refused}
            raise RefusedError("incident", _("%(asset)s: %(why)s") % said) from refused
        done.append(incident)
    return done


@transaction.atomic
def decide_incident(
    incident: Incident,
    *,
    by: User,
    remedy: Remedy | str,
    usable_again: bool,
    decided_on: dt.date | None = None,
    amount: Decimal | None = None,
    order: str = "",
    explanation: str = "",
    write_off: bool = False,
) -> Incident:
    """What damage or loss led to. usable_again: the pieces can be used from now on (repaired, replaced); what was
    found again always is.

    write_off: they leave the register at once. RefusedError; codes are names of the form's fields, or `decided`.
    """
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    asset = Asset.objects.select_for_update(no_key=True).get(pk=found.asset_id)
    if found.handover is not None:
        require_other_officer(by, found.handover.line.loan.borrower_id)
    require(not found.is_decided, "decided", _("Somebody has decided on this already."))
    usable_again = usable_again or remedy == Remedy.FOUND_AGAIN
    day = decided_on or today()
    check_decision(
        found, remedy=remedy, usable_again=usable_again, decided_on=day, amount=amount, write_off=write_off,
        order=order, explanation=explanation,
    )  # fmt: skip
    found.remedy, found.decided_by, found.decided_on = remedy, by, day
    found.amount, found.order, found.explanation = amount, order.strip(), explanation.strip()
    found.save()
    if usable_again:
        _make_usable(asset, found)
    elif write_off:
        write_off_pieces(asset, by=by, pieces=found.quantity, order=order)
    if found.handover is not None:
        loan = found.handover.line.loan
        details = {"incident": found.pk, "remedy": str(remedy), "written_off": found.quantity if write_off else 0}
        if by.pk == loan.borrower_id:
            details["own"] = True
        enter(loan, Act.DECIDE_INCIDENT, by=by, note=explanation, details=details)
    return found


def check_decision(
    incident: Incident,
    *,
    remedy: Remedy | str,
    usable_again: bool,
    decided_on: dt.date,
    amount: Decimal | None,
    write_off: bool,
    order: str,
    explanation: str,
) -> None:
    """RefusedError where these do not go together; its code is the field that is wrong."""
    require(
        remedy in REMEDIES[IncidentKind(incident.kind)], "remedy",
        _("This does not fit what happened. Choose something else."),
    )  # fmt: skip
    paid = remedy == Remedy.PAID
    require(not paid or bool(amount and amount > 0), "amount", _("Write the amount that was paid."))
    require(paid or amount is None, "amount", _("An amount belongs only to “paid at its price”."))
    require(
        bool(order.strip()) or not (write_off or remedy == Remedy.NOT_LIABLE), "order",
        _("Write the order or report that says so."),
    )  # fmt: skip
    require(
        bool(explanation.strip()) or remedy not in (Remedy.PLAIN_WEAR, Remedy.NOT_LIABLE), "explanation",
        _("Write why nobody owes anything."),
    )  # fmt: skip
    require(
        bool(explanation.strip()) or remedy != Remedy.FOUND_AGAIN, "explanation",
        _("Write where it was found, and by whom."),
    )  # fmt: skip
    usable_again = usable_again or remedy == Remedy.FOUND_AGAIN
    require(decided_on <= today(), "decided_on", _("This day has not come yet."))
    require(
        decided_on >= incident.noticed_on, "decided_on", _("This is before the day on which it was noticed.")
    )  # fmt: skip
    require(
        not (usable_again and incident.kind == IncidentKind.LOST and remedy == Remedy.PAID), "usable_again",
        _("What is lost and was paid for is not usable again."),
    )  # fmt: skip
    require(
        not (write_off and usable_again), "write_off", _("Pieces that are usable again stay in the register.")
    )  # fmt: skip
    require(
        not write_off or remedy in (Remedy.PAID, Remedy.NOT_LIABLE), "write_off",
        _("Only what was paid for, or for which nobody is liable, leaves the register here."),
    )  # fmt: skip


@transaction.atomic
def write_off_pieces(asset: Asset, *, by: User, pieces: int, order: str) -> Asset:
    """Take some pieces of many out of the register (clause 214): unusable ones first.

    order: the paper that says so. RefusedError (codes: write_off, order) for a single item or the last piece, which
    are retired, or where pieces are promised or out that would no longer be there.
    """
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    require(bool(order.strip()), "order", _("Write the order or report on which they leave the register."))
    locked = Asset.objects.select_for_update(no_key=True).get(pk=asset.pk)
    require(
        not locked.is_single and locked.retired_on is None, "write_off",
        _("A single item leaves the register on its own page."),
    )  # fmt: skip
    require(
        1 <= pieces < locked.quantity, "write_off",
        _("This is every piece there is. Take the whole number out of the register on its own page."),
    )  # fmt: skip
    left, broken = locked.quantity - pieces, max(0, locked.broken - pieces)
    if left - broken < locked.usable:
        _still_promised(locked, left - broken)
    locked.quantity, locked.broken = left, broken
    locked.save(update_fields=["quantity", "broken"])
    return locked


def _still_promised(asset: Asset, usable: int) -> None:
    claims = claims_of([asset.pk])[asset.pk]
    short = [span for span in free_spans(usable, claims, today(), today() + FAR) if span.free < 0]
    if short:
        days = ", ".join(span_words(span.start, span.end) for span in short[:3])
        raise RefusedError("write_off", _("So many pieces are promised or out: %(days)s.") % {"days": days})


def _make_usable(asset: Asset, incident: Incident) -> None:
    require(
        asset.retired_on is None, "usable_again", _("It has left the register.")
    )  # fmt: skip
    if asset.is_single:
        others = asset.incidents.undecided().exclude(pk=incident.pk)
        if incident.remedy == Remedy.FOUND_AGAIN:
            # Missing in two counts, and found: neither of the two waits for the other.
            others = others.exclude(kind=IncidentKind.LOST)
        require(
            not others.exists(), "usable_again", _("More damage of this item is not decided yet. Decide on that first.")
        )
        set_condition(asset, Condition.GOOD)
    else:
        asset.broken = max(0, asset.broken - incident.quantity)
    asset.save(update_fields=["broken", "condition"])
