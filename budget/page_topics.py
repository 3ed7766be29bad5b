"""Triggers that tell the public pages of the budget: where something is published, never where a draft changes."""

from __future__ import annotations

import pgtrigger

from organization.page_topics import bumps_pages_where

TOPIC = "budget"


def bumps_where(condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return bumps_pages_where(TOPIC, condition, *columns)


def bumps_when_published() -> pgtrigger.Trigger:
    """A draft becomes public, or what was current is not any more. Rows come as drafts: their entry shows nothing."""
    return bumps_where(
        "OLD.state IS DISTINCT FROM NEW.state OR OLD.is_current IS DISTINCT FROM NEW.is_current", "state", "is_current"
    )
