"""Template filters for dates, digits and money in the Thai manner."""

import datetime as dt
from decimal import Decimal

from django import template

from .. import thai

register = template.Library()


@register.filter
def long_date(value: dt.date | dt.datetime | None) -> str:
    """`1 ตุลาคม 2566`."""
    return thai.long_date(value) if value else ""


@register.filter
def short_date(value: dt.date | dt.datetime | None) -> str:
    """`1 ต.ค. 66`."""
    return thai.short_date(value) if value else ""


@register.filter
def thai_digits(value: object) -> str:
    """`2567` → `๒๕๖๗`."""
    return thai.to_thai_digits(value)


@register.filter
def baht(value: Decimal | int | None) -> str:
    """`1,234,567.00`."""
    return thai.baht(value)
