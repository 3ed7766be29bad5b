"""What a quarter spent, and what is left: made line by line, known only where both statements tell of a line."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.models import LineVersion, Revision, Statement
from budget.money import total
from budget.reading.drill import quarter_page, quarters_page
from budget.reading.line import line_page
from budget.reading.years import budget_of
from budget.statement_reading import spending_parts, statement_before, summed_parts

from ..cast import Cast
from .factories import YEAR, paper, purchase, road, told, version
from .factories import published as publish_plan
from .public_year import asked, publish_summary, summary_draft

pytestmark = pytest.mark.django_db
HOME = f"/budget/{YEAR}/"


@pytest.fixture
def plan(cast: Cast) -> Revision:
    """A road, paper and chairs: three lines of two programmes."""
    return publish_plan(cast.budget, road(), paper(), paper(item="เก้าอี้"))


def three(plan: Revision) -> tuple[LineVersion, LineVersion, LineVersion]:
    return version(plan, "0001"), version(plan, "0002"), version(plan, "0003")


def test_a_quarter_adds_up_lines_that_both_statements_tell_of(cast: Cast, client: Client, plan: Revision) -> None:
    one, two, other = three(plan)
    told(cast.budget, 3, {one: (0, 100), two: (0, 50)})
    last = told(cast.budget, 6, {one: (0, None), two: (0, 80), other: (0, 700)})
    quarters = quarters_page(YEAR).quarters
    assert [quarter.spent for quarter in quarters] == [Decimal(150), Decimal(30), None, None]
    assert [quarter.unknown for quarter in quarters] == [1, 2, 0, 0]
    assert [quarter.disbursed for quarter in quarters[:2]] == [Decimal(150), Decimal(780)]
    shown = quarter_page(YEAR, 2)
    assert (shown.spending.spent, shown.spending.unknown) == (Decimal(30), 2)
    for rows in (shown.programmes, shown.divisions):
        assert {(row.spent, row.unknown) for row in rows} == {(Decimal(30), 1), (None, 0)}
    of_lines = [line_page(YEAR, "ordinance", code).quarters for code in ("0001", "0002", "0003")]
    assert [[quarter.spent for quarter in found[:2]] for found in of_lines] == [
        [Decimal(100), None],
        [Decimal(50), Decimal(30)],
        [None, None],
    ]
    rows = csv.DictReader(io.StringIO(client.get(f"{HOME}spending.csv").content.decode("utf-8-sig")))
    of_period = [row["disbursed_in_period"] for row in rows if row["period_from"].endswith("-01")]
    assert sum(Decimal(amount) for amount in of_period if amount) == Decimal(30)
    desk = summed_parts(spending_parts(last, statement_before(last)))
    assert desk is not None
    assert desk.spent == Decimal(30)
    for path in ("", "by/quarters/", "by/quarters/2/"):
        text = client.get(HOME + path).content.decode()
        assert re.search(r"\*</span> 30\.00</td>|<dd>30\.00", text), path
        assert "−70" not in text


def test_a_quarter_begins_where_the_one_before_ends(cast: Cast, client: Client, plan: Revision) -> None:
    one, two, _other = three(plan)
    told(cast.budget, 2, {one: (0, 100), two: (0, 50)})
    told(cast.budget, 6, {one: (0, 400), two: (0, 90)})
    quarters = quarters_page(YEAR).quarters
    assert [(quarter.spent, quarter.gap) for quarter in quarters[:3]] == [
        (Decimal(150), ""), (None, "before"), (None, "untold"),
    ]  # fmt: skip
    assert (quarters[1].disbursed, quarters[1].whole) == (Decimal(490), True)
    of_line = line_page(YEAR, "ordinance", "0001").quarters
    assert [(quarter.spent, quarter.gap) for quarter in of_line[:2]] == [(Decimal(100), ""), (None, "before")]
    shown = quarter_page(YEAR, 2)
    assert (shown.spending.spent, {row.spent for row in shown.programmes}) == (None, {None})
    assert 'class="notice"' in client.get(f"{HOME}by/quarters/2/").content.decode()


def test_what_is_left_is_never_more_than_is_known(cast: Cast, client: Client, plan: Revision) -> None:
    one, two, other = three(plan)
    statement = told(cast.budget, 3, {one: (20000, 30000), two: (None, 500)})
    money = total(budget_of(YEAR), statement)
    assert (money.left, money.left_known, money.left_untold) == (None, Decimal(70000), 2)
    text = client.get(HOME).content.decode()
    assert "70,000.00" in text
    assert "229,500.00" not in text  # 280,000 less what is told of two of three lines
    assert line_page(YEAR, "ordinance", "0002").money.left is None
    whole = told(cast.budget, 6, {one: (0, 30000), two: (0, 500), other: (0, 0)})
    assert total(budget_of(YEAR), whole).left == Decimal(249500)
    assert total(budget_of(YEAR), None).left is None
    assert Statement.objects.latest_of(YEAR) == whole


def test_a_line_shows_no_number_of_a_person_and_what_was_answered(cast: Cast, client: Client, plan: Revision) -> None:
    line = version(plan, "0001")
    summary = summary_draft(cast.budget)
    number = "1-1037-00123-45-6"
    purchase(
        summary, line_id=line.line_id, title=f"จ้างนาย ก {number}", winner=f"นาย ก {number}", contract_number=number
    )
    publish_summary(summary, cast.budget)
    made = asked(line, "ถนนเสร็จเมื่อไร", by=cast.budget, answer="เดือนมีนาคม")
    text = client.get(line.line.get_absolute_url()).content.decode()
    assert number not in text
    assert text.count("XXXXXXXXX3456") == 3
    for path in (line.line.get_absolute_url(), f"{HOME}plans/ordinance/"):
        text = client.get(path).content.decode()
        assert f'id="c{made.pk}"' in text
        assert "เดือนมีนาคม" in text
        assert f"{HOME}ask/" in text


def test_single_letters_search_nothing(client: Client) -> None:
    for words in ("๛ ๏", "ก", "a b c d e f g h ถนน"):
        with CaptureQueriesContext(connection) as queries:
            text = client.get("/budget/search/", {"q": words}).content.decode()
        assert 'id="q-error"' in text, words
        assert not any("budget_lineversion" in query["sql"] for query in queries), words
    assert 'id="q-error"' not in client.get("/budget/search/", {"q": "ก ถนน"}).content.decode()
