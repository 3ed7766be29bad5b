"""Filters of the budget's public pages: amounts as people say them, found words in a text."""

import re
from decimal import Decimal

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ita_portal.thai import baht, baht_in_words

from ..differences import Difference
from ..reading import changes, words
from ..reading.changes import FieldChange

register = template.Library()


@register.filter
def short_baht(value: Decimal | None) -> str:
    """`45.2 million baht`."""
    return words.in_short(value)


@register.filter
def share(value: Decimal | None) -> str:
    """`61.25%`."""
    return words.percent(value)


@register.filter
def thai_words(value: Decimal | None) -> str:
    """`หนึ่งแสนบาทถ้วน`; nothing for an amount that is not known."""
    return "" if value is None else baht_in_words(value)


@register.filter
def signed_baht(value: Decimal | None) -> str:
    """`+10,000.00`, `−10,000.00`, `0.00`: a difference says its direction by a sign."""
    if not value:
        return baht(value)
    return f"{'+' if value > 0 else '−'}{baht(abs(value))}"


@register.filter
def count(value: int) -> str:
    """`6,540`: how many people or things."""
    return f"{value:,}"


@register.filter
def about(value: Decimal) -> str:
    """`6,900` for 6,911.31."""
    return words.about(value)


@register.filter
def month_name(year: int, month: int) -> str:
    """A fiscal month of a year by its name: `ตุลาคม 2568`."""
    return words.month_name(year, month)


@register.filter
def marked(text: str, asked: str) -> SafeString:
    """The text with the words of a search marked, inside Thai words too."""
    looked_for = sorted({re.escape(word) for word in asked.split()[:8]}, key=len, reverse=True)
    if not looked_for:
        return mark_safe(escape(text))  # noqa: S308 - escaped
    pieces = re.split(f"({'|'.join(looked_for)})", text, flags=re.IGNORECASE)
    found = (f"<mark>{escape(piece)}</mark>" if number % 2 else escape(piece) for number, piece in enumerate(pieces))
    return mark_safe("".join(found))  # noqa: S308 - each piece is escaped


@register.filter
def field_changes(change: Difference | None, year: int) -> list[FieldChange]:
    """What changed in a line of a year."""
    return changes.field_changes(change, year)
