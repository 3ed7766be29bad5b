"""The rows of the open files, read as they are sent: never more than one block of them in memory.

Everything comes from revisions, statements and transfers that are published. Values stand in the order of the columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import Lag
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from ita_portal.spreadsheets import Value

from ..choices import BUDGET_KINDS, Approver, Category, Group, Method, PlanKind, Programme, RevenueGroup, Source
from ..differences import Difference
from ..models import LineVersion, Plan, Revision, Statement, Transfer
from ..querysets import LineVersionQuerySet
from ..reading.lines import LineFilter
from ..reading.years import KIND_ORDER, public_years
from ..services.statements import end_of_month

BLOCK = 1000
"""Rows that are fetched from the database at a time."""
Row = tuple[Value, ...]
Absolute = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class YearData:
    """What of a fiscal year is in force. revisions: of every plan, in their order; statements: by month."""

    year: int
    revisions: tuple[Revision, ...]
    statements: tuple[Statement, ...]

    @property
    def budget(self) -> tuple[Revision, ...]:
        """Ordinance and supplements."""
        return tuple(revision for revision in self.revisions if revision.plan.is_budget)

    def of_kind(self, kind: str) -> Revision | None:
        """The revision in force of a kind of plan."""
        return next((revision for revision in self.revisions if revision.plan.kind == kind), None)

    @property
    def statement(self) -> Statement | None:
        """The latest statement."""
        return self.statements[-1] if self.statements else None


def year_data(year: int) -> YearData | None:
    """What of a year is public; None where nothing is. Three queries."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    found = years_data(year)
    return found[0] if found else None


def years_data(*years: int) -> list[YearData]:
    """The same of several years, the latest first; of all where none is named. Three queries."""
    revisions = Revision.objects.current().select_related("plan")
    statements = Statement.objects.current().order_by("month")
    public = public_years()
    if years:
        revisions, statements = revisions.filter(plan__year__in=years), statements.filter(year__in=years)
        public = public.filter(pk__in=years)
    plans: dict[int, list[Revision]] = {}
    for revision in sorted(revisions, key=lambda row: (KIND_ORDER[row.plan.kind], row.plan.number)):
        plans.setdefault(revision.plan.year_id, []).append(revision)
    told: dict[int, list[Statement]] = {}
    for statement in statements:
        told.setdefault(statement.year_id, []).append(statement)
    numbers = public.order_by("-pk").values_list("pk", flat=True)
    return [YearData(year, tuple(plans.get(year, ())), tuple(told.get(year, ()))) for year in numbers]


class _Words:
    """Thai names of the enumerations, as values of a dictionary: looked up for each row."""

    def __init__(self) -> None:
        with override("th"):
            self.programme, self.group, self.category, self.revenue, self.source, self.method, self.approver = (
                {str(value): str(label) for value, label in choices.choices}
                for choices in (Programme, Group, Category, RevenueGroup, Source, Method, Approver)
            )


def month_of(year: int, month: int) -> str:
    """A fiscal month (1 is October) as the calendar calls it: `2025-10`."""
    return end_of_month(year, month).isoformat()[:7]


def _month(year: int, month: int | None) -> str | None:
    return None if month is None else month_of(year, month)


def page_of_line(plan: Plan, absolute: Absolute) -> Callable[[str], str]:
    """From a line's code to the whole address of its page; Thai, as the address of record."""
    with override("th"):
        begin = absolute(reverse("budget:line", args=[plan.year_id, plan.slug, "0"])).removesuffix("0/")
    return lambda code: f"{begin}{code}/"


_WHAT = (
    "programme", "work", "group", "category", "item", "detail", "place", "division__name", "source", "original",
    "transferred_in", "transferred_out", "revised",
)  # fmt: skip


def _streamed(rows: LineVersionQuerySet, *columns: str) -> Iterator[tuple[Any, ...]]:
    return iter(rows.order_by("position").values_list(*columns).iterator(chunk_size=BLOCK))


def _classified(words: _Words, values: tuple[Any, ...]) -> Row:
    """`_WHAT` with names beside the codes; what is empty is None."""
    programme, work, group, category, item, detail, place, division, source, *amounts = values
    return (
        programme, words.programme.get(programme, ""), work or None, group or None, words.group.get(group),
        category or None, words.category.get(category), item, detail or None, place or None, division, source,
        words.source.get(source), *amounts,
    )  # fmt: skip


