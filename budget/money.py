"""Sums of the budget: one arithmetic for pages, charts, open data and indicators, to the satang, by the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, Sum

from .models import Statement
from .querysets import LineVersionQuerySet


@dataclass(frozen=True, slots=True)
class Money:
    """Sums over some lines, in baht. None: of no line is it known. unknown: lines whose disbursed amount is not known,
    which the sum therefore leaves out; unknown_original: likewise of the planned amounts.

    left_known: revised, less what is paid and committed, of the lines of which all three are known; left_untold: the
    others. The sums of the columns cannot be subtracted instead: each may leave out other lines.
    """

    lines: int = 0
    original: Decimal | None = None
    revised: Decimal | None = None
    obligated: Decimal | None = None
    disbursed: Decimal | None = None
    received: Decimal | None = None
    unknown: int = 0
    unknown_original: int = 0
    left_known: Decimal | None = None
    left_untold: int = 0

    @property
    def left(self) -> Decimal | None:
        """What is left of all the lines; None where it is not known of every one."""
        return None if self.left_untold else self.left_known

    @property
    def left_is_partial(self) -> bool:
        """Whether what is left is known, and of some of the lines only."""
        return bool(self.left_untold) and self.left_known is not None

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
        "left_known_": Sum(F("revised") - F("disbursed") - F("obligated")),
        "left_untold_": Count("pk", filter=Q(revised=None) | Q(disbursed=None) | Q(obligated=None)),
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


@dataclass(frozen=True, slots=True)
class Period:
    """What some lines spent (or received) in a time. amount: of the lines of which it is known, None where it is of
    none; unknown: the others, which the amount leaves out."""

    lines: int = 0
    amount: Decimal | None = None
    unknown: int = 0


Span = tuple[Statement | None, Statement]
"""From the end of one statement, None for 1 October, to the end of another."""


def between(
    rows: LineVersionQuerySet, spans: Sequence[Span], *columns: str, what: str = "disbursed"
) -> dict[Any, list[Period]]:
    """What lines spent in each of some spans, for each value of the columns; all under `()` without one. One query.

    The difference is made line by line: a line counts where both statements tell of it. Two sums made before, each of
    the lines that its statement tells of, may differ by lines and not by money.
    """
    if not spans:
        return {}
    statements = {one.pk: one for span in spans for one in span if one is not None}
    told = rows.order_by().alias(
        **{
            f"told_{key}": FilteredRelation("line__spent", condition=Q(line__spent__statement=one))
            for key, one in statements.items()
        }
    )
    sums: dict[str, Any] = {"lines_": Count("pk")}
    for place, (since, until) in enumerate(spans):
        amount: Any = F(f"told_{until.pk}__{what}")
        if since is not None:
            amount = amount - F(f"told_{since.pk}__{what}")
        sums |= {f"amount_{place}": Sum(amount), f"known_{place}": Count(amount)}
    found = told.values(*columns).annotate(**sums) if columns else [told.aggregate(**sums)]
    return {
        row[columns[0]] if len(columns) == 1 else tuple(row[column] for column in columns): [
            Period(row["lines_"], row[f"amount_{place}"], row["lines_"] - row[f"known_{place}"])
            for place in range(len(spans))
        ]
        for row in found
        if row["lines_"]
    }


def summed_periods(parts: Iterable[Period]) -> Period:
    """One time of several groups of lines; None stays None where none of them knows."""
    found = list(parts)
    known = [one.amount for one in found if one.amount is not None]
    return Period(
        sum(one.lines for one in found), sum(known, Decimal(0)) if known else None, sum(one.unknown for one in found)
    )
