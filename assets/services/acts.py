"""What every act on a loan has in common: lock, look whether it is possible, write it down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from organization.models import User

from ..choices import Act, LoanState
from ..errors import RefusedError
from ..models import Loan, LoanEntry, LoanLine
from ..workflow import TRANSITIONS

_LINE_COLUMNS = (
    "loan_id", "asset_id", "position", "single", "quantity", "held", "handed", "returned", "lost", "out",
    *(f"asset__{name}" for name in
      ("number", "name", "division", "kind", "quantity", "broken", "unit", "condition", "lendable", "retired_on")),
)  # fmt: skip
"""What acts look at: the long texts of a register's row stay where they are."""


def require(condition: bool, code: str, message: str | Promise) -> None:
    """RefusedError where `condition` does not hold."""
    if not condition:
        raise RefusedError(code, message)


def locked_loan(loan: Loan, act: Act) -> Loan:
    """The loan as it is now, locked until the transaction ends; RefusedError where its state does not allow `act`."""
    locked = Loan.objects.select_for_update(no_key=True).get(pk=loan.pk)
    next_state(locked, act)
    return locked


def next_state(loan: Loan, act: Act) -> LoanState:
    """The state after `act`; RefusedError (code: state) where it is not possible."""
    try:
        return TRANSITIONS[act][LoanState(loan.state)]
    except KeyError:
        sentence = _("This is not possible any more: the loan is “%(state)s”.") % {"state": loan.get_state_display()}
        raise RefusedError("state", sentence) from None


def locked_lines(loan: Loan) -> list[LoanLine]:
    """The loan's lines with their assets locked in one order, so that two who need the same never wait in a circle."""
    return locked_lines_of([loan])[loan.pk]


def locked_lines_of(loans: Iterable[Loan]) -> dict[int, list[LoanLine]]:
    """The lines of each loan (by primary key), their assets locked in one order over all of them. One query."""
    of = {loan.pk: loan for loan in loans}
    lines = (
        LoanLine.objects.filter(loan_id__in=list(of))
        .select_related("asset")
        .order_by("asset_id", "pk")
        .select_for_update(of=("self", "asset"), no_key=True)
        .only(*_LINE_COLUMNS)
    )
    found: dict[int, list[LoanLine]] = {pk: [] for pk in of}
    for line in lines:
        line.loan = of[line.loan_id]
        found[line.loan_id].append(line)
    for some in found.values():
        some.sort(key=lambda line: line.position)
    return found


def enter(loan: Loan, act: Act, *, by: User, note: str = "", details: dict[str, Any] | None = None) -> LoanEntry:
    """Write down what was done."""
    return LoanEntry.objects.create(
        loan=loan, act=act, state=loan.state, by=by, note=note.strip(), details=details or {}
    )
