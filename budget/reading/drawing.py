"""Sums as charts: the same numbers as the table beside them, in words too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ita_portal.thai import baht

from ..charts import BarChart, Treemap, bar_chart, treemap
from ..charts.bars import Row
from ..charts.treemap import Share
from ..money import Money
from .quarters import QuarterSpending
from .slices import Slice
from .words import in_short, percent

PLACES = {"large": (980, 400), "wide": (640, 380), "narrow": (270, 520)}
"""The least room that a treemap has on a large screen, on a tablet, on a telephone, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A bar chart with its name and its text alternative."""

    key: str
    title: str
    words: str
    chart: BarChart


@dataclass(frozen=True, slots=True)
class Map:
    """A treemap with its name and its text alternative, once for each place (`PLACES`)."""

    key: str
    title: str
    words: str
    places: dict[str, Treemap]


def spending_words(money: Money) -> str:
    """`27.21% of 45.2 million baht`; also where nothing is known."""
    if money.revised is None:
        return _("The amount is not known.")
    if money.disbursed is None:
        return _("%(planned)s; spending is not told yet") % {"planned": in_short(money.revised)}
    return _("%(share)s of %(planned)s") % {
        "share": percent(money.share_of_revised),
        "planned": in_short(money.revised),
    }


def _sentence(name: str, money: Money) -> str:
    return _("%(name)s: revised %(revised)s, disbursed %(disbursed)s, obligated %(obligated)s baht") % {
        "name": name,
        "revised": baht(money.revised),
        "disbursed": baht(money.disbursed),
        "obligated": baht(money.obligated),
    }


def spending_bars(key: str, title: str, slices: Sequence[Slice], *, named: bool = True) -> Drawing:
    """A bar for each slice: disbursed and obligated within the revised amount. named: whether each has its name above
    it, which a single one under its heading needs not."""
    rows = [
        Row(
            one.name if named else "",
            spending_words(one.money),
            (("disbursed", one.money.disbursed), ("obligated", one.money.obligated)),
            one.money.revised,
            one.thai,
        )
        for one in slices
    ]
    return Drawing(key, title, "; ".join(_sentence(one.name, one.money) for one in slices), bar_chart(rows))


def received_bars(key: str, title: str, slices: Sequence[Slice], *, named: bool = True) -> Drawing:
    """A bar for each category of revenue: what was received within the estimate. named: as above."""
    rows, words = [], []
    for one in slices:
        money = one.money
        told = (
            _("%(planned)s; nothing is told of it yet") % {"planned": in_short(money.revised)}
            if money.received is None
            else _("%(share)s of %(planned)s")
            % {"share": percent(money.share(what="received")), "planned": in_short(money.revised)}
        )
        rows.append(Row(one.name if named else "", told, (("disbursed", money.received),), money.revised, one.thai))
        words.append(
            _("%(name)s: estimated %(revised)s, received %(received)s baht")
            % {"name": one.name, "revised": baht(money.revised), "received": baht(money.received)}
        )
    return Drawing(key, title, "; ".join(words), bar_chart(rows))


def quarter_bars(key: str, title: str, quarters: Sequence[QuarterSpending]) -> Drawing:
    """A bar for each quarter: what it spent within what was planned for it."""
    rows, words = [], []
    for one in quarters:
        name = _("Quarter %(number)s") % {"number": one.number}
        plan = one.planned.amount if one.planned else None
        if one.spent is not None:
            told = _("%(spent)s spent") % {"spent": in_short(one.spent)}
        elif one.gap == "before":
            told = _("what it alone spent cannot be told")
        else:
            told = _("spending is not told yet")
        if plan is not None:
            told = _("%(spent)s; %(planned)s planned") % {"spent": told, "planned": in_short(plan)}
        spent = one.spent if one.spent is not None and one.spent > 0 else None
        rows.append(Row(name, told, (("disbursed", spent),), plan))
        words.append(
            _("%(name)s: planned %(planned)s, spent %(spent)s baht")
            % {"name": name, "planned": baht(plan), "spent": baht(one.spent)}
        )
    return Drawing(key, title, "; ".join(words), bar_chart(rows))


def share_map(key: str, title: str, slices: Sequence[Slice]) -> Map:
    """Each slice as a tile as large as its revised amount."""
    shares = [Share(one.number, one.name, one.money.revised, in_short(one.money.revised), one.look) for one in slices]
    words = "; ".join(
        _("%(number)s %(name)s: %(amount)s baht")
        % {"number": one.number, "name": one.name, "amount": baht(one.money.revised)}
        for one in slices
    )
    places = {place: treemap(shares, width=width, height=height) for place, (width, height) in PLACES.items()}
    return Map(key, title, words, places)
