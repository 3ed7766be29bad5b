"""Cutting the budget: by programme, group, division or source, and what stands in one slice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Division

from ..choices import SIDE_OF, Group, Programme, Side, Source
from ..money import Money

NONE = "none"
"""In an address: the lines that say nothing of it."""
LOOK_OF_SIDE = {Side.GENERAL: 1, Side.COMMUNITY: 2, Side.ECONOMY: 3, Side.OTHER: 4}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to cut. key: in addresses; column: of `LineVersion`; parameter: of a list's filter; choices: its words,
    None for divisions."""

    key: str
    column: str
    parameter: str
    title: str | Promise
    heading: str | Promise
    choices: type[TextChoices] | None = None


DIMENSIONS: dict[str, Dimension] = {
    one.key: one
    for one in (
        Dimension("programmes", "programme", "programme", gettext_lazy("What the money is for"),
                  gettext_lazy("Programme"), Programme),
        Dimension("divisions", "division_id", "division", gettext_lazy("Who gets what"), gettext_lazy("Division")),
        Dimension("groups", "group", "group", gettext_lazy("Kinds of expenditure"),
                  gettext_lazy("Expenditure group"), Group),
        Dimension("sources", "source", "source", gettext_lazy("Where the money comes from"),
                  gettext_lazy("Source of money"), Source),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """One value of a dimension with its sums. thai: whether its name is the municipality's own words. number: its
    place in the list, from 1."""

    key: str
    name: str
    money: Money
    url: str = ""
    thai: bool = False
    number: int = 0
    look: int = 1


_SUMMED = ("original", "revised", "obligated", "disbursed", "received", "left_known")
_COUNTED = ("lines", "unknown", "unknown_original", "left_untold")


def add(parts: Iterable[Money]) -> Money:
    """The sums over all of them; None stays None where none of them knows."""
    found = list(parts)
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in found) for name in _COUNTED}
    for name in _SUMMED:
        known = [value for one in found if (value := getattr(one, name)) is not None]
        sums[name] = sum(known, Decimal(0)) if known else None
    return Money(**sums)


def fold(found: Mapping[Any, Money], index: int) -> dict[Any, Money]:
    """`money.split` by several columns, added up to one of them."""
    piles: dict[Any, list[Money]] = {}
    for values, money in found.items():
        piles.setdefault(values[index], []).append(money)
    return {value: add(pile) for value, pile in piles.items()}


def division_names() -> dict[int, str]:
    """Every division in the municipality's order. One query."""
    return dict(Division.objects.order_by("order").values_list("pk", "name"))


def slices_of(year: int, dimension: Dimension, found: Mapping[Any, Money], divisions: Mapping[int, str]) -> list[Slice]:
    """The values of a dimension in their usual order, each with its sums; what says nothing of it at the end."""
    choices = dimension.choices
    names: Mapping[Any, Any] = divisions if choices is None else dict(choices.choices)
    empty = None if choices is None else ""
    rows: list[Slice] = []
    for value in [*(value for value in names if value in found), *([empty] if empty in found else [])]:
        key = NONE if value == empty else str(value)
        rows.append(
            Slice(
                key,
                _("Not told") if value == empty else str(names[value]),
                found[value],
                reverse("budget:slice", args=[year, dimension.key, key]),
                dimension.choices is None and value != empty,
                len(rows) + 1,
                LOOK_OF_SIDE[SIDE_OF[value]] if dimension.choices is Programme and value in SIDE_OF else 1,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class MoneyTable:
    """A table of slices and their sum; every figure of a page stands in one. chosen: whether anything was spent."""

    caption: str
    heading: str
    rows: Sequence[Slice]
    total: Money

    @property
    def has_supply(self) -> bool:
        """Whether anything is told of spending."""
        return self.total.disbursed is not None or self.total.obligated is not None


def value_of(dimension: Dimension, key: str, divisions: Mapping[int, str]) -> tuple[Any, str]:
    """The value that a key in an address stands for and its name. KeyError where there is none."""
    if dimension.choices is None:
        if key == NONE:
            return None, _("Not told")
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 10 and str(int(key)) == key else 0
        return number, divisions[number]
    if key == NONE:
        return "", _("Not told")
    names = dict(dimension.choices.choices)
    return key, str(names[key])
