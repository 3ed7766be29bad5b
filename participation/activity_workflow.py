"""Which act is possible in which state of an activity: one table, which the database keeps as well."""

from __future__ import annotations

from collections.abc import Mapping

from .activity_choices import ActivityAct as Act
from .activity_choices import ActivityState as State

PUBLIC = (State.ANNOUNCED, State.POSTPONED, State.CANCELLED, State.HELD, State.COMPLETE)

TRANSITIONS: Mapping[Act, Mapping[State, State]] = {
    Act.ANNOUNCE: dict.fromkeys((State.DRAFT, State.POSTPONED), State.ANNOUNCED),
    Act.POSTPONE: {State.ANNOUNCED: State.POSTPONED},
    Act.CANCEL: dict.fromkeys((State.ANNOUNCED, State.POSTPONED), State.CANCELLED),
    Act.HOLD: dict.fromkeys((State.DRAFT, State.ANNOUNCED, State.POSTPONED), State.HELD),
    Act.COMPLETE: dict.fromkeys((State.DRAFT, State.ANNOUNCED, State.POSTPONED, State.HELD), State.COMPLETE),
    Act.CORRECT: {state: state for state in (State.ANNOUNCED, State.POSTPONED, State.HELD, State.COMPLETE)},
    Act.WITHDRAW: dict.fromkeys(PUBLIC, State.WITHDRAWN),
}
"""act → state before → state after. What is cancelled stays cancelled, what is withdrawn stays withdrawn."""

CHANGEABLE = (State.DRAFT, *TRANSITIONS[Act.CORRECT])
"""States in which its words may be worked on."""


def acts_in(state: str) -> tuple[Act, ...]:
    """What can be done with an activity in a state."""
    return tuple(act for act, steps in TRANSITIONS.items() if state in steps)


def steps() -> list[tuple[str, str]]:
    """Every step from one state to another, or to the same, that some act takes."""
    return sorted({(str(before), str(after)) for way in TRANSITIONS.values() for before, after in way.items()})
