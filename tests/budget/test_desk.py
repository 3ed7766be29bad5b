"""The desk of a year: where every plan stands, what is due, what to do next; the settings of a year."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.choices import CommentKind, PlanKind
from budget.desk_reading import Desk, desk_of, month_name, years_on_desk
from budget.models import BudgetYear, Comment, MonthSummary, Plan, Revision
from budget.services.acts import year_row
from budget.services.plans import Words, revise
from ita_portal.fiscal import BANGKOK

from ..cast import Cast
from .factories import YEAR, draft, mark, published, summary_draft, told, version

DESK = "/budget/desk/"
pytestmark = pytest.mark.django_db
AUGUST = dt.date(2026, 8, 20)
"""In fiscal year 2569, its third quarter over for 50 days."""


def at(day: dt.date) -> time_machine.travel:
    """A morning."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False)


def kinds(desk: Desk) -> dict[str, tuple[int | None, int, str]]:
    """Of each plan: the revision in force, how many drafts, where the next step leads."""
    return {
        row.plan.slug if row.plan else row.kind.value: (
            row.current.number if row.current else None, len(row.drafts), row.step.url if row.step else "",
        )
        for row in desk.plans
    }  # fmt: skip


def test_an_empty_year_begins_with_the_ordinance(cast: Cast) -> None:
    with at(AUGUST):
        page = cast.client("budget").get(DESK, {"year": 2569})
    desk = page.context["desk"]
    assert [row.kind for row in desk.plans] == [
        PlanKind.ORDINANCE, PlanKind.REVENUE, PlanKind.ACTION, PlanKind.SPENDING, PlanKind.PROCUREMENT,
    ]  # fmt: skip
    assert desk.next_step.url == f"{reverse('budget:plan_new')}?year=2569&kind=ordinance"
    assert page.content.decode().count("btn-primary") == 1
    assert list(page.context["years"]) == [2570, 2569], "the next year is prepared from July on"
    assert not BudgetYear.objects.exists(), "looking writes nothing"


def test_where_plans_stand(cast: Cast, ordinance: Revision) -> None:
    following = revise(ordinance.plan, Words(title="โอนครั้งที่ 1"), by=cast.budget, form_mark=mark())
    draft(cast.budget, kind=PlanKind.SUPPLEMENT, number=1)
    with at(AUGUST):
        desk = desk_of(YEAR, AUGUST)
    shown = kinds(desk)
    assert shown["ordinance"] == (1, 1, reverse("budget:draft", args=[following.pk]))
    assert shown["supplement-1"][:2] == (None, 1)
    assert shown["revenue"][:2] == (None, 0)
    assert desk.next_step is not None
    assert desk.next_step.url == reverse("budget:draft", args=[following.pk])


def test_what_is_due(cast: Cast, ordinance: Revision) -> None:
    lines = {version(ordinance, "0001"): (0, 100)}
    told(cast.budget, 3, lines)
    empty = summary_draft(cast.budget, month=1)
    desk = desk_of(YEAR, AUGUST)
    assert [row.month for row in desk.months if row.statement_due] == [6, 9]
    assert [row.month for row in desk.months if row.summary_due] == list(range(1, 11))
    assert desk.months[2].told is not None
    assert desk.months[0].summary_drafts == [empty]
    assert not desk.months[10].is_over
    assert desk.next_step is not None
    assert "month=6" in desk.next_step.url
    told(cast.budget, 6, lines)
    told(cast.budget, 9, lines)
    assert desk_of(YEAR, AUGUST).next_step.url == reverse("budget:summary", args=[empty.pk])  # type: ignore[union-attr]


def test_people_who_wait_come_first(cast: Cast, ordinance: Revision) -> None:
    Comment.objects.create(year=year_row(YEAR), kind=CommentKind.QUESTION, text="ถนนหมู่ 3?", form_mark=mark())
    desk = desk_of(YEAR, AUGUST)
    assert (desk.waiting, desk.unanswered) == (1, 0)
    assert desk.next_step is not None
    assert desk.next_step.url == reverse("budget:comments_desk")


def test_the_desk_needs_the_same_queries_for_much(cast: Cast) -> None:
    client = cast.client("budget")
    counts = []
    for many in (1, 6):
        for number in range(many):
            draft(cast.budget, kind=PlanKind.SUPPLEMENT, number=many * 10 + number)
            told(cast.budget, number + 1, {}, publish_it=False)
            MonthSummary.objects.create(year_id=YEAR, month=number + 1, made_by=cast.budget, form_mark=mark())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(DESK, {"year": YEAR}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_any_year_is_answered(cast: Cast) -> None:
    client = cast.client("budget")
    for asked in ("", "99999999999999999999", "1", "2499", "๒๕๖๙", "x", "2026"):
        page = client.get(DESK, {"year": asked})
        assert page.status_code == 200
        assert 2500 <= page.context["year"] <= 2700


def test_only_budget_officers(cast: Cast) -> None:
    for name in ("admin", "staff", "mayor"):
        assert cast.client(name).get(DESK).status_code == 403
    assert cast.client("citizen").get(DESK).status_code == 302


def test_the_inhabitants_of_a_year(cast: Cast) -> None:
    client, url = cast.client("budget"), reverse("budget:year_settings", args=[YEAR])
    assert client.get(url).status_code == 200
    assert not BudgetYear.objects.exists()
    wrong = client.post(url, {"inhabitants": "0", "inhabitants_on": "1/1/2699"})
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"inhabitants", "inhabitants_on"}
    assert 'value="1/1/2699"' in wrong.content.decode()
    assert client.post(url, {"inhabitants": "5214", "inhabitants_on": "31/12/2568"}).status_code == 302
    row = BudgetYear.objects.get(pk=YEAR)
    assert (row.inhabitants, row.inhabitants_on) == (5214, dt.date(2025, 12, 31))
    assert client.get(reverse("budget:year_settings", args=[9999])).status_code == 404


def test_names_of_months() -> None:
    assert [month_name(month, 2569) for month in (1, 3, 4, 12)] == [
        "ตุลาคม 2568", "ธันวาคม 2568", "มกราคม 2569", "กันยายน 2569",
    ]  # fmt: skip


def test_years_on_the_desk(cast: Cast) -> None:
    published(cast.budget, year=2567)
    assert years_on_desk(dt.date(2026, 5, 1)) == [2569, 2567]
    assert years_on_desk(dt.date(2026, 10, 1)) == [2570, 2567]
    assert Plan.objects.count() == 1
