"""Amounts as people say them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear
from ita_portal.thai import ENGLISH_MONTHS, MONTHS

MILLION = Decimal(1_000_000)


def in_short(amount: Decimal | None) -> str:
    """`45.2 million baht`, `6,900 baht`; what is not known is an en dash, never a zero."""
    if amount is None:
        return "–"
    if abs(amount) >= MILLION:
        millions = (amount / MILLION).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return _("%(amount)s million baht") % {"amount": f"{millions:,}"}
    return _("%(amount)s baht") % {"amount": whole(amount)}


def whole(amount: Decimal) -> str:
    """`6,900`: without satang, half a baht rounded up."""
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


def about(amount: Decimal) -> str:
    """`6,900` for 6,911.31: two digits that count, as one says “about”."""
    rounded = amount.quantize(Decimal(1), ROUND_HALF_UP)
    digits = len(str(abs(int(rounded))))
    step = Decimal(10) ** max(digits - 2, 0)
    return f"{(rounded / step).quantize(Decimal(1), ROUND_HALF_UP) * step:,.0f}"


def percent(share: Decimal | None) -> str:
    """`61.25%`; what cannot be told is an en dash."""
    return "–" if share is None else f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP):,}%"


def month_name(year: int, month: int) -> str:
    """A fiscal month (1 is October) by its name: `ตุลาคม 2568`; in English `October 2568 BE`."""
    first = FiscalYear(year).start.month - 1 + month - 1
    buddhist = year - 1 + first // 12
    if (get_language() or "th").startswith("th"):
        return f"{MONTHS[first % 12]} {buddhist}"
    return f"{ENGLISH_MONTHS[first % 12]} {buddhist} BE"
