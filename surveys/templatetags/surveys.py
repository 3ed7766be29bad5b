"""Filters of the surveys' pages: figures as people read them."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template

from ..arithmetic import Distribution

register = template.Library()
_UNKNOWN = "–"


@register.filter
def count(value: int) -> str:
    """`6,540`: how many."""
    return f"{value:,}"


@register.filter
def points(value: Decimal | None) -> str:
    """`81.25`; an en dash for what is not known."""
    return _UNKNOWN if value is None else f"{value:.2f}"


@register.filter
def share_of(value: Decimal | None) -> str:
    """`84.00%` for 0.84; an en dash for what is not known."""
    if value is None:
        return _UNKNOWN
    return f"{(value * 100).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """What stands under a key; None for nothing."""
    return values.get(key)


@register.filter
def four(spread: Distribution) -> list[str]:
    """How often 0, 33.33, 66.67 and 100 were given; a dash where the question has no such answer."""
    values = list(spread.counts.values())
    if len(values) == 4:
        return [f"{n:,}" for n in values]
    return [f"{values[0]:,}", _UNKNOWN, _UNKNOWN, f"{values[-1]:,}"] if values else [_UNKNOWN] * 4


@register.filter
def two_digits(year: int) -> str:
    """`70` for the fiscal year 2570."""
    return f"{year % 100:02d}"


__all__ = ["at", "count", "four", "points", "share_of", "two_digits"]
