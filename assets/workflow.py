"""What may happen to a loan in which state, and where it leads: one table.

Rows are acts, columns the states in which they are allowed, values the state afterwards. What is not in the table is
forbidden; `tests/assets/test_workflow.py` walks every pair.
"""

from __future__ import annotations

from .choices import Act, LoanState

S = LoanState

TRANSITIONS: dict[Act, dict[LoanState, LoanState]] = {
    # The borrower
    Act.CHANGE: {S.REQUESTED: S.REQUESTED},
    Act.CANCEL: {S.REQUESTED: S.CANCELLED, S.APPROVED: S.CANCELLED},
    Act.ASK_EXTENSION: {S.APPROVED: S.APPROVED, S.OUT: S.OUT},
    # Who approves
    Act.APPROVE: {S.REQUESTED: S.APPROVED},
    Act.REFUSE: {S.REQUESTED: S.REFUSED},
    Act.APPROVE_EXTENSION: {S.APPROVED: S.APPROVED, S.OUT: S.OUT},
    Act.REFUSE_EXTENSION: {S.APPROVED: S.APPROVED, S.OUT: S.OUT},
    # The asset officer
    Act.HAND_OUT: {S.APPROVED: S.OUT, S.OUT: S.OUT},
    Act.TAKE_BACK: {S.OUT: S.OUT},
    Act.CHASE: {S.OUT: S.OUT},
    Act.DECIDE_INCIDENT: {S.OUT: S.OUT, S.RETURNED: S.RETURNED},
    # The portal, when nothing of the loan is out any more
    Act.FINISH: {S.OUT: S.RETURNED},
}

APPROVER_ACTS = frozenset({Act.APPROVE, Act.REFUSE, Act.APPROVE_EXTENSION, Act.REFUSE_EXTENSION})


def allows(act: Act, state: LoanState | str) -> bool:
    """Whether `act` is possible in `state`."""
    return LoanState(state) in TRANSITIONS[act]
