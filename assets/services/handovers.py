"""What the asset officer does: hand out and take back. What damage and loss lead to is in `incidents`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.thai import short_date
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..choices import BACK, USABLE, Act, Condition, Decision, HandoverKind, IncidentKind, LoanState
from ..errors import RefusedError, refusal_of
from ..models import Handover, HandoverLine, Incident, Loan, LoanLine
from ..querysets import KEEP_REGISTER
from .acts import enter, locked_lines, next_state, require
from .photos import keep_photos
from .register import set_condition


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

    form_mark: of the form; sent again it gives the handover that it gave first. RefusedError: nothing was handed out;
    its `line` is the line's place in the loan (`LoanLine.position`, which begins at 1) less one.
    """
    try:
        with transaction.atomic():
            locked = _to_hand_over(loan, by)
            if known := _known(form_mark, locked):
                return known
            _require_words(pieces, person)
            next_state(locked, Act.HAND_OUT)
            _during_loan(locked)
            lines = {line.pk: line for line in locked_lines(locked)}
            require(
                locked.borrower.is_active, "inactive", _("The borrower has left. Cancel this loan, and say why.")
            )  # fmt: skip
            elsewhere = out_elsewhere([line.asset_id for line in lines.values()], locked)
            moved = []
            for part in pieces:
                line = _line(lines, part)
                _can_go_out(line, part, elsewhere.get(line.asset_id, []))
                moved.append(_moved(line, part, line.quantity))
                line.handed += part.quantity
                line.save(update_fields=["handed"])
            handover = _write(
                Handover(loan=locked, kind=HandoverKind.OUT, officer=by, person=person, note=note, form_mark=form_mark),
                pieces,
                photos,
            )
            locked.state = LoanState.OUT
            locked.save(update_fields=["state"])
            enter(locked, Act.HAND_OUT, by=by, note=note, details=_details(handover, moved))
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
            locked = _to_hand_over(loan, by)
            if known := _known(form_mark, locked):
                return known
            _require_words(pieces, person)
            next_state(locked, Act.TAKE_BACK)
            lines = {line.pk: line for line in locked_lines(locked)}
            were_out = {line.pk: line.handed - line.returned - line.lost for line in lines.values()}
            moved = []
            for part in pieces:
                line = _line(lines, part)
                left = line.handed - line.returned - line.lost
                if part.quantity > left:
                    sentence = _("Of %(asset)s %(count)s are out.") % {"asset": line.asset, "count": were_out[line.pk]}
                    raise RefusedError("too_many", sentence, line=line.position - 1)
                _settle(line, part)
                moved.append(_moved(line, part, were_out[line.pk]))
            handover = _write(
                Handover(
                    loan=locked, kind=HandoverKind.BACK, officer=by, person=person, note=note, form_mark=form_mark
                ),
                pieces,
                photos,
            )
            for given in handover.lines.exclude(condition__in=USABLE).select_related("line"):
                _open_incident(given, by)
            enter(locked, Act.TAKE_BACK, by=by, note=note, details=_details(handover, moved))
            if not any(line.handed - line.returned - line.lost for line in lines.values()):
                _finish(locked, by)
            return handover
    except IntegrityError as error:
        return _twice(error, loan, form_mark)


_MOST_NAMED = 3
"""Borrowers who are named in one sentence."""


def _officer(by: User) -> None:
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))


def is_for_another_officer(by: User, borrower_id: int) -> bool:
    """Whether `by` is the borrower, and another asset officer is here who can do it."""
    if by.pk != borrower_id:
        return False
    code = KEEP_REGISTER.rpartition(".")[2]
    may = Q(groups__permissions__codename=code) | Q(user_permissions__codename=code)
    others = User.objects.filter(may, is_active=True).exclude(pk=by.pk).distinct()
    return any(other.has_perm(KEEP_REGISTER) for other in others)


def require_other_officer(by: User, borrower_id: int) -> None:
    """RefusedError (code: own) where an asset officer would act on a loan of their own, and another could.

    Whoever is the only one may: the municipality would stand still otherwise, and the history names them.
    """
    require(
        not is_for_another_officer(by, borrower_id), "own",
        _("This loan is your own. Another asset officer does this."),
    )  # fmt: skip


def _to_hand_over(loan: Loan, by: User) -> Loan:
    _officer(by)
    # A form that is sent again must find its handover although the loan has ended by it.
    locked = Loan.objects.select_for_update(no_key=True).get(pk=loan.pk)
    require_other_officer(by, locked.borrower_id)
    return locked


