"""A line's own page: its amounts, its history over revisions, what was spent on it, what belongs to it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import PlanKind
from budget.models import Line, Revision
from budget.reading.line import line_page
from budget.services.lines import remove_line
from budget.services.plans import Words, publish, revise
from ita_portal.thai import baht, baht_in_words

from ..cast import Cast
from .factories import YEAR, mark, paper, published, purchase, road, summary_draft, told, version
from .public_year import SECRET, PublicYear, asked, bought, correct, moved, other_plans, public_year

pytestmark = pytest.mark.django_db
PLAN = f"/budget/{YEAR}/plans/ordinance/"
ROAD = f"{PLAN}lines/0001/"


@pytest.fixture
def year(cast: Cast) -> PublicYear:
    return public_year(cast.budget)


def page(client: Client, path: str = ROAD) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_its_amounts_are_those_of_its_revision_and_the_latest_statement(client: Client, year: PublicYear) -> None:
    shown = line_page(YEAR, "ordinance", "0001")
    money = shown.money
    assert (shown.version.pk, shown.removed) == (year.road.pk, False)
    assert (money.original, money.revised, money.obligated, money.disbursed, money.left) == tuple(
        Decimal(amount) for amount in ("120000", "130000", "2500", "75000.25", "52499.75")
    )
    text = page(client)
    for amount in (money.original, money.revised, money.obligated, money.disbursed, money.left, Decimal(10000)):
        assert f'<td class="amount">{baht(amount)}</td>' in text
    assert baht_in_words(Decimal(130000)) in text
    assert "57.69%" in text
    assert "62.50%" in text
    assert f"/budget/{YEAR}/ask/?line=0001&amp;plan=ordinance" in text
    assert f'<span class="hash">http://testserver{ROAD}</span>' in text
    for path in ("programmes/industry_public_works", "groups/investment", f"divisions/{year.road.division_id}",
                 "sources/budget", "quarters/1"):  # fmt: skip
        assert f'href="/budget/{YEAR}/by/{path}/"' in text
        assert client.get(f"/budget/{YEAR}/by/{path}/").status_code == 200


def test_months_are_differences_and_what_is_not_told_is_no_zero(client: Client, year: PublicYear) -> None:
    shown = line_page(YEAR, "ordinance", "0001")
    assert [(month.statement.month, month.spent, month.so_far) for month in shown.months] == [
        (2, Decimal(10000), Decimal(10000)),
        (3, Decimal(20000), Decimal(30000)),
        (6, Decimal("45000.25"), Decimal("75000.25")),
    ]
    spent = [quarter.spent for quarter in shown.quarters]
    assert spent == [Decimal(30000), Decimal("45000.25"), None, None]
    reserve = line_page(YEAR, "ordinance", "0003")
    assert {month.spent for month in reserve.months} == {None}
    assert (reserve.money.revised, reserve.money.disbursed, reserve.money.left) == (None, None, None)
    text = page(client, f"{PLAN}lines/0003/")
    assert ">0.00<" not in text.replace("transferred", "").split('id="months"')[1]


def test_a_month_after_an_untold_one_cannot_be_told_alone(cast: Cast, year: PublicYear) -> None:
    told(cast.budget, 7, {year.paper: (0, 50000)})
    told(cast.budget, 8, {year.road: (0, 90000)})
    months = line_page(YEAR, "ordinance", "0001").months
    assert [(month.so_far, month.spent) for month in months[-2:]] == [(None, None), (Decimal(90000), None)]
    assert [quarter.spent for quarter in line_page(YEAR, "ordinance", "0001").quarters][2] == Decimal("14999.75")


def test_its_history_names_transfers_with_who_approved_them(cast: Cast, client: Client, year: PublicYear) -> None:
    text = page(client).split('id="history"')[1]
    assert "+10,000.00" in text
    assert f'href="{PLAN}lines/0002/"' in text
    for words in ("กส 52301/15", "เพิ่มระยะทาง", f"{PLAN}revisions/2/", f"{PLAN}revisions/1/"):
        assert words in text
    giver = page(client, f"{PLAN}lines/0002/").split('id="history"')[1]
    assert "−10,000.00" in giver
    assert f'href="{ROAD}"' in giver
    third = moved(cast.budget, "500.00")
    steps = line_page(YEAR, "ordinance", "0001").history
    assert [step.version.revision.number for step in steps] == [third.number, 2, 1]
    assert [step.change.delta if step.change else None for step in steps] == [Decimal(500), Decimal(10000), None]
    assert line_page(YEAR, "ordinance", "0003").history[0].change is None


def test_a_line_that_was_taken_out_stays_at_its_address(cast: Cast, client: Client, year: PublicYear) -> None:
    draft = revise(year.second.plan, Words(title="ตัดสำรองจ่าย"), by=cast.budget, form_mark=mark())
    remove_line(version(draft, "0003"), by=cast.budget, edits=0)
    assert 'id="removed"' not in page(client, f"{PLAN}lines/0003/")
    draft.refresh_from_db()
    publish(draft, by=cast.budget, edits=draft.edits)
    text = page(client, f"{PLAN}lines/0003/")
    assert 'id="removed"' in text
    assert "เงินสำรองจ่าย" in text
    assert f"{PLAN}lines/0003/" not in page(client, f"/budget/{YEAR}/lines/")


def test_what_belongs_to_it(cast: Cast, client: Client, year: PublicYear) -> None:
    other_plans(cast.budget, year)
    bought(cast.budget, year.road)
    hidden = summary_draft(cast.budget, month=2)
    purchase(hidden, line_id=year.road.line_id, title=SECRET)
    asked(year.road, "ซ่อมเสร็จเมื่อไร", by=cast.budget, answer="เดือนมีนาคม")
    asked(year.road, SECRET)
    text = page(client)
    for words in (
        "จ้างซ่อมถนนหมู่ที่ 3", f"/budget/{YEAR}/procurement/1/", "ซ่อมเสร็จเมื่อไร", "เดือนมีนาคม",
        f"/budget/{YEAR}/plans/action-plan/lines/0001/", f"/budget/{YEAR}/plans/spending-plan/lines/0001/",
        f"/budget/{YEAR - 1}/plans/ordinance/lines/0001/",
    ):  # fmt: skip
        assert words in text, words
    assert SECRET not in text
    action = page(client, f"/budget/{YEAR}/plans/action-plan/lines/0001/")
    assert f'href="{ROAD}"' in action
    assert "มกราคม 2569 – มีนาคม 2569" in action
    revenue = page(client, f"/budget/{YEAR}/plans/revenue/lines/0001/")
    assert "100,000.00" in revenue


def test_what_is_published_about_it_shows_on_the_next_request(cast: Cast, client: Client, year: PublicYear) -> None:
    page(client)
    asked(year.road, "คำถามใหม่", by=cast.budget)
    assert "คำถามใหม่" in page(client)
    correct(cast.budget, 6, {year.road: (0, "76543.21")})
    assert "76,543.21" in page(client)
    moved(cast.budget, "250.00")
    assert "130,250.00" in page(client)
    bought(cast.budget, year.road, "ซื้อยางมะตอย")
    assert "ซื้อยางมะตอย" in page(client)


@pytest.mark.parametrize(
    "path",
    ["lines/9999/", "lines/0001%00/", "lines/..%2F/", "lines/" + "9" * 60 + "/", "lines/ถนน/", "lines/0001/x/"],
)
def test_no_such_line(client: Client, year: PublicYear, path: str) -> None:
    assert client.get(PLAN + path).status_code == (400 if "%00" in path else 404)
    assert client.get(ROAD.replace(str(YEAR), "2599")).status_code == 404
    assert client.get(ROAD.replace(str(YEAR), "99999999999999999999")).status_code == 404
    assert client.get(ROAD.replace("ordinance", "supplement-1")).status_code == 404
    with pytest.raises(Line.DoesNotExist):
        line_page(YEAR, "nothing", "0001")


@pytest.mark.parametrize("count", [2, 200])
def test_queries_of_a_line(cast: Cast, client: Client, count: int) -> None:
    made = published(cast.budget, *[road(item=f"โครงการ {number}") for number in range(count - 1)], paper())
    line = version(made, "0001")
    for month in (3, 6):
        told(cast.budget, month, dict.fromkeys(made.versions.all(), (0, 100 * month)))
    for number in range(1 + count // 50):
        asked(line, f"คำถาม {number}", by=cast.budget)
    draft = revise(made.plan, Words(title="แก้ไข"), by=cast.budget, form_mark=mark())
    assert Revision.objects.drafts().get() == draft
    client.get("/budget/")
    with CaptureQueriesContext(connection) as queries:
        page(client)
    assert len(queries) == 12


def test_a_supplement_has_its_own_lines(cast: Cast, client: Client, year: PublicYear) -> None:
    published(cast.budget, paper(item="เก้าอี้เพิ่มเติม"), kind=PlanKind.SUPPLEMENT)
    text = page(client, f"/budget/{YEAR}/plans/supplement-1/lines/0001/")
    assert "เก้าอี้เพิ่มเติม" in text
    assert "ซ่อมแซมถนน" not in text
