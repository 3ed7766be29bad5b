"""What whoever approves does: allow or refuse a loan, or more time for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, transaction
from django.db.models import DateField, F, Func, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import DateRange

from ita_portal.fiscal import today
from ita_portal.thai import short_date
from organization.models import User

from ..approvers import Seat
from ..choices import Act, Decision, LoanState
from ..errors import RefusedError, refusal_of
from ..models import Extension, Loan, LoanLine
from ..stock import Want, refusals
from .acts import enter, locked_lines, locked_loan, next_state, require


def approve_loan(loan: Loan, *, by: User, revision: int, note: str = "", seat: Seat | None = None) -> Loan:
    """Allow a loan; from now on its things are held. revision: of the request that was read.

    seat: that of `by`, where it was just read. `bulk_decisions.approve_loans` does the same for several at once.
    RefusedError (codes: state, not_yours, changed, past, taken, overdue, …) where it is not possible.
    """
    try:
        with transaction.atomic():
            locked, seat = _to_decide(loan, Act.APPROVE, by, seat)
            check_request(locked, revision)
            lines = locked_lines(locked)
            check_owner(locked, lines)
            during = days_to_hold(locked)
            wants = [Want(line.asset, line.quantity) for line in lines]
            for refusal in refusals(wants, during.lower, locked.due_on, without_loan=locked.pk):
                raise refusal
            LoanLine.objects.filter(loan=locked).update(held=F("quantity"), during=during)
            columns = mark_approved(locked, seat, note, timezone.now())
            locked.save(update_fields=columns)
            enter(locked, Act.APPROVE, by=by, note=note, details={"as": locked.decided_as})
            return locked
    except IntegrityError as error:
        raise refusal_of(error) from error


def check_decider(loan: Loan, act: Act, seat: Seat, *, heads: Mapping[int, Sequence[int]] | None = None) -> None:
    """RefusedError (codes: state, own, not_yours) where the seat's person cannot do `act` on `loan` as it is now.

    heads: `approvers.heads_by_division`, where many loans are asked about.
    """
    next_state(loan, act)
    require(loan.borrower_id != seat.user.pk, "own", _("Nobody decides on their own loan."))
    require(seat.may_decide(loan, heads=heads), "not_yours", _("Somebody else decides on this loan."))


def check_request(loan: Loan, revision: int) -> None:
    """RefusedError (codes: changed, past) where what was read is no longer asked for, or cannot be any more."""
    require(loan.revision == revision, "changed", _("The borrower changed the request. Read it again."))
    require(
        loan.due_on >= today(), "past",
        _("The loan would have ended on %(day)s. Refuse it; the borrower may ask again.")
        % {"day": short_date(loan.due_on)},
    )  # fmt: skip


def check_owner(loan: Loan, lines: Sequence[LoanLine]) -> None:
    """RefusedError (code: moved) where a thing is no longer of the division that was asked."""
    for line in lines:
        require(
            line.asset.division_id == loan.owner_id, "moved",
            _("%(asset)s belongs to another division now. Refuse this; the borrower asks again.")
            % {"asset": line.asset},
        )  # fmt: skip


def days_to_hold(loan: Loan) -> DateRange:
    """The days of a loan that are still to come, both ends included.

    Days that have passed are promised to nobody: a promise of then that was not collected is in nobody's way.
    """
    return DateRange(max(loan.start_on, today()), loan.due_on, "[]")


def mark_approved(loan: Loan, seat: Seat, note: str, at: dt.datetime) -> list[str]:
    """Write the approval into `loan`, unsaved; the columns that it changes."""
    loan.state, loan.decided_by, loan.decided_at = LoanState.APPROVED, seat.user, at
    loan.decided_as, loan.reason = seat.title_for(loan), note.strip()
    return ["state", "decided_by", "decided_at", "decided_as", "reason"]


@transaction.atomic
def refuse_loan(loan: Loan, *, by: User, reason: str, revision: int | None = None, seat: Seat | None = None) -> Loan:
    """Refuse a loan with a reason that the borrower reads. revision: of the request that was read, where known.

    seat: that of `by`, where it was just read.
    """
    locked, seat = _to_decide(loan, Act.REFUSE, by, seat)
    require(
        revision is None or locked.revision == revision, "changed",
        _("The borrower changed the request. Read it again."),
    )  # fmt: skip
    require(bool(reason.strip()), "reason", _("Write why, so that the borrower knows what to change."))
    locked.state, locked.decided_by, locked.decided_at = LoanState.REFUSED, by, timezone.now()
    locked.decided_as, locked.reason, locked.finished_on = seat.title_for(locked), reason.strip(), today()
    locked.save(update_fields=["state", "decided_by", "decided_at", "decided_as", "reason", "finished_on"])
    enter(locked, Act.REFUSE, by=by, note=reason, details={"as": locked.decided_as})
    return locked


def approve_extension(extension: Extension, *, by: User, answer: str = "") -> Extension:
    """Allow more time: the things are held until the new day, where nobody else was promised them."""
    try:
        with transaction.atomic():
            locked, seat = _to_decide(extension.loan, Act.APPROVE_EXTENSION, by)
            waiting = _waiting(extension)
            require(waiting.new_due_on >= today(), "past", _("The new day of return has passed. Refuse it."))
            lines = [line for line in locked_lines(locked) if line.held]
            wants = [Want(line.asset, line.held) for line in lines]
            for refusal in refusals(wants, locked.due_on, waiting.new_due_on, without_loan=locked.pk):
                # A borrowed thing that is broken or no longer lent may stay where it is.
                if refusal.code in ("taken", "overdue"):
                    raise refusal
            # Of days that have passed nothing is promised any more, not even to who never came for it.
            begun = Greatest(Func("during", function="lower", output_field=DateField()), Value(today()))
            days = Func(
                begun, Value(waiting.new_due_on), Value("[]"), function="daterange", output_field=DateRangeField()
            )
            LoanLine.objects.holding().filter(loan=locked).update(during=days)
            locked.due_on = waiting.new_due_on
            locked.save(update_fields=["due_on"])
            _decide(waiting, Decision.APPROVED, by, answer)
            enter(
                locked, Act.APPROVE_EXTENSION, by=by, note=answer,
                details={
                    "old_due_on": str(waiting.old_due_on), "new_due_on": str(waiting.new_due_on),
                    "as": seat.title_for(locked),
                },
            )  # fmt: skip
            return waiting
    except IntegrityError as error:
        raise refusal_of(error) from error


@transaction.atomic
def refuse_extension(extension: Extension, *, by: User, answer: str) -> Extension:
    """Refuse more time with a reason; the day of return stays."""
    locked, seat = _to_decide(extension.loan, Act.REFUSE_EXTENSION, by)
    waiting = _waiting(extension)
    require(bool(answer.strip()), "reason", _("Write why, so that the borrower knows."))
    _decide(waiting, Decision.REFUSED, by, answer)
    details = {"new_due_on": str(waiting.new_due_on), "as": seat.title_for(locked)}
    enter(locked, Act.REFUSE_EXTENSION, by=by, note=answer, details=details)
    return waiting


def _to_decide(loan: Loan, act: Act, by: User, seat: Seat | None = None) -> tuple[Loan, Seat]:
    locked = locked_loan(loan, act)
    seat = seat or Seat.of(by)
    check_decider(locked, act, seat)
    return locked, seat


def _waiting(extension: Extension) -> Extension:
    """The request for more time, under the lock of its loan."""
    fresh = Extension.objects.get(pk=extension.pk)
    if fresh.decision != Decision.WAITING:
        raise RefusedError("decided", _("Somebody has decided on this already."))
    return fresh


def _decide(extension: Extension, decision: Decision, by: User, answer: str) -> None:
    extension.decision, extension.decided_by, extension.decided_at = decision, by, timezone.now()
    extension.answer = answer.strip()
    extension.save()
