"""Triggers that tell the public pages of the budget: where something is published, never where a draft changes."""

from __future__ import annotations

import pgtrigger

TOPIC = "budget"
_BUMP = (
    "INSERT INTO organization_pagetopic (topic, generation) VALUES "  # noqa: S608 - a constant of the code
    f"('{TOPIC}', 1) ON CONFLICT (topic) DO UPDATE SET generation = organization_pagetopic.generation + 1;"
)


def bumps_where(condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return pgtrigger.Trigger(
        name=f"bumps_{TOPIC}_pages",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"IF {condition} THEN {_BUMP} END IF; RETURN NULL;",
    )


def bumps_when_published() -> pgtrigger.Trigger:
    """A draft becomes public, or what was current is not any more. Rows come as drafts: their entry shows nothing."""
    return bumps_where(
        "OLD.state IS DISTINCT FROM NEW.state OR OLD.is_current IS DISTINCT FROM NEW.is_current", "state", "is_current"
    )
