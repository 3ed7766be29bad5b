"""Everything about one line: what it is, its history, what was spent on it, what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q

from ita_portal.fiscal import FiscalQuarter, FiscalYear

from ..choices import PlanKind
from ..differences import Difference, differences
from ..models import Line, LineVersion, Plan, Purchase, Spent, Statement, Transfer
from ..money import Money
from ..procurement_reading import PurchaseRow
from .drawing import Drawing, received_bars, spending_bars
from .quarters import Gap, current_statements, quarter_spans
from .slices import Slice

MOST_PURCHASES = MOST_OTHERS = 50
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer, seen from the line. amount: above zero where it gained. other: the other side's line in its latest
    published words, None where the file told one side only."""

    transfer: Transfer
    amount: Decimal
    other: LineVersion | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a published revision says of the line. change: None where it says what the one before said."""

    version: LineVersion
    change: Difference | None
    moves: Sequence[Move]


@dataclass(frozen=True, slots=True)
class Month:
    """A statement and what it tells of the line. so_far: since 1 October; spent: since the statement before it; both
    None where it is not known. since: the statement before it, None for the first."""

    statement: Statement
    row: Spent | None
    so_far: Decimal | None
    spent: Decimal | None
    since: Statement | None

    @property
    def obligated(self) -> Decimal | None:
        """Committed and not paid on that day."""
        return self.row.obligated if self.row is not None else None


@dataclass(frozen=True, slots=True)
class QuarterOfLine:
    """What a quarter spent on the line; None where it cannot be told. gap: why not (`quarters.Gap`), where that lies in
    which statements there are."""

    quarter: FiscalQuarter
    spent: Decimal | None
    gap: Gap


@dataclass(frozen=True, slots=True)
class LinePage:
    """All of it. version: as it is in force, or as it last was; removed: whether what is in force has it no more."""

    plan: Plan
    line: Line
    version: LineVersion
    removed: bool
    money: Money
    statement: Statement | None
    bars: Drawing
    history: Sequence[Step]
    months: Sequence[Month]
    quarters: Sequence[QuarterOfLine]
    serves: LineVersion | None
    served_by: Sequence[LineVersion]
    purchases: Sequence[PurchaseRow]
    namesakes: Sequence[LineVersion]

    @property
    def is_revenue(self) -> bool:
        """Whether it is received instead of spent."""
        return self.plan.kind == PlanKind.REVENUE


def line_page(year: int, slug: str, code: str) -> LinePage:
    """A line by its address, in at most thirteen queries. Line.DoesNotExist where nothing published names it."""
    plan = Plan.objects.at(year, slug).public().first()
    if plan is None:
        raise Line.DoesNotExist
    versions = list(
        LineVersion.objects.published()
        .filter(line__plan=plan, line__code=code)
        .select_related("revision", "line", "division")
        .order_by("revision__number")
    )
    if not versions:
        raise Line.DoesNotExist
    version = versions[-1]
    line: Line = version.line
    line.plan = version.revision.plan = plan
    statements = current_statements(year) if plan.is_budget or plan.kind == PlanKind.REVENUE else []
    rows = {row.statement_id: row for row in Spent.objects.filter(line=line, statement__in=statements)}
    statement = statements[-1] if statements else None
    money = _money(version, rows.get(statement.pk) if statement else None)
    revenue = plan.kind == PlanKind.REVENUE
    months = _months(statements, rows, "received" if revenue else "disbursed")
    draw = received_bars if revenue else spending_bars
    others = LineVersion.objects.current().select_related("line__plan", "revision", "division")
    return LinePage(
        plan=plan,
        line=line,
        version=version,
        removed=not version.revision.is_current,
        money=money,
        statement=statement,
        bars=draw("line", version.item, [Slice(code, version.item, money, thai=True)], named=False),
        history=_history(versions, _moves(line)),
        months=months,
        quarters=_quarters(year, months),
        serves=others.filter(line=version.serves_id).first() if version.serves_id else None,
        served_by=list(others.filter(serves=line).order_by("revision__plan", "position")[:MOST_OTHERS]),
        purchases=[
            PurchaseRow(purchase, version)
            for purchase in Purchase.objects.public()
            .filter(line=line)
            .select_related("summary")
            .order_by("summary__month", "position")[:MOST_PURCHASES]
        ],
        namesakes=_namesakes(plan, code),
    )


def _money(version: LineVersion, row: Spent | None) -> Money:
    """The line's figures in the shape of sums over it alone."""
    left = None
    if row is not None and None not in (version.revised, row.disbursed, row.obligated):
        left = version.revised - row.disbursed - row.obligated
    return Money(
        lines=1,
        original=version.original,
        revised=version.revised,
        obligated=row.obligated if row else None,
        disbursed=row.disbursed if row else None,
        received=row.received if row else None,
        unknown=int(row is None or row.disbursed is None),
        unknown_original=int(version.original is None),
        left_known=left,
        left_untold=int(left is None),
    )


