"""Live figures of the budget for the plan's report: by fiscal quarter and, where it makes sense, by division.

A quarter's figure stays when later quarters are told. What is spent comes from the statement of the quarter's last
month, against what was in force at its end; what was published, asked, answered or read, from its own days. Only a
correction of that very statement or month changes the past, and people who leave without having read anything.

What citizens send raises no page of its own (`voices_reading`): comments are told as of the end of yesterday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.thai import long_date
from measures.indicators import Compute, Figure, Indicator, register

from .choices import BUDGET_KINDS, MONTHS_OF_QUARTER, CommentState, PlanKind
from .models import Comment, LineVersion, MonthSummary, Purchase, Reading, Revision, Statement
from .money import total
from .page_topics import TOPIC
from .reading.years import public_years
from .voices_reading import FEWEST, Median, begin_of, in_days, staff

if TYPE_CHECKING:
    from organization.models import Division

_DAY = dt.timedelta(days=1)
Quarters = Sequence[FiscalQuarter]
Found = Mapping[FiscalQuarter, "int | Decimal | str | None"]
Values = Callable[[Quarters, "Division | None"], Found]


def _figures(values: Values, page: str) -> Compute:
    """Figures of the quarters that have begun, each with the page where it can be looked up."""

    def compute(quarters: Quarters, division: Division | None) -> dict[FiscalQuarter, Figure]:
        day = today()
        begun = [quarter for quarter in quarters if quarter.start <= day]
        if not begun:
            return {}
        shown = set(
            public_years().filter(pk__in={quarter.year.number for quarter in begun}).values_list("pk", flat=True)
        )
        return {
            quarter: Figure(
                value,
                reverse(page, args=[quarter.year.number]) if quarter.year.number in shown else reverse("budget:years"),
            )
            for quarter, value in values(begun, division).items()
        }

    return compute


def _end(quarter: FiscalQuarter) -> dt.datetime:
    """The moment after a quarter's last."""
    return begin_of(quarter.end + _DAY)


def _within(quarter: FiscalQuarter, column: str, until: dt.datetime | None = None) -> Q:
    """Moments of a quarter, before `until` where it is told."""
    end = _end(quarter) if until is None else min(_end(quarter), until)
    return Q(**{f"{column}__gte": begin_of(quarter.start), f"{column}__lt": end})


def _counted(rows: Any, conditions: Mapping[FiscalQuarter, Q]) -> dict[FiscalQuarter, int]:
    """How many rows each condition holds for. One query."""
    found = rows.order_by().aggregate(
        **{f"n{number}": Count("pk", filter=condition) for number, condition in enumerate(conditions.values())}
    )
    return {quarter: found[f"n{number}"] for number, quarter in enumerate(conditions)}


def _span(quarters: Quarters, column: str) -> Q:
    """Moments from the first of all quarters to their last."""
    return Q(
        **{
            f"{column}__gte": begin_of(min(quarter.start for quarter in quarters)),
            f"{column}__lt": max(_end(quarter) for quarter in quarters),
        }
    )


# Plans ----------------------------------------------------------------------------------------------------------


def _published(quarters: Quarters, _division: Division | None) -> Found:
    rows = Revision.objects.published().filter(_span(quarters, "published_at"))
    return _counted(rows, {quarter: _within(quarter, "published_at") for quarter in quarters})


def _first_published(kind: PlanKind) -> Values:
    """The day on which a year's plan of a kind was published first, where that was before the quarter's end."""

    def values(quarters: Quarters, _division: Division | None) -> Found:
        first = dict(
            Revision.objects.published()
            .filter(plan__kind=kind, plan__year_id__in={quarter.year.number for quarter in quarters}, number=1)
            .values_list("plan__year_id", "published_at")
        )
        told: dict[FiscalQuarter, str | None] = {}
        for quarter in quarters:
            at = first.get(quarter.year.number)
            told[quarter] = long_date(at) if at is not None and at < _end(quarter) else None
        return told

    return values


# Money ----------------------------------------------------------------------------------------------------------


