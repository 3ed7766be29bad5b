"""What the asset officer does: hand out, take back, decide what damage and loss lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.thai import short_date
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..choices import BACK, USABLE, Act, Condition, HandoverKind, IncidentKind, LoanState, Remedy
from ..errors import RefusedError, refusal_of
from ..models import Asset, Handover, HandoverLine, Incident, Loan, LoanLine
from ..querysets import KEEP_REGISTER
from .acts import enter, locked_lines, next_state, require
from .photos import keep_photos


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces of a line (its primary key), all in one condition."""

    line: int
    quantity: int
    condition: str = Condition.GOOD
    note: str = ""


def hand_out(
    loan: Loan,
    pieces: Sequence[Pieces],
    *,
    by: User,
    person: str,
    form_mark: str,
    note: str = "",
    photos: Sequence[SafeUpload] = (),
) -> Handover:
    """Give things of an approved loan to the borrower, or a part of them. person: who received them.

    form_mark: of the form; sent again it gives the handover that it gave first.
    """
    try:
        with transaction.atomic():
            locked = _to_hand_over(loan, by, pieces, person)
            if known := _known(form_mark, locked):
                return known
            next_state(locked, Act.HAND_OUT)
            _during_loan(locked)
            lines = {line.pk: line for line in locked_lines(locked)}
            for part in pieces:
                line = _line(lines, part)
                if not line.asset.can_be_lent:
                    raise RefusedError("unusable", _("%(asset)s cannot be lent now.") % {"asset": line.asset})
                require(part.condition in USABLE, "condition", _("What is handed out can be used."))
                require(
                    part.quantity <= line.to_hand_out,
                    "too_many",
                    _("Of %(asset)s %(count)s can still be handed out.")
                    % {"asset": line.asset, "count": line.to_hand_out},
                )
                line.handed += part.quantity
                line.save(update_fields=["handed"])
            handover = _write(
                Handover(loan=locked, kind=HandoverKind.OUT, officer=by, person=person, note=note, form_mark=form_mark),
                pieces,
                photos,
            )
            locked.state = LoanState.OUT
            locked.save(update_fields=["state"])
            enter(locked, Act.HAND_OUT, by=by, note=note, details={"handover": handover.pk, "person": handover.person})
            return handover
    except IntegrityError as error:
        return _twice(error, loan, form_mark)


def take_back(
    loan: Loan,
    pieces: Sequence[Pieces],
    *,
    by: User,
    person: str,
    form_mark: str,
    note: str = "",
    photos: Sequence[SafeUpload] = (),
) -> Handover:
    """Take things back, or a part of them; lost ones have the condition `lost`. The loan ends when nothing is out.

    Damage and loss open an incident, and the pieces count as unusable until it is decided otherwise.
    """
    try:
        with transaction.atomic():
            locked = _to_hand_over(loan, by, pieces, person)
            if known := _known(form_mark, locked):
                return known
            next_state(locked, Act.TAKE_BACK)
            lines = {line.pk: line for line in locked_lines(locked)}
            for part in pieces:
                line = _line(lines, part)
                require(
                    part.quantity <= line.handed - line.returned - line.lost,
                    "too_many",
                    _("Of %(asset)s %(count)s are out.")
                    % {"asset": line.asset, "count": line.handed - line.returned - line.lost},
                )
                _settle(line, part)
            handover = _write(
                Handover(
                    loan=locked, kind=HandoverKind.BACK, officer=by, person=person, note=note, form_mark=form_mark
                ),
                pieces,
                photos,
            )
            for given in handover.lines.exclude(condition__in=USABLE).select_related("line"):
                _open_incident(given, by)
            enter(locked, Act.TAKE_BACK, by=by, note=note, details={"handover": handover.pk, "person": handover.person})
            if not any(line.handed - line.returned - line.lost for line in lines.values()):
                _finish(locked, by)
            return handover
    except IntegrityError as error:
        return _twice(error, loan, form_mark)


