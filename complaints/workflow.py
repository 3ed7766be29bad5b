"""What may happen to a case in which state, and where it leads: one table.

Rows are acts, columns the states in which they are allowed, values the state afterwards. What is not in the table is
forbidden; `tests/complaints/test_workflow.py` walks every pair.
"""

from __future__ import annotations

from .choices import Act, State

S = State

_SAME = {state: state for state in State}
_OPEN = (S.RECEIVED, S.IN_PROGRESS, S.WAITING)

TRANSITIONS: dict[Act, dict[State, State]] = {
    # Officers
    Act.ACCEPT: {S.RECEIVED: S.IN_PROGRESS},
    Act.ASK: dict.fromkeys(_OPEN, S.WAITING),
    Act.ANSWER: _SAME,
    Act.NOTE: _SAME,
    Act.ASSIGN: {state: state for state in (*_OPEN, S.REFERRED)},
    Act.REFUSE: dict.fromkeys(_OPEN, S.REFUSED),
    Act.REFER: dict.fromkeys(_OPEN, S.REFERRED),
    Act.CLOSE: dict.fromkeys((S.IN_PROGRESS, S.WAITING, S.REFERRED), S.CLOSED),
    Act.REOPEN: dict.fromkeys((S.REFERRED, S.CLOSED, S.REFUSED, S.WITHDRAWN), S.IN_PROGRESS),
    Act.OPEN_IDENTITY: _SAME,
    Act.EXPORT: _SAME,
    Act.SHARE: _SAME,
    # The reporter
    Act.WRITE: _SAME | {S.WAITING: S.IN_PROGRESS},
    Act.IDENTIFY: _SAME,
    Act.WITHDRAW: dict.fromkeys((*_OPEN, S.REFERRED), S.WITHDRAWN),
    # The end
    Act.DESTROY: {S.CLOSED: S.CLOSED, S.REFUSED: S.REFUSED, S.WITHDRAWN: S.WITHDRAWN},
}

REPORTER_ACTS = frozenset({Act.WRITE, Act.IDENTIFY, Act.WITHDRAW})
PORTAL_ACTS = frozenset({Act.DESTROY})
OFFICER_ACTS = frozenset(TRANSITIONS) - REPORTER_ACTS - PORTAL_ACTS


class ForbiddenActError(Exception):
    """The act is not possible in the state that the case is in now."""

    def __init__(self, act: Act, state: State) -> None:
        super().__init__(f"{act.value} in {state.value}")
        self.act = act
        self.state = state


def allows(act: Act, state: State) -> bool:
    """Whether `act` is possible in `state`."""
    return State(state) in TRANSITIONS[act]


def next_state(act: Act, state: State) -> State:
    """The state after `act`; ForbiddenActError where it is not possible."""
    try:
        return TRANSITIONS[act][State(state)]
    except KeyError:
        raise ForbiddenActError(act, State(state)) from None
