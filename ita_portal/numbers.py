"""Arithmetic that people check by hand."""

from __future__ import annotations


def whole_percent(part: int, whole: int) -> int | None:
    """How many percent `part` is of `whole`, a half rounded up as at school; None of nothing. Neither is negative."""
    return (200 * part + whole) // (2 * whole) if whole else None
