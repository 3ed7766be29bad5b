"""Statements of spending at the desk: begun, filled, compared, published, corrected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.choices import PlanKind
from budget.errors import RefusedError
from budget.models import LineVersion, Revision, Spent, Statement
from budget.services.lines import remove_line
from budget.services.plans import Words, publish, revise
from budget.services.statements import Amounts, begin_statement, publish_statement, write_amounts
from budget.statement_reading import odd_lines, spending_parts, statement_before

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    """An address of the budget."""
    return reverse(f"budget:{name}", args=args)


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The budget officer, signed in."""
    return cast.client("budget")


def data(**more: object) -> dict[str, Any]:
    """The form of a new statement, filled in."""
    return {
        "form_mark": mark(),
        "year": str(YEAR),
        "month": "3",
        "as_of": "31/12/2568",
        "note": "จากระบบ e-LAAS",
        **more,
    }


def test_a_statement_is_begun_once(officer: Client, ordinance: Revision) -> None:
    sent = data()
    first, second = officer.post(at("statement_new"), sent), officer.post(at("statement_new"), sent)
    made = Statement.objects.get()
    assert first["Location"] == second["Location"] == at("statement", made.pk)
    assert (made.month, made.as_of, made.is_draft, made.note) == (3, dt.date(2025, 12, 31), True, "จากระบบ e-LAAS")


def test_what_is_wrong_is_said_and_kept(officer: Client) -> None:
    for wrong, field in (
        ({"year": "2026"}, "year"),
        ({"month": "13"}, "month"),
        ({"month": ""}, "month"),
        ({"as_of": "1/1/2699"}, "as_of"),
        ({"as_of": "30/11/2568"}, "as_of"),
        ({"as_of": "เมื่อวาน"}, "as_of"),
        ({"form_mark": "x"}, "form_mark"),
    ):
        page = officer.post(at("statement_new"), data(**wrong))
        assert page.status_code == 422, wrong
        assert field in page.context["form"].errors, wrong
        assert "จากระบบ e-LAAS" in page.content.decode()
    assert not Statement.objects.exists()


def test_the_address_fills_the_form(officer: Client) -> None:
    form = officer.get(at("statement_new"), {"year": YEAR, "month": "6", "copy": "1"}).context["form"]
    assert (form.initial["month"], form.initial["as_of"], form.initial["copy"]) == (6, dt.date(2026, 3, 31), True)
    for nonsense in ({"year": "x", "month": "99"}, {"year": "9" * 60}, {"month": "๓"}):
        assert officer.get(at("statement_new"), nonsense).status_code == 200


def test_what_was_spent_in_between(cast: Cast, officer: Client, ordinance: Revision) -> None:
    revenue = published(
        cast.budget, {"revenue_group": "taxes", "item": "ภาษีที่ดิน", "original": Decimal(5000)}, kind=PlanKind.REVENUE
    )
    road_, paper_ = version(ordinance, "0001"), version(ordinance, "0002")
    told(cast.budget, 3, {road_: (10000, 30000), paper_: (None, None)})
    second = told(cast.budget, 6, {road_: (50000, 90000), paper_: (0, 500)}, publish_it=False)
    Spent.objects.create(statement=second, line=revenue.versions.get().line, received=Decimal(700))
    before = statement_before(second)
    assert before is not None
    parts = {part.name: part for part in spending_parts(second, before)}
    spent = {name: part.spent for name, part in parts.items()}
    assert list(spent.values()) == [None, Decimal(60000), None], "unknown before is unknown in between"
    assert [part.received for part in parts.values()] == [False, False, True]
    odd = odd_lines(second, before)
    assert [row.code for row in odd] == ["ordinance/0001"], "140,000 of 120,000"
    page = officer.get(at("statement", second.pk))
    assert (page.context["whole"].now.disbursed, page.context["whole"].now.obligated) == (90500, 50000)
    assert "20,000.00" in page.content.decode()
    assert page.context["whole"].since.unknown == 1


def test_less_than_before_is_asked_about(cast: Cast, ordinance: Revision) -> None:
    road_, paper_ = version(ordinance, "0001"), version(ordinance, "0002")
    told(cast.budget, 3, {road_: (0, 30000), paper_: (0, 5)})
    second = told(cast.budget, 4, {road_: (0, 29999), paper_: (0, None)}, publish_it=False)
    assert [row.code for row in odd_lines(second, statement_before(second))] == ["ordinance/0001", "ordinance/0002"]