def _months(statements: Sequence[Statement], rows: Mapping[int, Spent], column: str) -> list[Month]:
    found: list[Month] = []
    before: Decimal | None = Decimal(0)
    since: Statement | None = None
    for statement in statements:
        row = rows.get(statement.pk)
        so_far = getattr(row, column) if row is not None else None
        spent = None if so_far is None or before is None else so_far - before
        found.append(Month(statement, row, so_far, spent, since))
        before, since = so_far, statement
    return found


def _quarters(year: int, months: Sequence[Month]) -> list[QuarterOfLine]:
    told = {month.statement.pk: month.so_far for month in months}
    spans, gaps = quarter_spans([month.statement for month in months])
    found = []
    for quarter in FiscalYear(year).quarters:
        spent = None
        if (span := spans.get(quarter.number)) is not None:
            since, until = span
            before = Decimal(0) if since is None else told[since.pk]
            so_far = told[until.pk]
            spent = None if so_far is None or before is None else so_far - before
        found.append(QuarterOfLine(quarter, spent, gaps[quarter.number]))
    return found


def _moves(line: Line) -> dict[int, list[Move]]:
    """The line's transfers by revision. Two queries."""
    transfers = list(
        Transfer.objects.filter(Q(from_line=line) | Q(to_line=line), revision__state="published")
        .select_related("revision")
        .order_by("pk")
    )
    sides = {side for one in transfers for side in (one.from_line_id, one.to_line_id) if side and side != line.pk}
    words = {
        version.line_id: version
        for version in LineVersion.objects.published()
        .filter(line__in=sides)
        .select_related("line__plan")
        .order_by("revision__number")
    }
    found: dict[int, list[Move]] = {}
    for one in transfers:
        gained = one.to_line_id == line.pk
        other = one.from_line_id if gained else one.to_line_id
        move = Move(one, one.amount if gained else -one.amount, words.get(other) if other else None)
        found.setdefault(one.revision_id, []).append(move)
    return found


def _history(versions: Sequence[LineVersion], moves: Mapping[int, Sequence[Move]]) -> list[Step]:
    """The latest first."""
    steps = [Step(versions[0], None, moves.get(versions[0].revision_id, ()))]
    for before, after in pairwise(versions):
        changed = differences([before], [after])
        steps.append(Step(after, changed[0] if changed else None, moves.get(after.revision_id, ())))
    return steps[::-1]


def _namesakes(plan: Plan, code: str) -> list[LineVersion]:
    """Lines of other years' plans of this kind with the same code. Two queries."""
    plans = Plan.objects.filter(kind=plan.kind, number=plan.number).exclude(pk=plan.pk).order_by("-year_id")
    lines = Line.objects.filter(plan__in=[*plans.values_list("pk", flat=True)], code=code)
    found = LineVersion.objects.current().filter(line__in=lines).select_related("line__plan")
    return list(found.order_by("-line__plan__year_id")[:MOST_YEARS])
