"""What is public of the purchases of a year: its months, its sums, the purchases themselves, the plan in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DecimalField, F, Q, Sum
from django.db.models.functions import Cast
from django.urls import reverse

from ita_portal.fiscal import today
from ita_portal.masking import mask_citizen_numbers, masked_bids

from .choices import Method, PlanKind, PurchaseState
from .models import LineVersion, MonthSummary, ProcurementReport, Purchase
from .money import Money, total
from .querysets import PurchaseQuerySet
from .reading.words import month_name
from .services.statements import end_of_month

PAGE = 25
MOST_OF_PLAN = 100
"""Lines of the procurement plan that the year's page lists; the plan's own page has them all."""
LONGEST_SEARCH = 100
PUBLISHED, NOTHING, NOT_PUBLISHED = "published", "nothing", "not_published"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over some purchases, in baht; an unknown amount counts in none of them.

    unagreed: purchases without an agreed price. compared: purchases with reference and agreed price; saved: by how much
    their agreed prices lie below (above: less than zero). cancelled: purchases that were cancelled, which all of the
    other numbers hold as well.
    """

    count: int = 0
    budget: Decimal = Decimal(0)
    agreed: Decimal = Decimal(0)
    unagreed: int = 0
    compared: int = 0
    saved: Decimal = Decimal(0)
    cancelled: int = 0

    @property
    def agreed_told(self) -> Decimal | None:
        """The sum of agreed prices; None where there are purchases and none has one."""
        return None if self.count and self.unagreed == self.count else self.agreed

    @property
    def saved_told(self) -> Decimal | None:
        """The sum saved; None where nothing can be compared."""
        return self.saved if self.compared else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Sums)})


_BAHT = DecimalField(max_digits=16, decimal_places=2)


def _aggregates() -> dict[str, Any]:
    compared = Q(agreed_price__isnull=False, reference_price__isnull=False)
    return {
        "count_": Count("pk"),
        "budget_": Sum("budget_amount"),
        "agreed_": Sum("agreed_price"),
        "unagreed_": Count("pk", filter=Q(agreed_price=None)),
        "compared_": Count("pk", filter=compared),
        "saved_": Sum(Cast(F("reference_price") - F("agreed_price"), _BAHT), filter=compared),
        "cancelled_": Count("pk", filter=Q(status=PurchaseState.CANCELLED)),
    }


def _sums(found: Mapping[str, Any]) -> Sums:
    kept: dict[str, Any] = {
        each.name: found[f"{each.name}_"] or (0 if each.type == "int" else Decimal(0)) for each in fields(Sums)
    }
    return Sums(**kept)


def sums_of(rows: PurchaseQuerySet) -> Sums:
    """The sums over some purchases. One query."""
    return _sums(rows.order_by().aggregate(**_aggregates()))