@transaction.atomic
def decide_incident(
    incident: Incident,
    *,
    by: User,
    remedy: Remedy,
    usable_again: bool,
    decided_on: dt.date | None = None,
    amount: Decimal | None = None,
    order: str = "",
    explanation: str = "",
) -> Incident:
    """What damage or loss led to. usable_again: the pieces can be used from now on (repaired, replaced)."""
    _officer(by)
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    asset = Asset.objects.select_for_update(no_key=True).get(pk=found.asset_id)
    require(not found.is_decided, "decided", _("Somebody has decided on this already."))
    require(remedy != Remedy.PAID or bool(amount and amount > 0), "amount", _("Write the amount that was paid."))
    found.remedy, found.decided_by, found.decided_on = remedy, by, decided_on or today()
    found.amount, found.order, found.explanation = amount, order.strip(), explanation.strip()
    found.save()
    if usable_again:
        asset.broken = max(0, asset.broken - found.quantity)
        if asset.is_single:
            asset.condition, asset.broken = Condition.GOOD, 0
        asset.save(update_fields=["broken", "condition"])
    if found.handover is not None:
        loan = found.handover.line.loan
        enter(loan, Act.DECIDE_INCIDENT, by=by, note=explanation, details={"incident": found.pk, "remedy": remedy})
    return found


def _officer(by: User) -> None:
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))


def _to_hand_over(loan: Loan, by: User, pieces: Sequence[Pieces], person: str) -> Loan:
    _officer(by)
    # A form that is sent again must find its handover although the loan has ended by it.
    locked = Loan.objects.select_for_update(no_key=True).get(pk=loan.pk)
    require(any(part.quantity for part in pieces), "nothing", _("Choose at least one piece."))
    require(bool(person.strip()), "person", _("Write who received the things, or brought them."))
    return locked


def _known(form_mark: str, loan: Loan) -> Handover | None:
    return Handover.objects.filter(form_mark=form_mark, loan=loan).first()


def _twice(error: IntegrityError, loan: Loan, form_mark: str) -> Handover:
    known = _known(form_mark, loan)
    if known is None:
        raise refusal_of(error) from error
    return known


def _during_loan(loan: Loan) -> None:
    day = today()
    if day < loan.start_on:
        raise RefusedError(
            "early", _("The loan begins on %(day)s; things are handed out from then on.")
            % {"day": short_date(loan.start_on)},
        )  # fmt: skip
    if day > loan.due_on:
        raise RefusedError(
            "past", _("The loan ended on %(day)s. The borrower asks for more time first.")
            % {"day": short_date(loan.due_on)},
        )  # fmt: skip


def _line(lines: dict[int, LoanLine], part: Pieces) -> LoanLine:
    line = lines.get(part.line)
    if line is None or part.quantity < 1:
        raise RefusedError("nothing", _("Choose at least one piece."))
    return line


def _settle(line: LoanLine, part: Pieces) -> None:
    """Count pieces as back or lost; what cannot be used is no longer counted as usable."""
    if part.condition == Condition.LOST:
        line.lost += part.quantity
    else:
        require(part.condition in BACK, "condition", _("Choose the condition."))
        line.returned += part.quantity
    line.held -= part.quantity
    line.save(update_fields=["returned", "lost", "held"])
    asset = line.asset
    if part.condition not in USABLE:
        asset.broken = min(asset.quantity, asset.broken + part.quantity)
    if asset.is_single:
        asset.condition = part.condition
    if asset.is_single or part.condition not in USABLE:
        asset.save(update_fields=["broken", "condition"])


def _write(handover: Handover, pieces: Sequence[Pieces], photos: Sequence[SafeUpload]) -> Handover:
    handover.day = today()
    handover.person, handover.note = handover.person.strip()[:200], handover.note.strip()
    handover.save(force_insert=True)
    HandoverLine.objects.bulk_create(
        HandoverLine(
            handover=handover, line_id=part.line, quantity=part.quantity, condition=part.condition,
            note=part.note.strip()[:300],
        )
        for part in pieces
    )  # fmt: skip
    keep_photos(photos, by=handover.officer, handover=handover)
    return handover


def _open_incident(given: HandoverLine, by: User) -> None:
    kind = IncidentKind.LOST if given.condition == Condition.LOST else IncidentKind.DAMAGED
    Incident.objects.create(
        asset_id=given.line.asset_id, handover=given, kind=kind, quantity=given.quantity, description=given.note,
        noticed_on=today(), noticed_by=by,
    )  # fmt: skip


def _finish(loan: Loan, by: User) -> None:
    """Nothing is out any more: what was approved and never collected is free again, too."""
    loan.lines.holding().update(held=0)
    loan.extensions.filter(decision="waiting").update(decision="refused", decided_by=by)
    loan.state, loan.finished_on = LoanState.RETURNED, today()
    loan.save(update_fields=["state", "finished_on"])
    enter(loan, Act.FINISH, by=by)