def budget_rows(data: YearData, absolute: Absolute, chosen: LineFilter | None = None) -> Iterator[Row]:
    """`columns.LINES`: the budget in force with the latest statement, plan by plan. chosen: some of its lines only."""
    words, statement = _Words(), data.statement
    as_of = statement.as_of if statement else None
    for revision in data.budget:
        plan, slug = revision.plan, revision.plan.slug
        page = page_of_line(plan, absolute)
        rows = LineVersion.objects.filter(revision=revision).with_spending(statement)
        if chosen is not None:
            rows = chosen.apply(rows)
        for code, obligated, disbursed, *values in _streamed(rows, "line__code", "obligated", "disbursed", *_WHAT):
            yield (
                data.year, f"{slug}/{code}", slug, revision.number, *_classified(words, tuple(values)), obligated,
                disbursed, as_of, page(code),
            )  # fmt: skip


def spending_rows(data: YearData) -> Iterator[Row]:
    """`columns.SPENDING`: what each statement in force tells of each line in force, month by month."""
    words = _Words()
    before: dict[int, int] = {}
    for earlier, later in zip((0, *(one.month for one in data.statements)), data.statements, strict=False):
        before[later.month] = earlier
    told = Window(Lag("line__spent__disbursed"), partition_by=F("line"), order_by="line__spent__statement__month")
    told_in = Window(
        Lag("line__spent__statement__month"), partition_by=F("line"), order_by="line__spent__statement__month"
    )
    rows = (
        LineVersion.objects.current()
        .budget()
        .of_year(data.year)
        .filter(line__spent__statement__in=[statement.pk for statement in data.statements])
        .annotate(earlier=told, earlier_month=told_in)
        .order_by("line__spent__statement__month", "revision__plan__kind", "revision__plan__number", "position")
        .values_list(
            "line__spent__statement__month", "line__spent__statement__as_of", "revision__plan__kind",
            "revision__plan__number", "line__code", "programme", "item", "division__name", "revised",
            "line__spent__obligated", "line__spent__disbursed", "earlier", "earlier_month",
        )
    )  # fmt: skip
    for (
        month, as_of, kind, number, code, programme, item, division, revised, obligated, disbursed, earlier,
        earlier_month,
    ) in rows.iterator(chunk_size=BLOCK):  # fmt: skip
        slug = Plan(kind=kind, number=number).slug
        since = before[month]
        gone: Decimal | None = Decimal(0) if since == 0 else earlier if earlier_month == since else None
        spent = None if disbursed is None or gone is None else disbursed - gone
        yield (
            data.year, month_of(data.year, month), as_of, f"{slug}/{code}", slug, programme,
            words.programme.get(programme, ""), item, division, revised, obligated, disbursed,
            month_of(data.year, since + 1), spent,
        )  # fmt: skip


def revenue_rows(data: YearData, absolute: Absolute) -> Iterator[Row]:
    """`columns.REVENUE`: the estimate in force with what the latest statement says was received."""
    revision = data.of_kind(PlanKind.REVENUE)
    if revision is None:
        return
    statement = data.statement
    as_of = statement.as_of if statement else None
    rows = LineVersion.objects.filter(revision=revision).with_spending(statement)
    for *values, received, url in _revenue(revision, rows, absolute, "received"):
        yield (*values, received, as_of, url)


def _revenue(revision: Revision, rows: LineVersionQuerySet, absolute: Absolute, *more: str) -> Iterator[Row]:
    words, slug, page = _Words(), revision.plan.slug, page_of_line(revision.plan, absolute)
    columns = ("line__code", "revenue_group", "item", "detail", "original", "revised", *more)
    for code, group, item, detail, original, revised, *told in _streamed(rows, *columns):
        yield (
            revision.plan.year_id, f"{slug}/{code}", slug, revision.number, group, words.revenue.get(group), item,
            detail or None, original, revised, *told, page(code),
        )  # fmt: skip


