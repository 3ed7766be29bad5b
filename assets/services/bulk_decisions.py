"""Several loans approved in one step: the rules of `decisions.approve_loan`, with as many queries for fifty as for one.

Locks are taken as everywhere: loans first, by primary key; then assets, by primary key. Nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, transaction
from django.db.models import Case, DateField, F, Func, OuterRef, Subquery, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from organization.models import User

from ..approvers import Seat, heads_by_division
from ..availability import Claim
from ..choices import Act
from ..errors import RefusedError, refusal_of
from ..models import Loan, LoanEntry, LoanLine
from ..querysets import LoanQuerySet
from ..stock import Want, claims_of, refusals_beside
from .acts import locked_lines_of, require
from .decisions import approve_loan, check_decider, check_owner, check_request, days_to_hold, mark_approved

MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Chosen:
    """A request that was ticked. revision: of the request that was read."""

    public_id: str
    revision: int


@dataclass(slots=True)
class Approved:
    """What became of them, the earliest start first. refused: as they are now, and why; nothing of them changed."""

    approved: list[Loan] = field(default_factory=list)
    refused: list[tuple[Loan, RefusedError]] = field(default_factory=list)


def approve_loans(chosen: Sequence[Chosen], *, by: User, note: str = "", seat: Seat | None = None) -> Approved:
    """Allow each of at most fifty loans as `decisions.approve_loan` does; those that cannot be are left as they are.

    Of two that need the same thing the one that begins first gets it. Loans that do not exist are in neither list.
    seat: that of `by`, where it was just read.
    """
    require(
        len(chosen) <= MOST_AT_ONCE, "many",
        _("At most %(count)s requests are approved in one step.") % {"count": MOST_AT_ONCE},
    )  # fmt: skip
    revisions = {one.public_id: one.revision for one in chosen}
    seat = seat or Seat.of(by)
    try:
        with transaction.atomic():
            return _approve_together(revisions, seat, note)
    except IntegrityError as error:
        refusal_of(error)  # raises what is none of the guards of loans
    # A guard of the database saw what the look before it did not. It does not say of which loan: one by one, then.
    return _approve_one_by_one(revisions, seat, note)


def _approve_together(revisions: Mapping[str, int], seat: Seat, note: str) -> Approved:
    loans = list(_asked_for(revisions).select_for_update(no_key=True).order_by("pk"))
    heads = heads_by_division()
    result, possible = Approved(), []
    for loan in sorted(loans, key=_place_in_line):
        try:
            check_decider(loan, Act.APPROVE, seat, heads=heads)
            check_request(loan, revisions[loan.public_id])
        except RefusedError as refused:
            result.refused.append((loan, refused))
        else:
            possible.append(loan)
    lines = locked_lines_of(possible)
    claims = claims_of({line.asset_id for some in lines.values() for line in some})
    for loan in possible:
        try:
            _promise(loan, lines[loan.pk], claims)
        except RefusedError as refused:
            result.refused.append((loan, refused))
        else:
            result.approved.append(loan)
    result.refused.sort(key=lambda one: _place_in_line(one[0]))
    _write(result.approved, seat, note)
    return result


def _promise(loan: Loan, lines: Sequence[LoanLine], claims: dict[int, list[Claim]]) -> None:
    """Add to `claims` what the loan holds from now on; RefusedError where it cannot."""
    check_owner(loan, lines)
    start = days_to_hold(loan).lower
    wants = [Want(line.asset, line.quantity) for line in lines]
    for refusal in refusals_beside(claims, wants, start, loan.due_on):
        raise refusal
    for line in lines:
        claims.setdefault(line.asset_id, []).append(Claim(start, loan.due_on, line.quantity))


def _write(loans: Sequence[Loan], seat: Seat, note: str) -> None:
    if not loans:
        return
    at, columns = timezone.now(), []
    for loan in loans:
        columns = mark_approved(loan, seat, note, at)
    pks = [loan.pk for loan in loans]
    LoanLine.objects.filter(loan_id__in=pks).update(held=F("quantity"), during=_days_to_hold())
    same = {column: getattr(loans[0], column) for column in columns if column != "decided_as"}
    Loan.objects.filter(pk__in=pks).update(**same, decided_as=_titles(loans))
    LoanEntry.objects.bulk_create(
        LoanEntry(
            loan=loan, act=Act.APPROVE, state=loan.state, by=seat.user, note=loan.reason,
            details={"as": loan.decided_as},
        )
        for loan in loans
    )  # fmt: skip


def _days_to_hold() -> Func:
    """`decisions.days_to_hold` for lines of several loans."""
    of_loan = Loan.objects.filter(pk=OuterRef("loan_id")).order_by()
    start = Greatest(Subquery(of_loan.values("start_on")), Value(today(), output_field=DateField()))
    return Func(
        start, Subquery(of_loan.values("due_on")), Value("[]"), function="daterange", output_field=DateRangeField()
    )  # fmt: skip


def _titles(loans: Iterable[Loan]) -> Case | Value:
    """As what each was decided: nearly always one title, two or three for whoever deputises."""
    by_title: dict[str, list[int]] = {}
    for loan in loans:
        by_title.setdefault(loan.decided_as, []).append(loan.pk)
    if len(by_title) == 1:
        return Value(next(iter(by_title)))
    return Case(*(When(pk__in=pks, then=Value(title)) for title, pks in by_title.items()))


def _approve_one_by_one(revisions: Mapping[str, int], seat: Seat, note: str) -> Approved:
    result = Approved()
    for loan in sorted(_asked_for(revisions), key=_place_in_line):
        try:
            done = approve_loan(loan, by=seat.user, revision=revisions[loan.public_id], note=note, seat=seat)
        except RefusedError as refused:
            loan.refresh_from_db()
            result.refused.append((loan, refused))
        else:
            result.approved.append(done)
    return result


def _asked_for(revisions: Mapping[str, int]) -> LoanQuerySet:
    found: LoanQuerySet = Loan.objects.filter(public_id__in=list(revisions))
    return found


def _place_in_line(loan: Loan) -> tuple[object, int]:
    return loan.start_on, loan.pk
