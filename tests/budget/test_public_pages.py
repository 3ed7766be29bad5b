"""The public pages of a year: their figures are those of `budget.money`, to the satang."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import PlanKind, Programme
from budget.models import BudgetYear, LineVersion
from budget.money import split, total
from budget.reading.drill import cut_of, quarter_page, slice_of
from budget.reading.slices import DIMENSIONS
from budget.reading.words import about, in_short, month_name
from budget.reading.year import glance_of
from budget.reading.years import budget_of, year_cards
from ita_portal.thai import baht, baht_in_words

from ..cast import Cast
from .factories import YEAR, draft, published, road, told
from .public_year import PublicYear, bought, correct, many, moved, other_plans, public_year

pytestmark = pytest.mark.django_db
HOME = f"/budget/{YEAR}/"


@pytest.fixture
def whole(cast: Cast) -> PublicYear:
    made = public_year(cast.budget)
    other_plans(cast.budget, made)
    return made


def text_of(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def cells(page: str) -> list[str]:
    """Every amount that stands in a cell."""
    return re.findall(r"(?:</span>|>)\s*(–|[+−]?[0-9][0-9,]*\.[0-9]{2})</td>", page)


def test_no_year_is_said(cast: Cast, client: Client) -> None:
    assert 'class="empty"' in text_of(client, "/budget/")
    assert client.get(HOME).status_code == 404


def test_the_years_have_their_key_figures(cast: Cast, client: Client, whole: PublicYear) -> None:
    page = text_of(client, "/budget/")
    assert f'href="{HOME}"' in page
    assert f'href="/budget/{YEAR - 1}/"' in page
    cards, older = year_cards()
    assert ([card.year for card in cards], older) == ([YEAR, YEAR - 1], None)
    latest = whole.statements[0].__class__.objects.latest_of(YEAR)
    money = total(budget_of(YEAR), latest)
    for name in ("lines", "original", "revised", "obligated", "disbursed", "unknown", "unknown_original"):
        assert getattr(cards[0].money, name) == getattr(money, name), name
    assert cards[0].per_head == Decimal(2000)
    assert cards[1].money is not None
    assert (cards[1].money.disbursed, cards[1].per_head) == (None, None)
    assert ">20" not in text_of(client, "/budget/", before="2400")


def test_the_years_come_ten_a_page(cast: Cast, client: Client) -> None:
    for year in range(2556, 2568):
        published(cast.budget, road(), year=year)
    with CaptureQueriesContext(connection) as queries:
        cards, older = year_cards()
    assert ([cards[0].year, cards[-1].year], len(cards), older) == ([2567, 2558], 10, 2558)
    assert len(queries) <= 5
    assert [card.year for card in year_cards(2558)[0]] == [2557, 2556]
    assert "?before=2558" in text_of(client, "/budget/")
    for odd in ("x", "99999999999", "๒๕๕๘", "-1", "²²²²"):
        text_of(client, "/budget/", before=odd)


def test_a_year_at_a_glance_adds_up(cast: Cast, client: Client, whole: PublicYear) -> None:
    glance = glance_of(BudgetYear.objects.get(pk=YEAR))
    money = total(budget_of(YEAR), glance.statement)
    assert glance.money == money
    assert (money.revised, money.disbursed, money.unknown_original) == (Decimal(200000), Decimal("116001.00"), 1)
    for key, dimension in DIMENSIONS.items():
        expected = split(budget_of(YEAR), glance.statement, dimension.column)
        assert [row.money for row in glance.tables[key].rows] == [
            expected[value] for value in sorted(expected, key=lambda value: _place(key, value))
        ]
    page = text_of(client, HOME)
    assert (money.left, money.left_untold) == (None, 1), "nobody knows the reserve"
    for amount in (money.original, money.revised, money.obligated, money.disbursed, money.left_known):
        assert baht(amount) in cells(page)
    assert baht_in_words(money.revised or 0) in page
    assert in_short(money.revised) in page
    assert re.search(r"\b2,000\b", page)  # baht for each inhabitant
    quarters = [quarter.spent for quarter in glance.quarters]
    assert quarters == [Decimal("50000.50"), Decimal("66000.50"), None, None]
    assert sum(filter(None, quarters)) == money.disbursed
    for quarter in quarters[:2]:
        assert baht(quarter) in cells(page)
    assert glance.quarters[1].planned is not None
    assert glance.quarters[1].planned.amount == Decimal(50000)
    assert [(row.now, row.before) for row in glance.before if row.name == Programme.WORKS.label] == [
        (Decimal(130000), Decimal(100000))
    ]
    assert "+30,000.00" in cells(page)
    assert (glance.revenue.revised, glance.revenue.received) == (Decimal(300000), Decimal(100000))
    assert f"/budget/{YEAR}/plans/ordinance/" in page
    for name in ("notice.pdf", "ask/", "questions/", "procurement/", "lines/", "by/sources/", "statements/"):
        assert f'href="{HOME}{name}"' in page, name
    assert "lineit/share?url=" in page
    assert "facebook.com/sharer" in page


def _place(key: str, value: Any) -> Any:
    if key == "divisions":
        from organization.models import Division

        return Division.objects.get(pk=value).order if value else 999
    choices = DIMENSIONS[key].choices
    assert choices is not None
    return choices.values.index(value)


def test_a_year_without_spending_or_an_ordinance_says_so(cast: Cast, client: Client) -> None:
    published(cast.budget)
    page = text_of(client, HOME)
    assert cells(page).count("–") >= 4
    assert "0.00" not in [cell for cell in cells(page) if cell != "–" and Decimal(cell.replace(",", "")) == 0]
    published(cast.budget, road(), kind=PlanKind.ACTION, year=YEAR - 2)
    assert 'class="empty"' in text_of(client, f"/budget/{YEAR - 2}/")
    assert 'class="empty"' in text_of(client, f"/budget/{YEAR - 2}/lines/")
    assert 'class="empty"' in text_of(client, f"/budget/{YEAR}/revenue/")


def test_drill_down(cast: Cast, client: Client, whole: PublicYear) -> None:
    latest = whole.statements[0].__class__.objects.latest_of(YEAR)
    for key, dimension in DIMENSIONS.items():
        page = text_of(client, f"{HOME}by/{key}/")
        expected = split(budget_of(YEAR), latest, dimension.column)
        assert {row.money.revised for row in cut_of(YEAR, dimension).table.rows} == {
            money.revised for money in expected.values()
        }
        for value, money in expected.items():
            path = f"{HOME}by/{key}/{value or 'none'}/"
            assert f'href="{path}"' in page
            assert baht(money.revised) in cells(page)
            shown = slice_of(YEAR, dimension, str(value or "none"), "")
            assert shown.money == money
            assert all(table.total == money for table in shown.tables)
            for table in shown.tables:
                assert sum((row.money.revised or 0 for row in table.rows), Decimal(0)) == (money.revised or 0)
            inner = text_of(client, path)
            assert len(shown.page.rows) == money.lines
            for row in shown.page.rows:
                assert row.line.get_absolute_url() in inner


def test_a_quarter_says_what_was_planned_and_spent(cast: Cast, client: Client, whole: PublicYear) -> None:
    shown = quarter_page(YEAR, 2)
    assert (shown.spending.spent, shown.has_plan) == (Decimal("66000.50"), True)
    assert {(row.planned, row.spent) for row in shown.programmes} == {
        (Decimal(50000), Decimal("45000.25")),
        (None, Decimal("21000.25")),
        (None, None),
    }
    assert sum(row.spent or 0 for row in shown.divisions) == shown.spending.spent
    page = text_of(client, f"{HOME}by/quarters/2/")
    assert "45,000.25" in cells(page)
    assert 'class="notice"' in text_of(client, f"{HOME}by/quarters/4/")
    assert f'href="{HOME}by/quarters/1/"' in text_of(client, f"{HOME}by/quarters/")
    told(cast.budget, 12, {whole.road: (0, 130000)})
    assert quarter_page(YEAR, 4).spending.spent is None  # the third quarter was not told


@pytest.mark.parametrize(
    "path",
    [
        "2599/", "99999999999999999999/", "1/", "{year}/by/colours/", "{year}/by/programmes/nothing/",
        "{year}/by/programmes/commerce/", "{year}/by/divisions/99999/", "{year}/by/divisions/9999999999999999/",
        "{year}/by/divisions/none%00/", "{year}/by/quarters/5/", "{year}/by/quarters/0/", "{year}/by/sources/loan/",
        "2599/lines/", "2599/revenue/", "2599/statements/", "2599/by/programmes/", "2599/by/quarters/1/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(cast: Cast, client: Client, path: str) -> None:
    published(cast.budget)
    assert client.get("/budget/" + path.format(year=YEAR)).status_code == (400 if "%00" in path else 404)


def test_revenue(cast: Cast, client: Client, whole: PublicYear) -> None:
    page = text_of(client, f"{HOME}revenue/")
    assert cells(page).count("300,000.00") == 3  # category, sum, line
    assert cells(page).count("100,000.00") == 3
    assert "ภาษีที่ดินและสิ่งปลูกสร้าง" in page
    assert "/plans/revenue/lines/0001/" in page


def test_statements_name_their_corrections(cast: Cast, client: Client, whole: PublicYear) -> None:
    page = text_of(client, f"{HOME}statements/")
    assert page.count('class="rows__head"') == 12
    assert month_name(YEAR, 6) in page
    assert "116,001.00" in page
    assert "แก้ไขยอด" in page
    draft_only = told(cast.budget, 9, {whole.road: (0, 999)}, publish_it=False)
    assert draft_only.is_draft
    assert text_of(client, f"{HOME}statements/") == page


def test_amounts_in_words() -> None:
    assert in_short(None) == "–"
    assert "45.2" in in_short(Decimal("45249999.99"))
    assert "45.3" in in_short(Decimal("45250000.00"))
    assert "999,999" in in_short(Decimal("999999.40"))
    assert [about(Decimal(value)) for value in ("6911.31", "96", "0.4", "123456")] == ["6,900", "96", "0", "120,000"]
    assert month_name(2569, 1) == "ตุลาคม 2568"
    assert month_name(2569, 4) == "มกราคม 2569"
    assert month_name(2569, 12) == "กันยายน 2569"


def test_english_pages_mark_thai(cast: Cast, client: Client, whole: PublicYear) -> None:
    page = text_of(client, f"/en{HOME}")
    for words in ("กองช่าง", "เทศบัญญัติ (ลงนาม)"):
        for found in re.finditer(re.escape(words), page):
            opened = page[: found.start()].rpartition("<")[2]
            assert 'lang="th"' in opened or opened.startswith("desc "), opened
    assert 'lang="th">โครงการซ่อมแซมถนน' in text_of(client, f"/en{HOME}lines/")


def test_what_is_published_shows_on_the_next_request(cast: Cast, client: Client) -> None:
    made = public_year(cast.budget)
    before = text_of(client, HOME)
    assert text_of(client, HOME) == before
    with CaptureQueriesContext(connection) as queries:
        client.get(HOME)
    assert len(queries) == 1  # kept
    correct(cast.budget, 6, {made.road: (0, "80000.25"), made.paper: (0, "41000.75")})
    assert "121,001.00" in text_of(client, HOME)
    moved(cast.budget, "1234.00")
    text = text_of(client, f"{HOME}by/programmes/")
    assert "131,234.00" in cells(text)
    bought(cast.budget, made.road)
    published(cast.budget, road(original=Decimal("777.00")), kind=PlanKind.SUPPLEMENT)
    assert baht(Decimal("200777.00")) in text_of(client, HOME)


PINNED = {"": 13, "by/programmes/": 6, "by/quarters/": 6, "by/quarters/2/": 7, "by/programmes/education/": 8,
          "lines/": 8, "revenue/": 8, "statements/": 6}  # fmt: skip
"""Queries of each page, those of every page among them: the generations of topics, the municipality."""


@pytest.mark.parametrize("count", [3, 200])
def test_queries_do_not_grow_with_the_lines(cast: Cast, client: Client, count: int) -> None:
    many(cast.budget, count)
    client.get("/budget/")  # whatever is looked up once for all pages
    counted = {}
    for path in PINNED:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{HOME}{path}").status_code == 200, path
        counted[path] = len(queries)
    assert counted == PINNED


def test_a_draft_changes_nothing(cast: Cast, client: Client) -> None:
    published(cast.budget)
    pages = [HOME, f"{HOME}by/programmes/", "/budget/"]
    before = [text_of(client, page) for page in pages]
    draft(cast.budget, road(original=Decimal("5555.00")), kind=PlanKind.SUPPLEMENT)
    draft(cast.budget, year=YEAR + 1)
    assert [text_of(client, page) for page in pages] == before
    assert LineVersion.objects.current().count() == 2
