"""The budget officer's desk: where every plan of a year stands, what is told of each month, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear, today
from ita_portal.thai import ENGLISH_MONTHS, MONTHS

from .choices import PlanKind
from .models import BudgetYear, Comment, MonthSummary, Plan, Revision, Statement
from .services.statements import end_of_month

NEXT_YEAR_FROM = 7
"""From which month of the calendar the next fiscal year stands on the desk: its draft goes to the council in August."""


def month_name(month: int, year: int | None = None) -> str:
    """The name of a fiscal month (1 is October), with the calendar's year where `year` is told: `ธันวาคม 2569`."""
    names = MONTHS if (get_language() or "th").startswith("th") else ENGLISH_MONTHS
    name = names[(month + 8) % 12]
    return name if year is None else f"{name} {year - 1 if month <= 3 else year}"


def month_choices() -> list[tuple[Any, str]]:
    """The fiscal months of a form."""
    return [("", "–"), *((month, month_name(month)) for month in range(1, 13))]


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done next."""

    label: str
    url: str


@dataclass(slots=True)
class PlanRow:
    """A plan on the desk. plan: None where there is none yet."""

    kind: PlanKind
    name: str
    plan: Plan | None = None
    current: Revision | None = None
    drafts: list[Revision] = field(default_factory=list)
    step: Step | None = None
    behind: bool = False


@dataclass(slots=True)
class MonthRow:
    """A fiscal month on the desk: its statement of spending and its procurement."""

    month: int
    name: str
    ends_quarter: int
    is_over: bool
    told: Statement | None = None
    drafts: list[Statement] = field(default_factory=list)
    summary: MonthSummary | None = None
    summary_drafts: list[MonthSummary] = field(default_factory=list)
    statement_due: bool = False
    summary_due: bool = False
    begin: str = ""
    correct: str = ""
    summary_begin: str = ""


@dataclass(slots=True)
class Desk:
    """Everything of a year. next_step: the one thing to do first."""

    year: int
    row: BudgetYear | None
    plans: list[PlanRow]
    months: list[MonthRow]
    waiting: int
    unanswered: int
    next_step: Step | None = None
    next_words: str = ""


def years_on_desk(day: dt.date | None = None) -> list[int]:
    """The fiscal years that have something, this one, and from July on the next; newest first. One query."""
    now = day or today()
    found = set(BudgetYear.objects.values_list("pk", flat=True)) | {FiscalYear.of(now).number}
    if NEXT_YEAR_FROM <= now.month < 10:
        found.add(FiscalYear.of(now).number + 1)
    return sorted(found, reverse=True)


def desk_of(year: int, day: dt.date) -> Desk:
    """The desk of a fiscal year. Five queries, whatever it holds."""
    row = BudgetYear.objects.filter(pk=year).first()
    counts = Comment.objects.filter(year=year).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        unanswered=Count("pk", filter=Q(state="published", answer="") & ~Q(kind="comment")),
    )
    desk = Desk(year, row, _plans(year), _months(year, day), counts["waiting"], counts["unanswered"])
    desk.next_step, desk.next_words = _next(desk)
    return desk


def _plans(year: int) -> list[PlanRow]:
    rows: dict[tuple[str, int], PlanRow] = {}
    kinds = [(kind, number) for kind in PlanKind for number in (() if kind == PlanKind.SUPPLEMENT else (1,))]
    for kind, number in kinds:
        rows[kind, number] = PlanRow(PlanKind(kind), str(PlanKind(kind).label))
    found = Revision.objects.filter(plan__year=year).filter(Q(is_current=True) | Q(state="draft"))
    for revision in found.select_related("plan", "made_by", "published_by").order_by("pk"):
        plan = revision.plan
        row = rows.setdefault((plan.kind, plan.number), PlanRow(PlanKind(plan.kind), plan.name))
        row.plan = plan
        if revision.is_current:
            row.current = revision
        else:
            row.drafts.append(revision)
    for row in rows.values():
        _step_of(row, year)
    order = list(PlanKind)
    ordered = sorted(rows.items(), key=lambda pair: (order.index(PlanKind(pair[0][0])), pair[0][1]))
    return [row for _key, row in ordered]


def _step_of(row: PlanRow, year: int) -> None:
    if row.drafts:
        latest = row.drafts[-1]
        row.behind = latest.based_on_id != (row.current.pk if row.current else None)
        label = _("Catch up with what was published") if row.behind and row.current else _("Continue the draft")
        row.step = Step(label, reverse("budget:draft", args=[latest.pk]))
    elif row.current is not None and row.plan is not None:
        row.step = Step(_("Begin a revision"), reverse("budget:plan_revise", args=[year, row.plan.slug]))
    else:
        address = reverse("budget:plan_new") + "?" + urlencode({"year": year, "kind": row.kind.value})
        row.step = Step(_("Begin this plan"), address)


def _months(year: int, day: dt.date) -> list[MonthRow]:
    rows = []
    for month in range(1, 13):
        new = urlencode({"year": year, "month": month})
        rows.append(
            MonthRow(
                month, month_name(month, year), month // 3 if month % 3 == 0 else 0, end_of_month(year, month) < day,
                begin=f"{reverse('budget:statement_new')}?{new}",
                correct=f"{reverse('budget:statement_new')}?{new}&copy=1",
                summary_begin=f"{reverse('budget:summary_new')}?{new}",
            )
        )  # fmt: skip
    shown = Q(is_current=True) | Q(state="draft")
    for statement in Statement.objects.filter(shown, year=year).select_related("made_by").order_by("pk"):
        row = rows[statement.month - 1]
        if statement.is_current:
            row.told = statement
        else:
            row.drafts.append(statement)
    for summary in MonthSummary.objects.filter(shown, year=year).select_related("made_by").order_by("pk"):
        row = rows[summary.month - 1]
        if summary.is_current:
            row.summary = summary
        else:
            row.summary_drafts.append(summary)
    for row in rows:
        row.statement_due = bool(row.ends_quarter) and row.is_over and row.told is None
        row.summary_due = row.is_over and row.summary is None
    return rows


def _next(desk: Desk) -> tuple[Step | None, str]:
    """The one obvious thing: what others wait for comes first."""
    for step, words in _steps(desk):
        return step, words
    return None, _("Everything that is due is published.")


def _steps(desk: Desk) -> Iterator[tuple[Step | None, str]]:
    for row in desk.plans:
        if row.behind and row.current:
            yield row.step, _("Somebody published a revision while a draft of it was open.")
    if _first(desk).current is None:
        yield _first(desk).step, _("Nobody can read the budget of this year yet.")
    if desk.waiting:
        url = reverse("budget:comments_desk")
        yield Step(_("Look at what people wrote"), url), _("People wrote about the budget and wait.")
    for row in desk.plans:
        if row.drafts:
            yield row.step, _("A draft is open: finish it, or throw it away.")
    for month in desk.months:
        if month.statement_due:
            words = _("Quarter %(quarter)s is over, and nothing is published about its spending.")
            url = reverse("budget:statement", args=[month.drafts[-1].pk]) if month.drafts else month.begin
            yield Step(_("Tell what was spent"), url), words % {"quarter": month.ends_quarter}
    for month in desk.months:
        if month.summary_due:
            drafts = month.summary_drafts
            url = reverse("budget:summary", args=[drafts[-1].pk]) if drafts else month.summary_begin
            words = _("The purchases of %(month)s are not published yet.")
            yield Step(_("Enter the purchases of the month"), url), words % {"month": month.name}


def _first(desk: Desk) -> PlanRow:
    return next(row for row in desk.plans if row.kind == PlanKind.ORDINANCE)
