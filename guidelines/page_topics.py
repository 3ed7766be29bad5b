"""Triggers that tell the public pages of guidelines and trainings: where something becomes public, never where a draft
changes."""

from __future__ import annotations

import pgtrigger

from organization.page_topics import bumps_pages, bumps_pages_where

TOPIC = "guidelines"


def bumps() -> pgtrigger.Trigger:
    """A statement trigger for tables of which every change shows."""
    return bumps_pages(TOPIC)


def bumps_where(condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return bumps_pages_where(TOPIC, condition, *columns)
