"""What may happen to a letter in which state, and where it leads: one table.

Rows are acts, columns the states in which they are allowed, values the state afterwards. What is not in the table is
forbidden; `tests/participation/test_letter_workflow.py` walks every pair.
"""

from __future__ import annotations

from .choices import LetterAct, LetterState

S = LetterState

TRANSITIONS: dict[LetterAct, dict[LetterState, LetterState]] = {
    # The plan office
    LetterAct.ROUTE: {S.RECEIVED: S.WITH_DIVISION},
    LetterAct.REFUSE: {S.RECEIVED: S.REFUSED, S.WITH_DIVISION: S.REFUSED},
    LetterAct.TAKE_UP: {S.REFUSED: S.RECEIVED},
    LetterAct.PUBLISH: {S.ANSWERED: S.ANSWERED, S.CLOSED: S.CLOSED},
    LetterAct.WITHHOLD: {S.WITH_DIVISION: S.WITH_DIVISION, S.ANSWERED: S.ANSWERED, S.CLOSED: S.CLOSED},
    # The division, or the plan office for it
    LetterAct.SEND_ON: {S.WITH_DIVISION: S.WITH_DIVISION},
    LetterAct.GIVE_BACK: {S.WITH_DIVISION: S.RECEIVED},
    LetterAct.ANSWER: {S.WITH_DIVISION: S.ANSWERED},
    LetterAct.CORRECT: {S.ANSWERED: S.ANSWERED, S.CLOSED: S.CLOSED},
    LetterAct.CLOSE: {S.ANSWERED: S.CLOSED},
    # The sender
    LetterAct.WRITE_AGAIN: {
        S.RECEIVED: S.RECEIVED, S.WITH_DIVISION: S.WITH_DIVISION, S.ANSWERED: S.WITH_DIVISION,
    },
    LetterAct.RATE: {S.ANSWERED: S.ANSWERED, S.CLOSED: S.CLOSED},
    LetterAct.CONSENT: {
        S.RECEIVED: S.RECEIVED, S.WITH_DIVISION: S.WITH_DIVISION, S.ANSWERED: S.ANSWERED, S.CLOSED: S.CLOSED,
    },
    LetterAct.WITHDRAW: {state: state for state in S},
}  # fmt: skip

OFFICE_ACTS = frozenset(
    {LetterAct.ROUTE, LetterAct.REFUSE, LetterAct.TAKE_UP, LetterAct.PUBLISH, LetterAct.WITHHOLD}
)  # fmt: skip
"""For the plan office alone."""


def allows(act: LetterAct, state: LetterState | str) -> bool:
    """Whether `act` is possible in `state`."""
    return LetterState(state) in TRANSITIONS[act]
