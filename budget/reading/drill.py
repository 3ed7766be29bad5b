"""One way to cut a year, one slice of it, one quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear
from ita_portal.keyset import KeysetPage

from ..choices import BUDGET_KINDS, Category, Group
from ..models import LineVersion, Statement
from ..money import Money, Period, Span, between, split, summed_periods
from .drawing import Drawing, Map, quarter_bars, share_map, spending_bars
from .lines import ORDER, PAGE
from .quarters import (
    Planned,
    QuarterSpending,
    current_statements,
    last_in_quarter,
    planned_by_quarter,
    quarter_spans,
    quarters_of,
)
from .slices import DIMENSIONS, Dimension, MoneyTable, Slice, add, division_names, fold, slices_of, value_of
from .years import budget_of, listed


@dataclass(frozen=True, slots=True)
class Cut:
    """A year by one dimension. map: for programmes only."""

    dimension: Dimension
    statement: Statement | None
    table: MoneyTable
    bars: Drawing
    map: Map | None


def cut_of(year: int, dimension: Dimension) -> Cut:
    """Three queries."""
    statements = current_statements(year)
    statement = statements[-1] if statements else None
    found = split(budget_of(year), statement, dimension.column)
    slices = slices_of(year, dimension, found, division_names())
    title = str(dimension.title)
    table = MoneyTable(title, str(dimension.heading), slices, add(found.values()) if found else Money())
    drawn = share_map(dimension.key, title, slices) if dimension.key == "programmes" and slices else None
    return Cut(dimension, statement, table, spending_bars(f"{dimension.key}-bars", title, slices), drawn)


@dataclass(frozen=True, slots=True)
class SlicePage:
    """One slice: what it holds by works and groups, by the other dimensions, and its lines a page at a time."""

    dimension: Dimension
    key: str
    name: str
    statement: Statement | None
    money: Money
    tables: Sequence[MoneyTable]
    bars: Drawing
    page: KeysetPage[LineVersion]


def slice_of(year: int, dimension: Dimension, key: str, after: str) -> SlicePage:
    """A slice, in six queries. KeyError where there is no such slice in the year's budget."""
    divisions = division_names()
    value, name = value_of(dimension, key, divisions)
    statements = current_statements(year)
    statement = statements[-1] if statements else None
    rows = budget_of(year).filter(**{dimension.column: value})
    columns = ("work", "group", "category", "division_id", "programme")
    found = split(rows, statement, *columns)
    if not found:
        raise KeyError(key)
    money = add(found.values())
    tables = _tables(year, dimension, found, divisions, money)
    own = listed(year, *BUDGET_KINDS).filter(**{dimension.column: value})
    whole = [Slice(key, name, money, thai=dimension.choices is None)]
    page = ORDER.page(
        own.with_spending(statement).select_related("line__plan", "division"), after, PAGE
    )  # fmt: skip
    bars = spending_bars("slice", _("How much is spent"), whole, named=False)
    return SlicePage(dimension, key, name, statement, money, tables, bars, page)


def _tables(
    year: int, dimension: Dimension, found: Mapping[Any, Money], divisions: Mapping[int, str], money: Money
) -> list[MoneyTable]:
    made = []
    if dimension.key != "programmes":
        programmes = DIMENSIONS["programmes"]
        rows = slices_of(year, programmes, fold(found, 4), divisions)
        made.append(MoneyTable(str(programmes.title), str(programmes.heading), rows, money))
    else:
        works = [
            Slice(work or "none", work or _("Not told"), one, thai=bool(work), number=number)
            for number, (work, one) in enumerate(sorted(fold(found, 0).items(), key=lambda item: item[0]), 1)
        ]
        made.append(MoneyTable(_("Works of the programme"), _("Work"), works, money))
    kinds = fold({(values[1:3], values): one for values, one in found.items()}, 0)
    made.append(MoneyTable(_("Kinds of expenditure"), _("Group and category"), _categories(kinds), money))
    if dimension.key != "divisions":
        of_divisions = DIMENSIONS["divisions"]
        rows = slices_of(year, of_divisions, fold(found, 3), divisions)
        made.append(MoneyTable(str(of_divisions.title), str(of_divisions.heading), rows, money))
    return made


