"""Whose changes the public pages of the surveys show."""

from __future__ import annotations

import pgtrigger

from organization.page_topics import bumps_pages, bumps_pages_where

TOPIC = "surveys"


def bumps_where(condition: str, *columns: str) -> pgtrigger.Trigger:
    """A row trigger for writes of `columns` (any, without) after which `condition`, over OLD and NEW, is true."""
    return bumps_pages_where(TOPIC, condition, *columns)


def bumps(*columns: str) -> pgtrigger.Trigger:
    """A statement trigger for every change (of `columns`, where there are any)."""
    return bumps_pages(TOPIC, *columns)
