"""Revenue: what was estimated and what came in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ita_portal.keyset import KeysetPage

from ..choices import PlanKind, RevenueGroup
from ..models import LineVersion, Revision, Statement
from ..money import Money, split, total
from .drawing import Drawing, received_bars
from .lines import ORDER, PAGE
from .quarters import current_statements
from .slices import MoneyTable, Slice, add
from .years import budget_of, listed


@dataclass(frozen=True, slots=True)
class RevenuePage:
    """The estimate of revenue by category, with a page of its lines. spending: the budget beside it."""

    revision: Revision | None
    statement: Statement | None
    table: MoneyTable
    bars: Drawing
    page: KeysetPage[LineVersion]
    spending: Money


def revenue_page(year: int, after: str) -> RevenuePage:
    """Seven queries."""
    statements = current_statements(year)
    statement = statements[-1] if statements else None
    rows = LineVersion.objects.current().revenue().of_year(year)
    found = split(rows, statement, "revenue_group")
    slices = [
        Slice(value, str(label), found[value], number=number)
        for number, (value, label) in enumerate(
            ((value, label) for value, label in RevenueGroup.choices if value in found), 1
        )
    ]
    title = _("Revenue by category")
    table = MoneyTable(title, _("Category of revenue"), slices, add(found.values()) if found else Money())
    plans = Revision.objects.current().filter(plan__year_id=year, plan__kind=PlanKind.REVENUE)
    own = listed(year, PlanKind.REVENUE)
    page = ORDER.page(own.with_spending(statement).select_related("line__plan", "division"), after, PAGE)
    return RevenuePage(
        plans.select_related("plan").first(),
        statement,
        table,
        received_bars("revenue", title, slices),
        page,
        total(budget_of(year), statement),
    )
