"""Sums of the budget: one arithmetic for pages, charts, open data and indicators, to the satang, by the database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from .models import Statement
from .querysets import LineVersionQuerySet


@dataclass(frozen=True, slots=True)
class Money:
    """Sums over some lines, in baht. None: of no line is it known. unknown: lines whose disbursed amount is not known,
    which the sum therefore leaves out; unknown_original: likewise of the planned amounts."""

    lines: int = 0
    original: Decimal | None = None
    revised: Decimal | None = None
    obligated: Decimal | None = None
    disbursed: Decimal | None = None
    received: Decimal | None = None
    unknown: int = 0
    unknown_original: int = 0

    @property
    def left(self) -> Decimal | None:
        """Revised, less what is paid and committed; None where nothing is known of spending."""
        if self.revised is None or self.disbursed is None:
            return None
        return self.revised - self.disbursed - (self.obligated or Decimal(0))

    def share(self, of: str = "revised", what: str = "disbursed") -> Decimal | None:
        """Percent of the revised (or `original`) amount that was disbursed; None where it cannot be told."""
        part, whole = getattr(self, what), getattr(self, of)
        return None if part is None or not whole else part * 100 / whole

    @property
    def share_of_revised(self) -> Decimal | None:
        """Percent of the revised amount that was disbursed."""
        return self.share()

    @property
    def share_of_original(self) -> Decimal | None:
        """Percent of the original amount that was disbursed."""
        return self.share("original")


_SUMS = ("original", "revised")
_TOLD = ("obligated", "disbursed", "received")


def _aggregates() -> dict[str, Any]:
    return {
        "lines_": Count("pk"),
        **{f"{name}_": Sum(name) for name in (*_SUMS, *_TOLD)},
        "unknown_": Count("pk", filter=Q(disbursed=None)),
        "unknown_original_": Count("pk", filter=Q(original=None)),
    }


def _money(found: dict[str, Any]) -> Money:
    return Money(**{name.removesuffix("_"): value for name, value in found.items() if name.endswith("_")})


def total(rows: LineVersionQuerySet, statement: Statement | None) -> Money:
    """The sums over some lines, with what a statement tells of them. One query."""
    return _money(rows.order_by().with_spending(statement).aggregate(**_aggregates()))


def split(rows: LineVersionQuerySet, statement: Statement | None, *columns: str) -> dict[Any, Money]:
    """The same for each value of a column, or each tuple of values of several; no order. One query."""
    found = rows.order_by().with_spending(statement).values(*columns).annotate(**_aggregates())
    return {
        row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns): _money(row) for row in found
    }