def _in_force(quarters: Quarters) -> dict[FiscalQuarter, list[int]]:
    """The revisions of the budget in force at the end of each quarter. One query.

    An ordinance is in force from 1 October on, also where the portal told it later: then its first revision counts.
    """
    rows = list(
        Revision.objects.published()
        .filter(plan__kind__in=BUDGET_KINDS, plan__year_id__in={quarter.year.number for quarter in quarters})
        .order_by("plan", "number")
        .values_list("pk", "plan_id", "plan__year_id", "plan__kind", "number", "published_at")
    )
    found: dict[FiscalQuarter, list[int]] = {}
    for quarter in quarters:
        chosen: dict[int, int] = {}
        for key, plan, year, kind, number, at in rows:
            counts = at < _end(quarter) or (kind == PlanKind.ORDINANCE and number == 1)
            if year == quarter.year.number and counts:
                chosen[plan] = key
        found[quarter] = list(chosen.values())
    return found


def _disbursed(quarters: Quarters, division: Division | None) -> Found:
    wanted = Q(pk__in=[])
    for quarter in quarters:
        wanted |= Q(year_id=quarter.year.number, month=MONTHS_OF_QUARTER[quarter.number][-1])
    statements = {(one.year_id, one.month): one for one in Statement.objects.current().filter(wanted)}
    in_force = _in_force(quarters) if statements else {}
    shares: dict[FiscalQuarter, Decimal | None] = {}
    for quarter in quarters:
        statement = statements.get((quarter.year.number, MONTHS_OF_QUARTER[quarter.number][-1]))
        share = None
        if statement is not None and in_force[quarter]:
            lines = LineVersion.objects.filter(revision__in=in_force[quarter])
            share = total(lines if division is None else lines.filter(division=division), statement).share_of_revised
        shares[quarter] = None if share is None else share.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return shares


# Staff ----------------------------------------------------------------------------------------------------------


def _read(quarters: Quarters, division: Division | None) -> Found:
    """Those who had read the ordinance in force at the quarter's end, of them and of those who had not.

    Who had read it counts in the division of that time, also after leaving; who had not, where they work today.
    """
    rows = list(
        Revision.objects.published()
        .filter(plan__kind=PlanKind.ORDINANCE, plan__year_id__in={quarter.year.number for quarter in quarters})
        .order_by("number")
        .values_list("pk", "plan__year_id", "published_at")
    )
    shares: dict[FiscalQuarter, int | None] = dict.fromkeys(quarters)
    for quarter in quarters:
        end = _end(quarter)
        revision = None
        for key, year, at in rows:
            if year == quarter.year.number and at < end:
                revision = key
        if revision is not None:
            shares[quarter] = _share_of_readers(revision, end, division)
    return shares


def _share_of_readers(revision: int, end: dt.datetime, division: Division | None) -> int | None:
    readings = Reading.objects.filter(revision_id=revision, read_at__lt=end, division__isnull=False)
    others = staff().filter(
        ~Exists(Reading.objects.filter(revision_id=revision, read_at__lt=end, user=OuterRef("pk"))),
        date_joined__lt=end,
    )
    if division is not None:
        readings, others = readings.filter(division=division), others.filter(division=division)
    have = readings.count()
    people = have + others.count()
    return round(100 * have / people) if people and (division is None or people >= FEWEST) else None


# Participation --------------------------------------------------------------------------------------------------


def _yesterday() -> dt.datetime:
    """The end of yesterday."""
    return begin_of(today())


def _comments(column: str, *conditions: Q) -> Values:
    """Comments of which something happened in each quarter, until the end of yesterday."""

    def values(quarters: Quarters, _division: Division | None) -> Found:
        rows = Comment.objects.filter(_span(quarters, column), *conditions)
        return _counted(rows, {quarter: _within(quarter, column, _yesterday()) for quarter in quarters})

    return values


def _answer_days(quarters: Quarters, _division: Division | None) -> Found:
    found = (
        Comment.objects.filter(_span(quarters, "answered_at"))
        .order_by()
        .aggregate(
            **{
                f"n{number}": Median(
                    F("answered_at") - F("sent_at"), filter=_within(quarter, "answered_at", _yesterday())
                )
                for number, quarter in enumerate(quarters)
            }
        )
    )
    return {quarter: in_days(found[f"n{number}"]) for number, quarter in enumerate(quarters)}


# Procurement ----------------------------------------------------------------------------------------------------


def _of_months(prefix: str, quarters: Iterable[FiscalQuarter]) -> dict[FiscalQuarter, Q]:
    return {
        quarter: Q(
            **{
                f"{prefix}year_id": quarter.year.number,
                f"{prefix}month__in": MONTHS_OF_QUARTER[quarter.number],
            }
        )
        for quarter in quarters
    }