def test_published_from_its_own_page_and_corrected(cast: Cast, officer: Client, ordinance: Revision) -> None:
    empty = begin_statement(YEAR, 3, as_of=dt.date(2025, 12, 31), by=cast.budget, form_mark=mark())
    url = at("statement_publish", empty.pk)
    assert officer.post(url, {"seen": "0", "edits": "0"}).status_code == 422, "there is nothing in it"
    line = version(ordinance, "0001").line_id
    write_amounts(empty, [Amounts(line, Decimal(0), Decimal(30000))], by=cast.budget)
    for bad in ({}, {"seen": "x"}, {"seen": "9" * 30}, {"seen": "0"}, {"seen": "0", "edits": "0"}):
        assert officer.post(url, bad).status_code == 422, "looked at before the file was stored"
    for _twice in range(2):
        assert officer.post(url, {"seen": "0", "edits": "1"})["Location"] == at("statement", empty.pk)
    sent = data(copy="on", as_of="15/1/2569")
    officer.post(at("statement_new"), sent)
    second = Statement.objects.get(state="draft")
    assert second.rows.get().disbursed == 30000, "a correction begins with what is in force"
    page = officer.get(at("statement_publish", second.pk))
    assert page.context["form"].initial["seen"] == 1
    assert officer.post(at("statement_publish", second.pk), {"seen": "1", "edits": "0"}).status_code == 302
    assert [row.number for row in Statement.objects.filter(is_current=True)] == [2]
    assert officer.get(at("statement", empty.pk)).status_code == 200, "history stays readable"


def test_who_comes_second_compares_first(cast: Cast, officer: Client, ordinance: Revision) -> None:
    line = version(ordinance, "0001")
    first, second = (told(cast.budget, 3, {line: (0, amount)}, publish_it=False) for amount in (1, 2))
    publish_statement(first, by=cast.budget)
    late = officer.post(at("statement_publish", second.pk), {"seen": "0", "edits": "1"})
    assert late.status_code == 422
    assert at("statement", first.pk) in late.content.decode()
    assert late.context["form"].data["seen"] == "1"
    assert officer.post(at("statement_publish", second.pk), {"seen": "1", "edits": "1"}).status_code == 302


def test_day_and_note_are_changed_in_a_draft_only(cast: Cast, officer: Client, ordinance: Revision) -> None:
    made = told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)}, publish_it=False)
    url = at("statement", made.pk)
    assert officer.post(url, {"as_of": "5/1/2569", "note": "แก้", "edits": "1"}).status_code == 302
    late = officer.post(url, {"as_of": "6/1/2569", "note": "อีกแท็บ", "edits": "1"})
    assert (late.status_code, late.context["form"].data["edits"]) == (422, "2")
    assert "อีกแท็บ" in late.content.decode()
    made.refresh_from_db()
    assert (made.as_of, made.note) == (dt.date(2026, 1, 5), "แก้")
    assert officer.post(url, {"as_of": "30/11/2568", "note": "พิมพ์ไว้", "edits": "2"}).status_code == 422
    publish_statement(made, by=cast.budget)
    for name in ("statement", "statement_publish", "statement_discard"):
        assert officer.post(at(name, made.pk), {"as_of": "6/1/2569", "seen": "0"}).status_code == 302
    assert Statement.objects.get().as_of == dt.date(2026, 1, 5)


def test_thrown_away(cast: Cast, officer: Client, ordinance: Revision) -> None:
    made = told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)}, publish_it=False)
    url = at("statement_discard", made.pk)
    assert officer.get(url).status_code == 200
    for _twice in range(2):
        assert officer.post(url)["Location"] == at("desk")
    assert not Statement.objects.exists()
    assert officer.get(at("statement", made.pk)).status_code == 404
    assert officer.get(at("statement", 10**30)).status_code == 404


def test_only_lines_in_force_are_told(cast: Cast) -> None:
    """A line that a revision took away, or that only a draft has, is in no sum: its spending would vanish."""
    ordinance = published(cast.budget, road(), paper(original=Decimal(0)))
    made = told(cast.budget, 3, {version(ordinance, "0002"): (0, 1)}, publish_it=False)
    following = revise(ordinance.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
    remove_line(version(following, "0002"), by=cast.budget, edits=0)
    publish(following, by=cast.budget, edits=1)
    other = told(cast.budget, 3, {draft(cast.budget, kind="supplement").versions.first(): (0, 1)}, publish_it=False)  # type: ignore[dict-item]
    for statement in (made, other):
        with pytest.raises(RefusedError) as refusal:
            publish_statement(statement, by=cast.budget)
        assert refusal.value.code == "spent_line_gone"


def test_the_same_queries_for_many_lines(cast: Cast, officer: Client) -> None:
    counts = []
    for many in (2, 60):
        year = 2560 + many % 7
        plan = published(
            cast.budget,
            *[paper(item=f"รายการ {n}") if n % 2 else road(item=f"ถนน {n}") for n in range(many)],
            year=year,
        )
        rows = dict.fromkeys(LineVersion.objects.filter(revision=plan), (0, 999999))
        made = told(cast.budget, 3, rows, year=year, publish_it=False)
        for name in ("statement", "statement_publish"):
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(at(name, made.pk)).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 18


def test_only_budget_officers(cast: Cast, ordinance: Revision) -> None:
    made = told(cast.budget, 3, {version(ordinance, "0001"): (0, 1)}, publish_it=False)
    for url in (at("statement_new"), at("statement", made.pk), at("statement_publish", made.pk)):
        for method in ("get", "post"):
            assert getattr(cast.client("staff"), method)(url).status_code == 403
            assert getattr(cast.client("citizen"), method)(url).status_code == 302
