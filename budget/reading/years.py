"""Which fiscal years have something public, and what is in force in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR

from ..choices import PlanKind
from ..models import BudgetYear, LineVersion, MonthSummary, Revision, Statement
from ..money import Money, split
from ..querysets import LineVersionQuerySet

YEARS_A_PAGE = 10
KIND_ORDER = {kind: place for place, kind in enumerate(PlanKind.values)}


def public_years() -> QuerySet[BudgetYear]:
    """Years of which anything is published: a plan, a statement or a month's purchases."""
    return BudgetYear.objects.filter(
        Exists(Revision.objects.current().filter(plan__year=OuterRef("pk")))
        | Exists(Statement.objects.current().filter(year=OuterRef("pk")))
        | Exists(MonthSummary.objects.current().filter(year=OuterRef("pk")))
    )


def public_year(year: int) -> BudgetYear:
    """A year with something public. BudgetYear.DoesNotExist for every other, and for what is no fiscal year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BudgetYear.DoesNotExist
    found: BudgetYear = public_years().get(pk=year)
    return found


def current_revisions(year: int) -> list[Revision]:
    """What is in force in a year, the ordinance first, with the documents. Two queries."""
    found = Revision.objects.current().filter(plan__year_id=year).select_related("plan").prefetch_related("documents")
    return sorted(found, key=lambda revision: (KIND_ORDER[revision.plan.kind], revision.plan.number))


def budget_of(year: int) -> LineVersionQuerySet:
    """The lines of a year's budget in force."""
    return LineVersion.objects.current().budget().of_year(year)


def listed(year: int, *kinds: str) -> LineVersionQuerySet:
    """The lines of a year's plans of some kinds in force, for a list in their order. One query.

    Their revisions are named: otherwise the database walks through the lines of every year in that order.
    """
    revisions = Revision.objects.current().filter(plan__year_id=year, plan__kind__in=kinds)
    return LineVersion.objects.current().filter(revision__in=[*revisions.values_list("pk", flat=True)])


@dataclass(frozen=True, slots=True)
class YearCard:
    """A year in the list. money None: its budget is not published yet."""

    year: int
    inhabitants: int | None
    money: Money | None
    plans: Sequence[Revision] = field(default_factory=list)
    statement: Statement | None = None

    @property
    def per_head(self) -> Decimal | None:
        """Baht for each inhabitant; None where either is not known."""
        return per_head(self.money, self.inhabitants)


def per_head(money: Money | None, inhabitants: int | None) -> Decimal | None:
    """The revised amount for each inhabitant; None where either is not known."""
    if money is None or money.revised is None or not inhabitants:
        return None
    return money.revised / inhabitants


def year_cards(before: int | None = None) -> tuple[list[YearCard], int | None]:
    """Ten years, the newest first, older than `before` where told; and from which year on to go on. Five queries."""
    rows = public_years().order_by("-fiscal_year")
    if before is not None:
        rows = rows.filter(fiscal_year__lt=before)
    found = list(rows[: YEARS_A_PAGE + 1])
    years = [row.fiscal_year for row in found[:YEARS_A_PAGE]]
    plans = sorted(
        Revision.objects.current().filter(plan__year_id__in=years).select_related("plan"),
        key=lambda revision: (KIND_ORDER[revision.plan.kind], revision.plan.number),
    )
    statements: dict[int, Statement] = {}
    for statement in Statement.objects.current().filter(year_id__in=years).order_by("month"):
        statements[statement.year_id] = statement
    lines = LineVersion.objects.current().budget().filter(revision__plan__year_id__in=years)
    planned = split(lines, None, "revision__plan__year_id")
    told = {
        row["line__spent__statement__year_id"]: row
        for row in lines.filter(line__spent__statement__in=statements.values())
        .order_by()
        .values("line__spent__statement__year_id")
        .annotate(
            paid=Sum("line__spent__disbursed"),
            committed=Sum("line__spent__obligated"),
            known=Count("line__spent__disbursed"),
        )
    }
    cards = []
    for row in found[:YEARS_A_PAGE]:
        year = row.fiscal_year
        money = planned.get(year)
        spent = told.get(year)
        if money is not None and spent is not None:
            money = Money(
                lines=money.lines, original=money.original, revised=money.revised, obligated=spent["committed"],
                disbursed=spent["paid"], unknown=money.lines - spent["known"],
                unknown_original=money.unknown_original,
            )  # fmt: skip
        own = [revision for revision in plans if revision.plan.year_id == year]
        cards.append(YearCard(year, row.inhabitants, money, own, statements.get(year)))
    return cards, years[-1] if len(found) > YEARS_A_PAGE else None