def _years(prefix: str, quarters: Quarters) -> Q:
    return Q(**{f"{prefix}year_id__in": {quarter.year.number for quarter in quarters}})


def _months_told(quarters: Quarters, _division: Division | None) -> Found:
    return _counted(MonthSummary.objects.current().filter(_years("", quarters)), _of_months("", quarters))


def _purchases(quarters: Quarters, division: Division | None) -> Found:
    """None where no month of the quarter is told: that is not the same as no purchase."""
    told = _months_told(quarters, None)
    rows = Purchase.objects.public().filter(_years("summary__", quarters))
    if division is not None:
        rows = rows.filter(division=division)
    found = _counted(rows, _of_months("summary__", quarters))
    return {quarter: found[quarter] if told[quarter] else None for quarter in quarters}


def _register(
    key: str,
    name: Any,
    unit: Any,
    explanation: Any,
    values: Values,
    *,
    page: str,
    by_division: bool = False,
    headline: int = 0,
) -> None:
    def of_all(quarters: Quarters, division: Division | None) -> Found:
        return values(quarters, division) if by_division or division is None else {}

    register(
        Indicator(
            key=f"budget.{key}", name=name, unit=unit, explanation=explanation, compute=_figures(of_all, page),
            topics=("organization", TOPIC), by_division=by_division, headline=headline,
        )
    )  # fmt: skip


_register(
    "plans_published", _("Plans and revisions of the budget published"), _("publications"),
    _("Counts what was put in force in the quarter: ordinance, supplementary budgets, revenue estimate, action plan,"
      " spending plan, procurement plan, and every revision of these."),
    _published, page="budget:year",
)  # fmt: skip
_register(
    "ordinance_published", _("Budget ordinance of the year published on"), "",
    _("The day on which the ordinance of the fiscal year was published here first; a dash where that was not before"
      " the end of the quarter."),
    _first_published(PlanKind.ORDINANCE), page="budget:year",
)  # fmt: skip
_register(
    "action_plan_published", _("Action plan of the year published on"), "",
    _("The day on which the action plan of the fiscal year was published here first; a dash where that was not before"
      " the end of the quarter."),
    _first_published(PlanKind.ACTION), page="budget:year",
)  # fmt: skip
_register(
    "disbursed_share", _("Budget disbursed since 1 October"), _("percent"),
    _("What the statement of the quarter's last month says was disbursed, of the revised budget in force at the end of"
      " the quarter. A dash where there is no statement of that month. A division's is that of its lines."),
    _disbursed, page="budget:statements", by_division=True, headline=60,
)  # fmt: skip
_register(
    "staff_read", _("Staff who have read the budget of the year"), _("percent"),
    _("Who had confirmed by the end of the quarter that they had read the ordinance as it was in force then, of them"
      " and of everybody else who works in a division. A division of one person is not told alone."),
    _read, page="budget:questions", by_division=True,
)  # fmt: skip
_register(
    "comments_received", _("Questions, opinions and proposals on the budget received"), _("comments"),
    _("Counts what citizens and staff sent in the quarter, until the end of yesterday, published or not."),
    _comments("sent_at"), page="budget:questions",
)  # fmt: skip
_register(
    "comments_published", _("Questions, opinions and proposals on the budget published"), _("comments"),
    _("Counts those that were published in the quarter, until the end of yesterday, and still are."),
    _comments("moderated_at", Q(state=CommentState.PUBLISHED)), page="budget:questions",
)  # fmt: skip
_register(
    "comments_answered", _("Questions, opinions and proposals on the budget answered"), _("answers"),
    _("Counts the answers that were first given in the quarter, until the end of yesterday."),
    _comments("answered_at"), page="budget:questions",
)  # fmt: skip
_register(
    "answer_days", _("Time from a question on the budget to its answer"), _("days (median)"),
    _("Of what was answered in the quarter, until the end of yesterday: half was answered sooner, half later."),
    _answer_days, page="budget:questions",
)  # fmt: skip
_register(
    "months_told", _("Months of procurement published"), _("months"),
    _("Counts the months of the quarter whose purchases are published, or of which it is said that there was none."),
    _months_told, page="budget:procurement",
)  # fmt: skip
_register(
    "purchases", _("Purchases published"), _("purchases"),
    _("Counts the purchases in the published months of the quarter. A dash where no month of it is published yet."
      " A division's are those that it is responsible for."),
    _purchases, page="budget:procurement", by_division=True,
)  # fmt: skip