def _categories(found: Mapping[Any, Money]) -> list[Slice]:
    groups, categories = [*Group.values, ""], [*Category.values, ""]
    ordered = sorted(found.items(), key=lambda item: (groups.index(item[0][0]), categories.index(item[0][1])))
    rows = []
    for number, (pair, money) in enumerate(ordered, 1):
        group, category = pair
        words = [str(Group(group).label)] if group else []
        if category and (not words or str(Category(category).label) != words[0]):
            words.append(str(Category(category).label))
        rows.append(Slice("-".join(filter(None, pair)) or "none", ": ".join(words) or _("Not told"), money,
                          number=number))  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class QuartersPage:
    """The four quarters of a year."""

    statement: Statement | None
    quarters: Sequence[QuarterSpending]
    bars: Drawing
    has_plan: bool


def quarters_page(year: int) -> QuartersPage:
    """At most six queries."""
    statements = current_statements(year)
    planned = planned_by_quarter(year).get(())
    quarters = quarters_of(year, budget_of(year), statements, planned)
    statement = statements[-1] if statements else None
    return QuartersPage(
        statement, quarters, quarter_bars("quarters", _("Spending by quarter"), quarters), bool(planned)
    )


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A programme or a division in a quarter. planned None: the spending plan does not say it; alone None: the quarter
    alone cannot be told."""

    name: str
    url: str
    thai: bool
    planned: Decimal | None
    alone: Period | None

    @property
    def spent(self) -> Decimal | None:
        """Spent in the quarter, over the lines of which it is known; None where it is of none."""
        return self.alone.amount if self.alone is not None else None

    @property
    def unknown(self) -> int:
        """Lines that what was spent leaves out; 0 where nothing can be told of any."""
        return self.alone.unknown if self.alone is not None and self.alone.amount is not None else 0


@dataclass(frozen=True, slots=True)
class QuarterPage:
    """A quarter: planned and spent, by programme and by division."""

    spending: QuarterSpending
    programmes: Sequence[QuarterRow]
    divisions: Sequence[QuarterRow]
    has_plan: bool


def quarter_page(year: int, number: int) -> QuarterPage:
    """A quarter, in at most five queries."""
    statements = current_statements(year)
    last = last_in_quarter(statements)
    spans, gaps = quarter_spans(statements)
    divisions = division_names()
    columns = ("programme", "division_id")
    wanted: list[Span] = [(None, last[number])] if number in last else []
    wanted += [spans[number]] if number in spans else []
    found = between(budget_of(year), wanted, *columns)
    planned = planned_by_quarter(year, *columns)
    told = [summed_periods(periods) for periods in zip(*found.values(), strict=True)]
    spending = QuarterSpending(
        FiscalYear(year).quarters[number - 1],
        _planned([quarters[number] for quarters in planned.values()]),
        last.get(number),
        told[0] if told else None,
        told[1] if len(told) > 1 else None,
        gaps[number],
    )
    tables = []
    for index, key in enumerate(("programmes", "divisions")):
        alone: dict[Any, list[Period]] = {}
        for pair, periods in found.items():
            alone.setdefault(pair[index], []).extend(periods[1:])
        plans: dict[Any, list[Planned]] = {}
        for pair, quarters in planned.items():
            plans.setdefault(pair[index], []).append(quarters[number])
        slices = slices_of(year, DIMENSIONS[key], dict.fromkeys([*alone, *plans], Money()), divisions)
        tables.append([_quarter_row(one, DIMENSIONS[key], alone, plans) for one in slices])
    return QuarterPage(spending, tables[0], tables[1], bool(planned))


def _planned(found: Sequence[Planned]) -> Planned | None:
    if not found:
        return None
    known = [one.amount for one in found if one.amount is not None]
    return Planned(
        sum(known, Decimal(0)) if known else None, sum(one.lines for one in found), sum(one.unknown for one in found)
    )


def _quarter_row(
    one: Slice, dimension: Dimension, alone: Mapping[Any, Sequence[Period]], plans: Mapping[Any, Sequence[Planned]]
) -> QuarterRow:
    value: Any = one.key
    if one.key == "none":
        value = None if dimension.choices is None else ""
    elif dimension.choices is None:
        value = int(one.key)
    plan, told = _planned(plans.get(value, ())), alone.get(value)
    return QuarterRow(
        one.name, one.url, one.thai, plan.amount if plan else None, summed_periods(told) if told else None
    )