def _moved(line: LoanLine, part: Pieces, of: int) -> dict[str, Any]:
    """For the history: so many pieces of a thing, out of how many, in which condition."""
    asset = line.asset
    return {
        "line": line.position, "asset": asset.number, "name": asset.name, "unit": asset.unit,
        "quantity": part.quantity, "of": of, "condition": str(part.condition),
    }  # fmt: skip


def _details(handover: Handover, moved: list[dict[str, Any]]) -> dict[str, Any]:
    """For the history. own: the borrower is the officer, who was the only one."""
    said: dict[str, Any] = {"handover": handover.pk, "person": handover.person, "pieces": moved}
    if handover.officer_id == handover.loan.borrower_id:
        said["own"] = True
    return said


def _require_words(pieces: Sequence[Pieces], person: str) -> None:
    """After a form sent again was found: its second click may find nothing left to choose."""
    require(any(part.quantity for part in pieces), "nothing", _("Choose at least one piece."))
    require(bool(person.strip()), "person", _("Write who received the things, or brought them."))


def _known(form_mark: str, loan: Loan) -> Handover | None:
    return Handover.objects.filter(form_mark=form_mark, loan=loan).first()


def _twice(error: IntegrityError, loan: Loan, form_mark: str) -> Handover:
    known = _known(form_mark, loan)
    if known is not None:
        return known
    if Handover.objects.filter(form_mark=form_mark).exists():
        raise RefusedError("form", _("This form was used for another loan. Open it again.")) from error
    raise refusal_of(error) from error


def out_elsewhere(assets: Sequence[int], loan: Loan) -> dict[int, list[LoanLine]]:
    """Lines of other loans of which something is out, by asset; with loan and borrower. One query."""
    found: dict[int, list[LoanLine]] = {}
    rows = LoanLine.objects.holding().filter(asset_id__in=assets, out__gt=0).exclude(loan_id=loan.pk)
    for line in rows.select_related("loan__borrower").order_by("pk"):
        found.setdefault(line.asset_id, []).append(line)
    return found


def free_to_hand_out(line: LoanLine, elsewhere: Sequence[LoanLine]) -> int:
    """How many pieces of a line (with its asset) can go out now: what is promised, usable and on the shelf."""
    there = line.asset.usable - sum(other.out for other in elsewhere) - (line.handed - line.returned - line.lost)
    return max(0, min(line.to_hand_out, there))


def _can_go_out(line: LoanLine, part: Pieces, elsewhere: Sequence[LoanLine]) -> None:
    """RefusedError, at the line, where these pieces cannot be given now."""
    asset, place = line.asset, line.position - 1
    if not asset.can_be_lent:
        raise RefusedError("unusable", _("%(asset)s cannot be lent now.") % {"asset": asset}, line=place)
    if part.condition not in USABLE:
        raise RefusedError("condition", _("What is handed out can be used."), line=place)
    if part.quantity > line.to_hand_out:
        sentence = _("Of %(asset)s %(count)s can still be handed out.")
        raise RefusedError("too_many", sentence % {"asset": asset, "count": line.to_hand_out}, line=place)
    free = free_to_hand_out(line, elsewhere)
    if part.quantity <= free:
        return
    if not elsewhere:
        sentence = _("Of %(asset)s only %(count)s are usable and here.") % {"asset": asset, "count": free}
        raise RefusedError("unusable", sentence, line=place)
    raise RefusedError("out", still_out(line, elsewhere, free), line=place)


def still_out(line: LoanLine, elsewhere: Sequence[LoanLine], free: int) -> str:
    """That others have not brought it back: who, on which loan, and since when it is due. For the asset officer."""
    who = ", ".join(
        _("%(person)s (loan %(number)s, due %(day)s)")
        % {"person": other.loan.borrower, "number": other.loan, "day": short_date(other.loan.due_on)}
        for other in elsewhere[:_MOST_NAMED]
    )
    if line.asset.is_single:
        return _("%(asset)s has not come back yet: %(who)s.") % {"asset": line.asset, "who": who}
    return _("Of %(asset)s only %(count)s are here; others have not come back yet: %(who)s.") % {
        "asset": line.asset, "count": free, "who": who,
    }  # fmt: skip


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
    if asset.is_single:
        # Whatever a count said of it meanwhile: who holds it in their hands knows better.
        set_condition(asset, part.condition)
    elif part.condition not in USABLE:
        asset.broken = min(asset.quantity, asset.broken + part.quantity)
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
    loan.extensions.filter(decision=Decision.WAITING).update(
        decision=Decision.REFUSED, decided_by=by, decided_at=timezone.now(), answer=_("Everything is back.")
    )
    loan.state, loan.finished_on = LoanState.RETURNED, today()
    loan.save(update_fields=["state", "finished_on"])
    enter(loan, Act.FINISH, by=by)