def plan_rows(revision: Revision, absolute: Absolute) -> Iterator[Row]:
    """`columns.plan_table` of its kind: the lines of a revision with all that they say."""
    rows = LineVersion.objects.filter(revision=revision)
    if revision.plan.kind == PlanKind.REVENUE:
        yield from _revenue(revision, rows, absolute)
        return
    words, plan, slug, page = _Words(), revision.plan, revision.plan.slug, page_of_line(revision.plan, absolute)
    columns = (
        "line__code", "month_from", "month_to", "q1", "q2", "q3", "q4", "method", "serves__plan__kind",
        "serves__plan__number", "serves__code", *_WHAT,
    )  # fmt: skip
    for code, begin, end, q1, q2, q3, q4, method, kind, number, served, *values in _streamed(rows, *columns):
        yield (
            plan.year_id, f"{slug}/{code}", slug, revision.number, *_classified(words, tuple(values)),
            _month(plan.year_id, begin), _month(plan.year_id, end), q1, q2, q3, q4, method or None,
            words.method.get(method), f"{Plan(kind=kind, number=number).slug}/{served}" if served else None, page(code),
        )  # fmt: skip


def transfer_rows(data: YearData) -> Iterator[Row]:
    """`columns.TRANSFERS`: of every published revision of the budget, in the order in which they were published."""
    words = _Words()
    rows = (
        Transfer.objects.filter(
            revision__state="published", revision__plan__year=data.year, revision__plan__kind__in=BUDGET_KINDS
        )
        .order_by("revision__plan__kind", "revision__plan__number", "revision__number", "pk")
        .values_list(
            "revision_id", "revision__plan__kind", "revision__plan__number", "revision__number",
            "revision__published_at", "from_line__code", "to_line__code", "amount", "approver", "approved_on",
            "document_number", "reason", "from_line", "to_line",
        )
    )  # fmt: skip
    place, last, items = 0, None, {}
    for (
        revision, kind, plan_number, number, moment, giver, taker, amount, approver, approved_on, document, reason,
        giver_id, taker_id,
    ) in rows.iterator(chunk_size=BLOCK):  # fmt: skip
        if revision != last:
            place, last, items = 0, revision, _items_moved(revision)
        place += 1
        slug = Plan(kind=kind, number=plan_number).slug
        yield (
            data.year, slug, number, place, f"{slug}/{giver}" if giver else None, items.get(giver_id),
            f"{slug}/{taker}" if taker else None, items.get(taker_id), amount, approver, words.approver.get(approver),
            approved_on, document, reason or None, _day(moment),
        )  # fmt: skip


def change_rows(
    plan: Plan, numbers: tuple[int, int], changes: Iterable[Difference], absolute: Absolute
) -> Iterator[Row]:
    """`columns.CHANGES`: what differs between two published revisions of a plan, in the order of its page."""
    words, slug, page = _Words(), plan.slug, page_of_line(plan, absolute)
    for one in changes:
        last, code = one.version, one.version.line.code
        amounts = [
            getattr(version, name) if version is not None else None
            for name in ("original", "transferred_in", "transferred_out", "revised")
            for version in (one.before, one.after)
        ]
        yield (
            plan.year_id, slug, *numbers, f"{slug}/{code}", one.fate, last.item,
            one.before.item if one.before else None, last.programme or None, words.programme.get(last.programme),
            last.division.name if last.division else None, *amounts, one.delta,
            "; ".join(name.removesuffix("_id") for name in one.fields) or None, page(code),
        )  # fmt: skip


def _items_moved(revision: int) -> dict[int, str]:
    """What the lines were called between which a revision moved money; one that it took out, as it was before."""
    moved = Transfer.objects.filter(revision=revision)
    ids = {*moved.values_list("from_line", flat=True), *moved.values_list("to_line", flat=True)} - {None}
    before = Revision.objects.filter(pk=revision).values("based_on")
    rows = LineVersion.objects.filter(line__in=ids)
    named = dict(rows.filter(revision__in=before).values_list("line", "item"))
    return named | dict(rows.filter(revision=revision).values_list("line", "item"))


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def all_budget_rows(years: Iterable[YearData], absolute: Absolute) -> Iterator[Row]:
    """`columns.LINES` of all years, the latest first."""
    for data in years:
        yield from budget_rows(data, absolute)