@dataclass(frozen=True, slots=True)
class Month:
    """A fiscal month (1 is October): what is published of it, and whether it has begun."""

    year: int
    number: int
    summary: MonthSummary | None
    sums: Sums
    has_begun: bool

    @property
    def state(self) -> str:
        """`published`, `nothing` (nothing was bought, and it is said), `not_published`."""
        if self.summary is None:
            return NOT_PUBLISHED
        return NOTHING if self.summary.nothing else PUBLISHED

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return end_of_month(self.year, self.number).replace(day=1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return end_of_month(self.year, self.number)

    @property
    def key(self) -> str:
        """As data call it, of the Common Era: `2025-10`."""
        return f"{self.first:%Y-%m}"

    @property
    def name(self) -> str:
        """`ตุลาคม 2568`."""
        return month_name(self.year, self.number)

    @property
    def corrected(self) -> int:
        """How often it was corrected after it had been published first."""
        return (self.summary.number or 1) - 1 if self.summary else 0

    @property
    def url(self) -> str:
        """Its public page."""
        return reverse("budget:procurement_month", args=[self.year, self.number])


@dataclass(frozen=True, slots=True)
class MethodSums:
    """The purchases of one way of procurement."""

    method: Method
    sums: Sums


@dataclass(frozen=True, slots=True)
class YearOfPurchases:
    """A fiscal year: twelve months, ways of procurement with purchases, everything together."""

    year: int
    months: Sequence[Month]
    methods: Sequence[MethodSums]
    sums: Sums

    @property
    def published_at(self) -> dt.datetime | None:
        """When a month was published last; None where none is."""
        moments = (month.summary.published_at for month in self.months if month.summary is not None)
        return max(filter(None, moments), default=None)

    @property
    def missing(self) -> list[Month]:
        """Months that are over and not published."""
        return [month for month in self.months if month.summary is None and month.last < today()]

    @property
    def told(self) -> int:
        """How many months are published."""
        return sum(month.summary is not None for month in self.months)


def year_of_purchases(year: int) -> YearOfPurchases:
    """The months and sums of a year. Two queries."""
    summaries = {one.month: one for one in MonthSummary.objects.current().filter(year=year)}
    rows = Purchase.objects.public().filter(summary__year=year).order_by()
    by_month: dict[int, Sums] = {}
    by_method: dict[str, Sums] = {}
    for found in rows.values("summary__month", "method").annotate(**_aggregates()):
        sums, month, method = _sums(found), found["summary__month"], found["method"]
        by_month[month] = by_month.get(month, Sums()) + sums
        by_method[method] = by_method.get(method, Sums()) + sums
    now = today()
    months = [
        Month(
            year, number, summaries.get(number), by_month.get(number, Sums()),
            end_of_month(year, number).replace(day=1) <= now,
        )
        for number in range(1, 13)
    ]  # fmt: skip
    methods = [MethodSums(method, by_method[method]) for method in Method if method in by_method]
    return YearOfPurchases(year, months, methods, sum(by_method.values(), Sums()))


@dataclass(frozen=True)
class PurchaseRow:
    """A purchase as it is shown: without a number of a person, though one had come past the acts into the table.

    line: the latest public words of its budget line; None where it has none that is public.
    """

    purchase: Purchase
    line: LineVersion | None

    @cached_property
    def text(self) -> dict[str, str]:
        """`title`, `winner`, `reason`, `contract_number`, `egp_number`."""
        names = ("title", "winner", "reason", "contract_number", "egp_number")
        return {name: mask_citizen_numbers(getattr(self.purchase, name)) for name in names}

    @cached_property
    def bids(self) -> list[tuple[str, Decimal | None]]:
        """Bidders and their prices."""
        found = masked_bids(self.purchase.bids if isinstance(self.purchase.bids, list) else [])
        return [(bid["name"], _price(bid["price"])) for bid in found]

    @property
    def anchor(self) -> str:
        """Its place on the page of its month."""
        return f"purchase-{self.purchase.position}"

    @property
    def url(self) -> str:
        """Its place on the public page of its month."""
        summary = self.purchase.summary
        return f"{reverse('budget:procurement_month', args=[summary.year_id, summary.month])}#{self.anchor}"

    @property
    def saved(self) -> Decimal | None:
        """How much the agreed price lies below the reference price; None where either is not known."""
        one = self.purchase
        if one.reference_price is None or one.agreed_price is None:
            return None
        return one.reference_price - one.agreed_price


def _price(text: Any) -> Decimal | None:
    return Decimal(text) if isinstance(text, str) and re.fullmatch(r"\d{1,12}(\.\d{1,2})?", text, re.ASCII) else None


def with_lines(purchases: Iterable[Purchase]) -> list[PurchaseRow]:
    """Purchases with what is public of their budget lines. One query."""
    rows = list(purchases)
    wanted = {row.line_id for row in rows if row.line_id is not None}
    lines: dict[int, LineVersion] = {}
    if wanted:
        # Of a line that a later revision has dropped, what was said last.
        versions = LineVersion.objects.published().filter(line__in=wanted).select_related("line__plan")
        for version in versions.order_by("line", "revision__number"):
            lines[version.line_id] = version
    return [PurchaseRow(row, lines.get(row.line_id or 0)) for row in rows]


@dataclass(frozen=True, slots=True)
class PurchaseFilter:
    """What the list is narrowed to; empty for everything. What is no known word is left out."""

    month: str = ""
    method: str = ""
    division: str = ""
    status: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], divisions: Mapping[int, str]) -> PurchaseFilter:
        """As an address asks for it."""
        division = query.get("division", "")
        return cls(
            month=_known(query.get("month", ""), [str(number) for number in range(1, 13)]),
            method=_known(query.get("method", ""), Method.values),
            division=_known(division, [str(pk) for pk in divisions]),
            status=_known(query.get("status", ""), PurchaseState.values),
            q=" ".join(query.get("q", "").replace("\x00", " ").split())[:LONGEST_SEARCH],
        )

    @property
    def narrowing(self) -> dict[str, str]:
        """What stands in an address that asks for the same purchases."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name)}

    @property
    def query(self) -> str:
        """The same, encoded."""
        return urlencode(self.narrowing)

    def apply(self, rows: PurchaseQuerySet) -> PurchaseQuerySet:
        """The purchases that it lets through."""
        if self.month:
            rows = rows.filter(summary__month=self.month)
        exact = {name: getattr(self, name) for name in ("method", "division", "status") if getattr(self, name)}
        rows = rows.filter(**exact)
        for word in self.q.split()[:8]:
            rows = rows.filter(
                Q(title__icontains=word) | Q(winner__icontains=word) | Q(contract_number__icontains=word)
                | Q(egp_number__icontains=word)
            )  # fmt: skip
        return rows


def _known(text: str, values: Sequence[str]) -> str:
    return text if text in values else ""


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """A page of a list. next: the key of the next one, empty where this is the last."""

    rows: Sequence[PurchaseRow]
    next: str
    is_first: bool


def purchases_of(year: int) -> PurchaseQuerySet:
    """What is public of a year, the latest month first, each month in its order."""
    found: PurchaseQuerySet = (
        Purchase.objects.public()
        .filter(summary__year=year)
        .select_related("summary", "division", "line__plan")
        .order_by("-summary__month", "position")
    )
    return found


def page_of_purchases(rows: PurchaseQuerySet, after: str) -> PurchasePage:
    """A page of purchases behind a key such as `12.3` (month and number). Two queries."""
    key = re.fullmatch(r"([1-9]|1[0-2])\.([1-9]\d{0,8})", after, re.ASCII)
    if key is not None:
        month, position = int(key[1]), int(key[2])
        rows = rows.filter(Q(summary__month__lt=month) | Q(summary__month=month, position__gt=position))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = f"{last.summary.month}.{last.position}" if last is not None else ""
    return PurchasePage(with_lines(found[:PAGE]), following, key is None)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the procurement plan, with its method in words."""

    version: LineVersion
    method: str
    months: str


