"""Triggers that raise the topic of the public figures: only where a figure of the past changes (`assets.indicators`).

The function looks first and locks the topic's row only where it must; the acts on a loan that everybody does never
wait for it.
"""

from __future__ import annotations

import pgtrigger

TOPIC = "assets"
_BUMP = (
    "INSERT INTO organization_pagetopic (topic, generation) VALUES "  # noqa: S608 - a constant of the code
    f"('{TOPIC}', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1;"
)
_TODAY = "(now() AT TIME ZONE 'Asia/Bangkok')::date"
_MIDNIGHT = "date_trunc('day', now() AT TIME ZONE 'Asia/Bangkok') AT TIME ZONE 'Asia/Bangkok'"


def _after(name: str, operation: pgtrigger.Operation | pgtrigger.core.Operations, condition: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation,
        func=f"IF {condition} THEN {_BUMP} END IF; RETURN NULL;",
    )


def loan_triggers() -> list[pgtrigger.Trigger]:
    """An overdue loan gets another day of return; a loan is entered for a day that has passed."""
    return [
        _after(
            "past_day_of_return", pgtrigger.UpdateOf("due_on"),
            f"NEW.due_on <> OLD.due_on AND OLD.state IN ('out', 'returned') AND OLD.due_on < {_TODAY}",
        ),
        _after("past_loan", pgtrigger.Insert, f"NEW.requested_at < {_MIDNIGHT}"),
    ]  # fmt: skip


def count_triggers() -> list[pgtrigger.Trigger]:
    """An entry of an earlier day is corrected. What is counted today is told from tomorrow on: nobody waits for it."""
    return [
        _after(
            "counted_anew", pgtrigger.UpdateOf("result", "counted_at"),
            f"OLD.counted_at < {_MIDNIGHT} AND NEW.counted_at IS DISTINCT FROM OLD.counted_at",
        )
    ]  # fmt: skip


def session_triggers() -> list[pgtrigger.Trigger]:
    """A count is opened."""
    return [_after("opened", pgtrigger.UpdateOf("opened_at"), "NEW.opened_at IS DISTINCT FROM OLD.opened_at")]


def incident_triggers() -> list[pgtrigger.Trigger]:
    """Damage or loss is decided."""
    return [_after("decided", pgtrigger.UpdateOf("decided_on"), "NEW.decided_on IS DISTINCT FROM OLD.decided_on")]
