"""A year at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..models import BudgetYear, Comment, LineVersion, Revision, Statement
from ..money import Money, split, total
from .drawing import Drawing, Map, quarter_bars, share_map, spending_bars
from .quarters import QuarterSpending, current_statements, planned_by_quarter, quarters_of
from .slices import DIMENSIONS, MoneyTable, Slice, add, division_names, fold, slices_of
from .years import budget_of, current_revisions, per_head

_CUTS = ("programmes", "divisions", "groups", "sources")


@dataclass(frozen=True, slots=True)
class Against:
    """A programme this year and the year before, by revised amounts. delta: None where one of them is not known."""

    name: str
    url: str
    now: Decimal | None
    before: Decimal | None

    @property
    def delta(self) -> Decimal | None:
        """How much more this year, in baht."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def delta_share(self) -> Decimal | None:
        """The same in percent of the year before."""
        delta = self.delta
        return None if delta is None or not self.before else delta * 100 / self.before


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything on a year's first page. statement: the latest in force; None where nothing was told of spending."""

    year: BudgetYear
    plans: Sequence[Revision]
    statement: Statement | None
    money: Money
    tables: dict[str, MoneyTable]
    map: Map | None
    whole: Drawing
    divisions: Drawing
    groups: Drawing
    quarters: Sequence[QuarterSpending]
    quarter_chart: Drawing
    before: Sequence[Against]
    before_total: Against | None
    revenue: Money
    comments: int

    @property
    def has_budget(self) -> bool:
        """Whether an ordinance or a supplementary budget is in force."""
        return bool(self.money.lines)

    @property
    def per_head(self) -> Decimal | None:
        """Baht for each inhabitant."""
        return per_head(self.money, self.year.inhabitants)


def glance_of(year: BudgetYear) -> Glance:
    """Read a year's first page, in at most fifteen queries whatever the number of lines."""
    number = year.fiscal_year
    statements = current_statements(number)
    statement = statements[-1] if statements else None
    rows = budget_of(number)
    found = split(rows, statement, *(DIMENSIONS[key].column for key in _CUTS))
    money = add(found.values()) if found else Money()
    divisions = division_names()
    tables = {
        key: MoneyTable(
            str(DIMENSIONS[key].title),
            str(DIMENSIONS[key].heading),
            slices_of(number, DIMENSIONS[key], fold(found, index), divisions),
            money,
        )
        for index, key in enumerate(_CUTS)
    }
    planned = planned_by_quarter(number).get(())
    quarters = quarters_of(number, rows, statements, planned)
    whole = [Slice("all", _("The whole budget"), money)] if found else []
    before = split(budget_of(number - 1), None, "programme")
    return Glance(
        year=year,
        plans=current_revisions(number),
        statement=statement,
        money=money,
        tables=tables,
        map=share_map("programmes", str(DIMENSIONS["programmes"].title), tables["programmes"].rows) if found else None,
        whole=spending_bars("whole", _("How much is spent"), whole, named=False),
        divisions=spending_bars("divisions", str(DIMENSIONS["divisions"].title), tables["divisions"].rows),
        groups=spending_bars("groups", str(DIMENSIONS["groups"].title), tables["groups"].rows),
        quarters=quarters,
        quarter_chart=quarter_bars("quarters", _("Spending by quarter"), quarters),
        before=_against(number, tables["programmes"].rows, before),
        before_total=Against("", "", money.revised, add(before.values()).revised) if before else None,
        revenue=total(LineVersion.objects.current().revenue().of_year(number), statement),
        comments=Comment.objects.public().filter(year=year).count(),
    )


def _against(year: int, now: Sequence[Slice], before: dict[str, Money]) -> list[Against]:
    """Programmes of either year; one that the other year does not have stands there with nothing, which is zero."""
    if not before:
        return []
    both = slices_of(year, DIMENSIONS["programmes"], {**before, **{_value(one): one.money for one in now}}, {})
    current = {one.key: one.money.revised for one in now}
    was = {key or "none": money.revised for key, money in before.items()}
    zero = Decimal(0)
    return [
        Against(one.name, one.url if one.key in current else "", current.get(one.key, zero), was.get(one.key, zero))
        for one in both
    ]


def _value(one: Slice) -> str:
    return "" if one.key == "none" else one.key
