"""What waits on /staff/ and is reminded of by mail: for budget officers, and for whoever should read the plan."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget import reminders
from budget.choices import CommentKind
from budget.models import Comment, MonthSummary, Revision
from budget.services.acts import year_row
from budget.services.voices import confirm_reading
from budget.tasks import (
    fiscal_month,
    month_before,
    officers_tasks,
    old_drafts,
    plan_missing,
    quarter_before,
    readers_tasks,
    statement_due,
    summary_due,
)
from ita_portal.fiscal import BANGKOK, FiscalYear
from organization.models import User

from ..cast import Cast
from .factories import YEAR, draft, mark, published, told, version

pytestmark = pytest.mark.django_db
JANUARY = dt.date(2026, 1, 14)


def at(day: dt.date) -> time_machine.travel:
    """A morning."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), BANGKOK), tick=False)


def titles(user: User, day: dt.date) -> list[tuple[str, bool]]:
    """Addresses and lateness of what waits for a budget officer."""
    with at(day):
        return [(task.url, task.late) for task in officers_tasks(user)]


def question() -> Comment:
    """Somebody asks."""
    made: Comment = Comment.objects.create(
        year=year_row(YEAR), kind=CommentKind.QUESTION, text="ถนนหมู่ 3?", form_mark=mark()
    )
    return made


def test_days() -> None:
    assert str(quarter_before(dt.date(2026, 1, 1))) == "1/2569"
    assert str(quarter_before(dt.date(2025, 12, 31))) == "4/2568"
    assert fiscal_month(dt.date(2025, 10, 1)) == (2569, 1)
    assert fiscal_month(dt.date(2025, 9, 30)) == (2568, 12)
    assert month_before(dt.date(2026, 3, 31)) == dt.date(2026, 2, 28)


def test_nothing_is_asked_of_a_portal_without_a_budget(cast: Cast) -> None:
    assert titles(cast.budget, JANUARY) == []
    assert list(reminders.officers(JANUARY)) == []
    assert list(readers_tasks(cast.staff)) == []


def test_a_quarters_statement_from_the_fifteenth_day(cast: Cast, ordinance: Revision) -> None:
    assert statement_due(JANUARY) is None
    due = statement_due(dt.date(2026, 1, 15))
    assert str(due) == "1/2569"
    assert ("/budget/desk/?year=2569", False) in titles(cast.budget, dt.date(2026, 1, 15))
    assert titles(cast.budget, dt.date(2026, 2, 1))[0] == ("/budget/desk/?year=2569", True)
    told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)})
    assert statement_due(dt.date(2026, 2, 1)) is None


def test_last_months_purchases(cast: Cast, ordinance: Revision) -> None:
    assert summary_due(dt.date(2025, 10, 31)) is None, "the year before had no budget here"
    assert summary_due(dt.date(2025, 11, 1)) == (2569, 1)
    made = MonthSummary.objects.create(
        year_id=YEAR, month=1, nothing=True, made_by=cast.budget, form_mark=mark()
    )  # fmt: skip
    assert summary_due(dt.date(2025, 11, 1)) == (2569, 1), "a draft tells nobody"
    MonthSummary.objects.filter(pk=made.pk).update(
        state="published", number=1, is_current=True, published_by=cast.budget, published_at=made.made_at
    )
    assert summary_due(dt.date(2025, 11, 1)) is None


def test_a_year_without_a_budget(cast: Cast) -> None:
    published(cast.budget, year=2568)
    assert plan_missing(dt.date(2025, 9, 30)) is None
    assert plan_missing(dt.date(2025, 10, 1)) == 2569
    assert titles(cast.budget, dt.date(2025, 10, 1))[0] == ("/budget/desk/?year=2569", True)
    draft(cast.budget, year=2569)
    assert plan_missing(dt.date(2025, 10, 1)) == 2569, "a draft tells nobody"


def test_drafts_and_comments(cast: Cast, ordinance_draft: Revision) -> None:
    begun = ordinance_draft.made_at.astimezone(BANGKOK).date()
    assert old_drafts(begun + dt.timedelta(days=7)) == 0
    assert old_drafts(begun + dt.timedelta(days=8)) == 1
    question()
    asked = question()
    Comment.objects.filter(pk=asked.pk).update(
        state="published", moderated_by=cast.budget, moderated_at=ordinance_draft.made_at
    )
    with at(begun):
        waiting = [(task.url, task.count) for task in officers_tasks(cast.budget)]
    assert waiting[-2:] == [("/budget/desk/comments/", 1), ("/budget/desk/comments/", 1)]
    for name in ("staff", "admin", "mayor"):
        assert list(officers_tasks(getattr(cast, name))) == []


def test_everybody_of_a_division_reads_the_plan(cast: Cast) -> None:
    year = FiscalYear.current().number
    plan = published(cast.budget, year=year)
    assert [task.url for task in readers_tasks(cast.staff)] == [f"/budget/{year}/plans/ordinance/"]
    assert list(readers_tasks(cast.mayor)) == [], "counted by divisions"
    confirm_reading(plan, by=cast.staff)
    assert list(readers_tasks(cast.staff)) == []
    assert list(readers_tasks(cast.staff2)) != []
    page = cast.client("budget").get("/staff/").content.decode()
    assert "/budget/desk/" in page
    assert "/budget/desk/" not in cast.client("staff").get("/staff/").content.decode()


def test_few_queries(cast: Cast, ordinance: Revision) -> None:
    with at(dt.date(2026, 2, 1)), CaptureQueriesContext(connection) as queries:
        list(officers_tasks(User.objects.get(pk=cast.budget.pk)))
    assert len(queries) <= 14


def test_reminders_by_mail(cast: Cast, ordinance: Revision) -> None:
    """What lasts is said once a week, and no mail says what it is about."""
    question()
    first = list(reminders.officers(dt.date(2026, 1, 15)))
    assert [reminder.path for reminder in first] == ["/budget/desk/", "/budget/desk/", "/budget/desk/comments/"]
    assert {reminder.user for reminder in first} == {cast.budget}
    assert "2569" not in "".join(str(reminder.text) for reminder in first)
    quiet = [reminder.path for reminder in reminders.officers(dt.date(2026, 1, 16))]
    assert quiet == ["/budget/desk/comments/"]
    User.objects.filter(pk=cast.budget.pk).update(is_active=False)
    assert list(reminders.officers(dt.date(2026, 1, 15))) == []