@dataclass(frozen=True, slots=True)
class ProcurementPlan:
    """The procurement plan in force. version: its first line. says_none: that nothing is planned."""

    version: LineVersion
    money: Money
    rows: Sequence[PlanRow] = field(default_factory=list)
    has_more: bool = False
    says_none: LineVersion | None = None


def procurement_plan(year: int) -> ProcurementPlan | None:
    """The plan in force; None where none is. Two queries.

    A plan of a single line without money is the published sentence that nothing needs to be planned (the assessor
    accepts that where nothing is above 500,000 baht).
    """
    rows = LineVersion.objects.current().of_year(year).filter(revision__plan__kind=PlanKind.PROCUREMENT)
    found = list(
        rows.select_related("division", "revision__plan", "line__plan", "serves__plan").order_by("position")[
            : MOST_OF_PLAN + 1
        ]
    )
    if not found:
        return None
    if len(found) == 1 and not found[0].revised:
        return ProcurementPlan(found[0], Money(lines=1), says_none=found[0])
    labels = dict(Method.choices)
    shown = [PlanRow(one, str(labels.get(one.method, one.method)), _months(year, one)) for one in found[:MOST_OF_PLAN]]
    return ProcurementPlan(found[0], total(rows, None), shown, len(found) > MOST_OF_PLAN)


def _months(year: int, version: LineVersion) -> str:
    if version.month_from is None or version.month_to is None:
        return ""
    first = month_name(year, version.month_from)
    return first if version.month_from == version.month_to else f"{first} – {month_name(year, version.month_to)}"


def earlier_versions(year: int, month: int) -> list[MonthSummary]:
    """What was published of a month before what is in force, the latest first."""
    found = MonthSummary.objects.filter(year=year, month=month, state="published", is_current=False)
    return list(found.order_by("-number"))


def published_report(year: int) -> ProcurementReport | None:
    """The yearly report; None where it is not public."""
    found: ProcurementReport | None = ProcurementReport.objects.filter(year=year, published_at__isnull=False).first()
    return found
