"""What the columns of money of a line have to do with each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError

from .columns import QUARTERS
from .sums import in_baht, satang

ZERO = Decimal(0)


def settle(values: dict[str, Any]) -> Iterator[BadValueError]:
    """Bring a line's amounts into one form: original, and transferred in and out, or their difference (`net`).

    Afterwards `revised` is gone; without any column of transfers there is none of the three. What contradicts itself
    is told, column by column.
    """
    revised = values.pop("revised", None)
    if "original" not in values and all(values.get(key) is not None for key in QUARTERS):
        values["original"] = sum((values[key] for key in QUARTERS), ZERO)
    original, net = values.get("original"), values.get("net")
    moved = [values.get("transferred_in"), values.get("transferred_out")]
    given = any(amount is not None for amount in moved)
    if original is None:
        if given or net is not None or revised is not None:
            yield BadValueError(_("The original amount is missing."), "original")
        return
    if given or "transferred_in" in values or "transferred_out" in values:
        into, out = moved[0] or ZERO, moved[1] or ZERO
        if net is not None and given and into - out != net:
            yield _sum("net", into - out, net)
        if given or net is None:
            values["transferred_in"], values["transferred_out"] = into, out
            values.pop("net", None)
            net = into - out
        else:
            values.pop("transferred_in", None)
            values.pop("transferred_out", None)
    elif net is None and revised is not None:
        net = values["net"] = revised - original
    elif "net" in values:
        net = values["net"] = net or ZERO
    expected = original + (net or ZERO)
    if revised is not None and revised != expected:
        yield _sum("revised", expected, revised)
    elif expected < 0:
        yield BadValueError(_("More is taken away than there is."), "transferred_out" if given else "net")


def as_written(values: dict[str, Any]) -> None:
    """Fill in what a row leaves out though its subtotal counts it: the revised amount, and what is transferred."""
    original, into, out = values.get("original"), values.get("transferred_in"), values.get("transferred_out")
    net = values.get("net")
    if net is None and (into is not None or out is not None):
        net = values["net"] = (into or ZERO) - (out or ZERO)
    if values.get("revised") is None and original is not None:
        values["revised"] = original + (net or ZERO)


def _sum(column: str, found: Decimal, said: Decimal) -> BadValueError:
    return BadValueError(
        _("Original, plus in, less out is %(found)s; here stands %(said)s."), column,
        found=in_baht(satang(found)), said=in_baht(satang(said)),
    )  # fmt: skip


def settle_quarters(values: dict[str, Any], revised: Decimal | None) -> BadValueError | None:
    """The four quarters add up to the amount. Where they do without a quarter that is empty, that one is zero."""
    some = [values.get(key) for key in QUARTERS]
    known = [amount for amount in some if amount is not None]
    if not known:
        return None
    if revised is None:
        return BadValueError(_("The amount that the quarters add up to is missing."), "original")
    if sum(known, ZERO) != revised:
        last = [key for key in QUARTERS if values.get(key) is not None][-1]
        return BadValueError(
            _("The four quarters add up to %(found)s, the amount of the line is %(said)s."), last,
            found=in_baht(satang(sum(known, ZERO))), said=in_baht(satang(revised)),
        )  # fmt: skip
    for key, amount in zip(QUARTERS, some, strict=True):
        values[key] = ZERO if amount is None else amount
    return None
