"""The topic of the public pages of participation, and the triggers that tell them what has changed."""

from __future__ import annotations

import pgtrigger

from organization.page_topics import bumps_pages_where

TOPIC = "participation"


def bumps_where(condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return bumps_pages_where(TOPIC, condition, *columns)
