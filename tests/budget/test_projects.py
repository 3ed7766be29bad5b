"""The projects of a year by month: when, where, by whom, how much of the line that pays is spent."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from budget.choices import PlanKind
from budget.models import LineVersion, Revision
from budget.reading.projects import months_in_words, projects_page
from budget.services.lines import add_line
from budget.services.plans import Words, revise
from organization.models import Division

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db
ADDRESS = f"/budget/{YEAR}/projects/"


@pytest.fixture
def plan(cast: Cast, ordinance: Revision) -> Revision:
    """A road from November to January, paid from the ordinance; a training without months; one of unknown amount."""
    paid = version(ordinance, "0001")
    made = published(
        cast.budget, road(month_from=2, month_to=4, serves_id=paid.line_id),
        paper(item="โครงการอบรม", place="ห้องประชุม"), paper(item="โครงการอื่น", original=None, month_from=9, month_to=9),
        kind=PlanKind.ACTION, title="แผนการดำเนินงาน",
    )  # fmt: skip
    told(cast.budget, 3, {paid: (0, 30000)})
    return made


def main(client: Client, query: str = "", language: str = "") -> str:
    caches["pages"].clear()
    answer = client.get(f"{language}{ADDRESS}{query}")
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main")[0]


def test_chart_and_words_say_the_same(plan: Revision, client: Client) -> None:
    page = main(client, language="/en")
    assert page.count('<svg class="month-strip"') == 2
    assert re.search(r'aria-label="Nov 2568 – Jan 2569".*?month-strip__bar" x="20" y="3" width="60"', page)
    assert re.search(r'aria-label="Jun 2569".*?month-strip__bar" x="160" y="3" width="20"', page)
    assert '<span class="project-table__months">Nov 2568 – Jan 2569</span>' in page
    assert "30,000.00" in page
    assert "of 120,000.00 (25.00%)" in page
    assert "200,000.00 baht" in page, "the sum of what is known"
    assert f'href="/en/budget/{YEAR}/plans/action-plan/lines/0001/"' in page
    assert f'href="/en/budget/{YEAR}/plans/ordinance/lines/0001/"' in page
    assert "month-strip__now" not in page, "the year is over"


def test_it_is_narrowed_by_division_and_village(plan: Revision, client: Client) -> None:
    division = Division.objects.get(name="กองช่าง").pk
    for query, count in (
        ("?q=โนนสมบูรณ์", 1), (f"?division={division}", 1), ("?q=โครงการ", 3), ("?q=ไม่มีที่ไหน", 0),
        (f"?division={division}&q=อบรม", 0), ("?division=99999999999999999999&after=x.y.z", 3), ("?division=๑", 3),
    ):  # fmt: skip
        assert main(client, query).count('<tr role="row">') == (count + 1 if count else 0), query
    assert 'value="โนนสมบูรณ์"' in main(client, "?q=โนนสมบูรณ์")


def test_drafts_and_other_plans_are_not_there(cast: Cast, plan: Revision, client: Client) -> None:
    following = revise(plan.plan, Words(title="ร่าง", reason="ร่าง"), by=cast.budget, form_mark=mark())
    add_line(following, road(item="โครงการลับ"), by=cast.budget, edits=following.edits)
    page = main(client)
    assert "โครงการลับ" not in page
    assert page.count('<tr role="row">') == 4
    draft(cast.budget, road(), year=2570, kind=PlanKind.ACTION)
    assert client.get("/budget/2570/projects/").status_code == 404


def test_a_year_without_an_action_plan_says_so(ordinance: Revision, client: Client) -> None:
    assert 'class="empty"' in main(client)


def test_many_projects_cost_the_same_and_go_on(cast: Cast, ordinance: Revision) -> None:
    serves = version(ordinance, "0001").line_id
    counts, next_page = [], ""
    for year, lines in ((2567, 2), (YEAR, 60)):
        own = serves if year == YEAR else version(published(cast.budget, road(), year=year), "0001").line_id
        published(
            cast.budget, *(road(serves_id=own, original=Decimal(lines)) for _line in range(lines)), year=year,
            kind=PlanKind.ACTION,
        )  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            next_page = projects_page(year, "", "", "").next
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
    rest = projects_page(YEAR, "", "", next_page)
    assert (len(rest.projects), rest.next, rest.money.lines) == (10, "", 60)
    assert {row.version.pk for row in rest.projects} <= set(
        LineVersion.objects.of_year(YEAR).filter(revision__plan__kind=PlanKind.ACTION).values_list("pk", flat=True)
    )


def test_months_in_words() -> None:
    with override("th"):
        told_of = [months_in_words(2569, *span) for span in ((1, 12), (3, 3), (4, 4), (None, None))]
    assert told_of == ["ต.ค. 68 – ก.ย. 69", "ธ.ค. 68", "ม.ค. 69", ""]
