"""Drafts are invisible at every public address, whoever asks: page, search, old address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from budget.choices import PlanKind
from budget.models import Revision
from budget.services.lines import add_line, change_line
from budget.services.plans import Words, revise

from ..cast import Cast
from .factories import YEAR, draft, mark, purchase, road, summary_draft, told, version
from .public_year import SECRET, PublicYear, asked, document, public_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(cast: Cast) -> PublicYear:
    """Beside what is published: a revision, a supplement, a plan, a statement, purchases, a comment and a next year
    that are drafts."""
    made = public_year(cast.budget)
    revision = revise(made.second.plan, Words(title=SECRET, reason=SECRET), by=cast.budget, form_mark=mark())
    change_line(version(revision, "0001"), {"item": SECRET, "detail": SECRET}, by=cast.budget, edits=0)
    add_line(revision, road(item=SECRET, original=0), by=cast.budget, edits=1, code="NEW-1")
    document(revision, cast.budget)
    for kind, number in ((PlanKind.SUPPLEMENT, 1), (PlanKind.ACTION, 1), (PlanKind.REVENUE, 1)):
        words = (
            {"revenue_group": "taxes", "item": SECRET, "original": 1} if kind == PlanKind.REVENUE else road(item=SECRET)
        )
        draft(cast.budget, words, kind=kind, number=number, title=SECRET)
    draft(cast.budget, road(item=SECRET), year=YEAR + 1, title=SECRET)
    told(cast.budget, 9, {made.road: (0, "98765.43")}, publish_it=False)
    purchase(summary_draft(cast.budget), line_id=made.road.line_id, title=SECRET)
    asked(made.road, SECRET)
    return made


def addresses(year: PublicYear) -> list[str]:
    """Every public page of the year that this part of the portal shows."""
    plan = [YEAR, "ordinance"]
    named = [
        ("years", []), ("year", [YEAR]), ("lines", [YEAR]), ("revenue", [YEAR]), ("statements", [YEAR]),
        *(("dimension", [YEAR, key]) for key in ("programmes", "divisions", "groups", "sources", "quarters")),
        ("slice", [YEAR, "programmes", "industry_public_works"]), ("slice", [YEAR, "quarters", "3"]),
        ("plan", plan), ("revision", [*plan, 1]), ("revision", [*plan, 2]), ("changes", [*plan, 1, 2]),
        ("line", [*plan, "0001"]), ("line", [*plan, "0002"]),
    ]  # fmt: skip
    found = [reverse(f"budget:{name}", args=arguments) for name, arguments in named]
    return [*found, f"{reverse('budget:search')}?q={SECRET}", f"{reverse('budget:lines', args=[YEAR])}?q={SECRET}"]


def hidden() -> list[str]:
    """Addresses of what exists as a draft only."""
    plan = [YEAR, "ordinance"]
    named = [
        ("year", [YEAR + 1]), ("lines", [YEAR + 1]), ("plan", [YEAR + 1, "ordinance"]),
        ("dimension", [YEAR + 1, "programmes"]), ("slice", [YEAR + 1, "programmes", "industry_public_works"]),
        ("line", [YEAR + 1, "ordinance", "0001"]), ("revenue", [YEAR + 1]), ("statements", [YEAR + 1]),
        ("plan", [YEAR, "supplement-1"]), ("plan", [YEAR, "action-plan"]), ("plan", [YEAR, "revenue"]),
        ("line", [YEAR, "supplement-1", "0001"]), ("line", [YEAR, "action-plan", "0001"]),
        ("line", [YEAR, "revenue", "0001"]), ("line", [*plan, "NEW-1"]), ("revision", [*plan, 3]),
        ("changes", [*plan, 2, 3]), ("revision", [YEAR, "supplement-1", 1]),
    ]  # fmt: skip
    return [reverse(f"budget:{name}", args=arguments) for name, arguments in named]


@pytest.mark.parametrize("name", ["citizen", "budget"])
def test_nothing_of_a_draft_is_on_any_page(cast: Cast, year: PublicYear, name: str) -> None:
    client: Client = cast.client(name)
    for path in addresses(year):
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode().replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
        assert SECRET not in text, path
        assert "98,765.43" not in text, path
        assert "NEW-1" not in text, path
    for path in hidden():
        assert client.get(path).status_code == 404, path


def test_the_test_would_see_it(cast: Cast, client: Client, year: PublicYear) -> None:
    """Once published, the same words are there: the pages above are those on which they would stand."""
    from budget.services.plans import publish

    revision = Revision.objects.drafts().get(plan=year.first.plan)
    publish(revision, by=cast.budget, edits=revision.edits)
    seen = [path for path in addresses(year) if SECRET in client.get(path).content.decode()]
    assert len(seen) >= 8
    assert client.get(reverse("budget:line", args=[YEAR, "ordinance", "NEW-1"])).status_code == 200
    assert client.get(reverse("budget:revision", args=[YEAR, "ordinance", 3])).status_code == 200
