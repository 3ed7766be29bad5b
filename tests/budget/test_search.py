"""Lists of lines: filters, order, pages, search inside Thai words, over all years."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from budget.choices import Group, PlanKind, Programme
from budget.models import Line, LineVersion
from budget.money import total
from budget.reading.lines import PAGE, LineFilter, holding_each, search
from budget.reading.slices import division_names
from budget.reading.years import budget_of
from budget.templatetags.budget_public import marked
from ita_portal.thai import baht

from ..cast import Cast
from .factories import YEAR, paper, published, road
from .public_year import PublicYear, many, other_plans, public_year

pytestmark = pytest.mark.django_db
LINES = f"/budget/{YEAR}/lines/"
SEARCH = "/budget/search/"


def text_of(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, (path, query)
    return answer.content.decode()


def codes(text: str) -> list[str]:
    """Lines that are listed, in their order."""
    return re.findall(r'<a href="[^"]*/plans/([^/]+/lines/[^/"]+)/"', text)


@pytest.fixture
def year(cast: Cast) -> PublicYear:
    return public_year(cast.budget)


def test_filters_let_through_what_they_say(cast: Cast, client: Client, year: PublicYear) -> None:
    one, two, three = (f"ordinance/lines/000{number}" for number in (1, 2, 3))
    assert codes(text_of(client, LINES)) == [one, two, three]
    for query, expected in (
        ({"programme": Programme.WORKS}, [one]),
        ({"group": Group.OPERATIONS}, [two]),
        ({"division": str(year.road.division_id)}, [one]),
        ({"source": "budget"}, [one, two, three]),
        ({"programme": Programme.WORKS, "group": Group.OPERATIONS}, []),
        ({"q": "แซมถนน"}, [one]),
        ({"q": "หมู่ที่ 3 ซ่อม"}, [one]),
        ({"q": "สำนักงาน", "programme": Programme.GENERAL}, [two]),
        ({"q": "ไม่มีคำนี้"}, []),
        ({"sort": "amount"}, [one, two]),
    ):
        text = text_of(client, LINES, **query)
        assert codes(text) == expected, query
        chosen = LineFilter.read(query, division_names())
        money = total(chosen.apply(budget_of(YEAR)), year.statements[-1])
        if expected:
            assert f"{baht(money.revised)} " in text
        else:
            assert 'class="empty"' in text
    filtered = text_of(client, LINES, programme=Programme.WORKS)
    assert "selected>" in filtered
    assert f"{LINES}?" not in filtered or f'href="{LINES}"' in filtered


def test_an_odd_address_gets_an_answer(cast: Cast, client: Client, year: PublicYear) -> None:
    for query in (
        {"programme": "x"}, {"division": "999999999999999999"}, {"division": "-1"}, {"division": "๑"},
        {"after": "9999.9999.9999"}, {"after": f"{10**24}.1.1"}, {"after": "-1.-1.-1"}, {"after": "x.y.z"},
        {"sort": "amount", "after": "1.2.3"},
        {"sort": "amount", "after": "NaN.1"},
        {"q": "ก" * 5000}, {"q": "% _ ' \" <b>"}, {"unknown": "1"},
    ):  # fmt: skip
        text_of(client, LINES, **query)
    for query in ({"q": "ก" * 5000}, {"q": "ถนน", "after": "2569.1"}, {"q": "ถนน", "after": "9" * 999},
                  {"q": "a b c d e f g h i j k l"}, {"q": "<script>"}):  # fmt: skip
        assert "<script>" not in text_of(client, SEARCH, **query).replace('<script type="module"', "")


def test_the_files_hold_the_lines_that_were_chosen(cast: Cast, client: Client, year: PublicYear) -> None:
    text = text_of(client, LINES, programme=Programme.WORKS)
    found = re.search(r'href="(\?[^"]*format=csv[^"]*)"', text)
    assert found is not None
    answer = client.get(LINES + found[1].replace("&amp;", "&"))
    assert answer["Content-Type"].startswith("text/csv")
    rows = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert len(rows) == 2
    assert "ordinance/0001" in rows[1]
    assert "75000.25" in rows[1]
    assert f'href="/budget/{YEAR}/lines.csv"' in text_of(client, LINES)


@pytest.mark.parametrize("sort", ["", "amount"])
def test_pages_follow_one_another(cast: Cast, client: Client, sort: str) -> None:
    many(cast.budget, 2 * PAGE + 7)
    published(cast.budget, paper(item="เพิ่มเติม", original=Decimal("5.00")), kind=PlanKind.SUPPLEMENT)
    seen: list[str] = []
    query = {"sort": sort} if sort else {}
    for _page in range(4):
        text = text_of(client, LINES, **query)
        seen += codes(text)
        found = re.search(r'href="\?[^"]*after=([^"]+)"', text)
        if found is None:
            break
        query["after"] = found[1]
    assert len(seen) == len(set(seen)) == 2 * PAGE + 8
    expected = budget_of(YEAR).order_by("-revised", "-pk") if sort else budget_of(YEAR).order_by("revision", "position")
    assert seen == [f"{row.line.plan.slug}/lines/{row.line.code}" for row in expected.select_related("line__plan")]
    assert 'class="empty"' in text_of(client, LINES, **{**query, "after": "999999.1.1"}) or sort


def test_found_words_are_marked_and_nothing_else_gets_in() -> None:
    assert marked("ซ่อมแซมถนน <b>", "ถนน") == "ซ่อมแซม<mark>ถนน</mark> &lt;b&gt;"
    assert marked("Road & ROAD", "road") == "<mark>Road</mark> &amp; <mark>ROAD</mark>"
    assert marked("a.b", ".") == "a<mark>.</mark>b"
    assert marked("<i>", "") == "&lt;i&gt;"


def test_the_search_finds_inside_words_of_all_years_newest_first(cast: Cast, client: Client, year: PublicYear) -> None:
    other_plans(cast.budget, year)
    published(cast.budget, road(), year=YEAR + 1)
    text = text_of(client, SEARCH, q="แซมถนน หมู่ที่")
    found = re.findall(r'<a href="/budget/(\d{4})/plans/([^/]+)/lines/0001/"', text)
    # The spending plan says how the road of the budget is spent: it is no second find.
    assert found == [(str(YEAR + 1), "ordinance"), (str(YEAR), "ordinance"), (str(YEAR - 1), "ordinance")]
    assert "75,000.25" in text
    assert "<mark>แซมถนน</mark>" in text
    assert "revenue/lines/0001" in text_of(client, SEARCH, q="ที่ดิน")
    assert 'class="empty"' in text_of(client, SEARCH, q="ไม่มีคำนี้เลย")
    assert 'id="q-error"' in text_of(client, SEARCH, q="ก")
    assert 'class="empty"' not in text_of(client, SEARCH)
    assert client.post(SEARCH).status_code == 405


def test_a_found_project_without_a_budget_line_is_found(cast: Cast, client: Client) -> None:
    published(cast.budget, road(item="โครงการของหน่วยงานอื่น"), kind=PlanKind.ACTION)
    assert "action-plan/lines/0001" in text_of(client, SEARCH, q="หน่วยงานอื่น")


def test_the_search_goes_on_over_years(cast: Cast, client: Client) -> None:
    for number in range(3):
        many(cast.budget, 30, year=YEAR - number)
    seen: list[int] = []
    after, pages = "", 0
    while True:
        with CaptureQueriesContext(connection) as queries:
            found = search("โครงการ", after)
        assert len(queries) <= 6
        seen += [hit.version.pk for hit in found.hits]
        pages += 1
        after = found.next
        if not after:
            break
    assert (len(seen), len(set(seen)), pages) == (90, 90, 2)
    years = [Line.objects.get(versions=pk).plan.year_id for pk in seen]
    assert years == sorted(years, reverse=True)
    text = text_of(client, SEARCH, q="โครงการ")
    assert "after=" in text
    assert LineVersion.objects.count() == 90


def test_a_number_belongs_to_the_word_before_it(cast: Cast) -> None:
    published(
        cast.budget,
        *(road(item=f"ซ่อมแซมถนน หมู่ที่ {village}", place="") for village in ("3", "๓", "13", "5", "31")),
    )
    found = {version.item for version in LineVersion.objects.current().holding("ถนน หมู่ที่ ๓")}
    assert found == {"ซ่อมแซมถนน หมู่ที่ 3", "ซ่อมแซมถนน หมู่ที่ ๓"}
    assert found == {version.item for version in holding_each(LineVersion.objects.current(), "ถนน หมู่ที่ 3")}
