"""The open files of the budget: what stands in them, that sums agree, and that nothing of a draft does."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from budget.choices import Approver, Method, PlanKind, RevenueGroup
from budget.models import LineVersion, Revision, Statement
from budget.money import total
from budget.opendata import sending
from budget.opendata.columns import LINES, PLAN_LINES, REVENUE, SPENDING, TRANSFERS
from budget.services.lines import Approval, add_line, transfer
from budget.services.plans import Words, publish, revise
from budget.services.statements import Amounts, begin_statement, end_of_month, publish_statement, write_amounts

from ..cast import Cast
from ..races import begin
from .factories import YEAR, draft, mark, paper, published, road, told, version

pytestmark = pytest.mark.django_db
BASE = f"/budget/{YEAR}/"
SECRET = "ร่างที่ยังไม่เผยแพร่"
APPROVED = Approval(Approver.EXECUTIVE, dt.date(2026, 1, 15), "-กส 52301/15", reason="=จำเป็นเร่งด่วน")


@pytest.fixture(autouse=True)
def no_kept_pages() -> Iterator[None]:
    """Each test makes its files anew."""
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def got(client: Client, path: str) -> bytes:
    """What an address answers, whole."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return bytes(response.getvalue())


def table(content: bytes) -> list[dict[str, str]]:
    """A CSV file as dictionaries; it begins with the mark by which Excel knows UTF-8."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def money(row: dict[str, str], name: str) -> Decimal:
    return Decimal(row[name] or 0)


@pytest.fixture
def year(cast: Cast) -> Revision:
    """A year with everything: the ordinance in its second revision, a supplement, revenue, three plans, two months."""
    first = published(
        cast.budget, road(item='=HYPERLINK("http://x")'), paper(original=Decimal("80000.25")), paper(original=None)
    )
    road_line, paper_line = version(first, "0001"), version(first, "0002")
    following = revise(first.plan, Words(title="แก้ไข", reason="โอน"), by=cast.budget, form_mark=mark())
    transfer(following, version(following, "0001"), version(following, "0002"), Decimal("10000.5"), APPROVED,
             by=cast.budget, edits=following.edits)  # fmt: skip
    following.refresh_from_db()
    current = publish(following, by=cast.budget, edits=following.edits)
    published(cast.budget, paper(), kind=PlanKind.SUPPLEMENT, number=1, title="ฉบับที่ 1")
    tax = {"revenue_group": RevenueGroup.TAXES, "item": "ภาษีที่ดิน", "original": Decimal(90000)}
    income = published(cast.budget, tax, kind=PlanKind.REVENUE, title="ประมาณการรายรับ")
    published(
        cast.budget, road(month_from=2, month_to=4, serves_id=road_line.line_id), kind=PlanKind.ACTION, title="แผน"
    )
    quarters = {f"q{number}": Decimal(30000) for number in (1, 2, 3, 4)}
    published(cast.budget, road(**quarters), kind=PlanKind.SPENDING, title="แผนใช้เงิน")
    published(cast.budget, road(method=Method.E_BIDDING), kind=PlanKind.PROCUREMENT, title="แผนจัดซื้อ")
    told(cast.budget, 3, {road_line: (5000, "30000.10"), paper_line: (None, 7)})
    income_line = version(income, "0001").line_id
    statement = begin_statement(YEAR, 6, as_of=end_of_month(YEAR, 6), by=cast.budget, form_mark=mark())
    write_amounts(
        statement,
        [
            Amounts(road_line.line_id, Decimal(1), Decimal("50000.30")),
            Amounts(paper_line.line_id, None, None),
            Amounts(income_line, received=Decimal("400.50")),
        ],
        by=cast.budget,
    )
    publish_statement(statement, by=cast.budget)
    return current


def test_the_json_is_what_others_rely_on(year: Revision, client: Client) -> None:
    found = json.loads(got(client, f"{BASE}lines.json"))
    assert (found["fiscal_year"], found["as_of"]) == (YEAR, "2026-03-31")
    plans = {plan["id"]: plan for plan in found["plans"]}
    assert list(plans) == [
        "ordinance", "supplement-1", "revenue", "action-plan", "spending-plan", "procurement-plan"
    ]  # fmt: skip
    ordinance = plans["ordinance"]
    assert (ordinance["kind"], ordinance["title"], ordinance["revision"]) == ("ordinance", "แก้ไข", 2)
    assert dt.datetime.fromisoformat(ordinance["published_at"]).tzinfo
    assert plans["action-plan"]["files"]["csv"] == f"http://testserver{BASE}plans/action-plan/lines.csv"
    lines = {line["id"]: line for line in found["lines"]}
    assert list(lines) == ["ordinance/0001", "ordinance/0002", "ordinance/0003", "supplement-1/0001"]
    expected = {
        "plan": "ordinance", "programme": "industry_public_works", "work": "งานก่อสร้างโครงสร้างพื้นฐาน",
        "expenditure_group": "investment", "category": "land_buildings", "item": "=HYPERLINK(\"http://x\")",
        "division": "กองช่าง", "source": "budget", "original": "120000.00", "revised": "109999.50", "obligated": "1.00",
        "disbursed": "50000.30", "url": f"http://testserver{BASE}plans/ordinance/lines/0001/",
    }  # fmt: skip
    assert expected.items() <= lines["ordinance/0001"].items()
    unknown = lines["ordinance/0003"]
    assert [unknown[name] for name in ("original", "revised", "obligated", "disbursed")] == [None] * 4
    assert lines["ordinance/0002"]["disbursed"] is None, "told as not known"
    sums = total(LineVersion.objects.current().of_year(YEAR).budget(), Statement.objects.latest_of(YEAR))
    assert found["totals"] == {
        "original": "280000.25", "revised": "280000.25", "obligated": "1.00", "disbursed": "50000.30",
        "lines": 4, "unknown": 3, "unknown_original": 1,
    }  # fmt: skip
    assert str(sums.revised) == found["totals"]["revised"]


def test_the_csv_adds_up_to_the_satang_and_no_formula_is_in_it(year: Revision, client: Client) -> None:
    rows = table(got(client, f"{BASE}lines.csv"))
    assert list(rows[0]) == LINES.header
    sums = total(LineVersion.objects.current().of_year(YEAR).budget(), Statement.objects.latest_of(YEAR))
    for name in ("original", "revised", "obligated", "disbursed"):
        assert sum(money(row, name) for row in rows) == getattr(sums, name), name
    assert rows[0]["item"] == '\'=HYPERLINK("http://x")'
    assert (rows[2]["original"], rows[2]["disbursed"], rows[2]["as_of"]) == ("", "", "2026-03-31")
    assert table(got(client, "/budget/lines.csv")) == rows
    # The same at the English address: a file is of the municipality, in one form.
    assert got(client, f"/en{BASE}lines.csv") == got(client, f"{BASE}lines.csv")


def test_a_file_holds_the_lines_that_were_chosen(year: Revision, client: Client) -> None:
    asked = "programme=industry_public_works&q=HYPERLINK"
    (row,) = table(got(client, f"{BASE}lines.csv?{asked}"))
    assert row["id"] == "ordinance/0001"
    found = json.loads(got(client, f"{BASE}lines.json?{asked}"))
    assert (len(found["lines"]), found["totals"]["revised"]) == (1, "109999.50")
    assert found["chosen"] == {"programme": "industry_public_works", "q": "HYPERLINK"}
    assert len(table(got(client, f"{BASE}lines.csv?division=99999999999999&programme=x"))) == 4, "no known word"


def test_excel_holds_text_as_text(year: Revision, client: Client) -> None:
    book = load_workbook(io.BytesIO(got(client, f"{BASE}lines.xlsx")))
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    place = LINES.header.index("item")
    assert len(rows) == 5
    assert (rows[1][place].value, rows[1][place].data_type) == ('=HYPERLINK("http://x")', "s")
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert rows[1][LINES.header.index("original")].value == 120000
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == LINES.header


def test_spending_tells_what_each_period_spent(year: Revision, client: Client) -> None:
    rows = table(got(client, f"{BASE}spending.csv"))
    assert list(rows[0]) == SPENDING.header
    told_of = [
        (row["month"], row["line"], row["period_from"], row["disbursed"], row["disbursed_in_period"]) for row in rows
    ]
    assert told_of == [
        ("2025-12", "ordinance/0001", "2025-10", "30000.10", "30000.10"),
        ("2025-12", "ordinance/0002", "2025-10", "7.00", "7.00"),
        ("2026-03", "ordinance/0001", "2026-01", "50000.30", "20000.20"),
        ("2026-03", "ordinance/0002", "2026-01", "", ""),
    ]
    found = json.loads(got(client, f"{BASE}spending.json"))
    assert [row["obligated"] for row in found["spending"]] == ["5000.00", None, "1.00", None]


def test_revenue_and_transfers(year: Revision, client: Client) -> None:
    (income,) = table(got(client, f"{BASE}revenue.csv"))
    assert list(income) == REVENUE.header
    assert (income["revenue_group"], income["original"], income["received"]) == ("taxes", "90000.00", "400.50")
    (moved,) = table(got(client, f"{BASE}transfers.csv"))
    assert list(moved) == TRANSFERS.header
    assert (moved["revision"], moved["from_line"], moved["to_line"], moved["amount"]) == (
        "2", "ordinance/0001", "ordinance/0002", "10000.50",
    )  # fmt: skip
    assert (moved["document_number"], moved["reason"]) == ("'-กส 52301/15", "'=จำเป็นเร่งด่วน")
    (same,) = json.loads(got(client, f"{BASE}transfers.json"))["transfers"]
    assert (same["approver"], same["approved_on"], same["to_item"]) == ("executive", "2026-01-15", "วัสดุสำนักงาน")


def test_each_plan_has_its_own_lines_with_all_that_they_say(year: Revision, client: Client) -> None:
    (project,) = table(got(client, f"{BASE}plans/action-plan/lines.csv"))
    assert list(project) == PLAN_LINES.header
    assert (project["month_from"], project["month_to"], project["serves"]) == ("2025-11", "2026-01", "ordinance/0001")
    found = json.loads(got(client, f"{BASE}plans/spending-plan/lines.json"))
    assert [found["lines"][0][name] for name in ("q1", "q2", "q3", "q4")] == ["30000.00"] * 4
    assert found["plan"]["revision"] == 1
    (bought,) = table(got(client, f"{BASE}plans/procurement-plan/lines.csv"))
    assert (bought["method"], bought["place"]) == ("e_bidding", "หมู่ที่ 3 บ้านโนนสมบูรณ์")
    book = load_workbook(io.BytesIO(got(client, f"{BASE}plans/revenue/lines.xlsx")))
    assert book.worksheets[0].max_row == 2


FILES = ("lines.csv", "lines.json", "lines.xlsx", "spending.csv", "revenue.csv", "transfers.csv", "datapackage.json")


def test_a_draft_stands_in_no_file(cast: Cast, client: Client) -> None:
    draft(cast.budget, road(item=SECRET))
    for name in (*FILES, "plans/ordinance/lines.csv", "plans/ordinance/datapackage.json"):
        assert client.get(BASE + name).status_code == 404, name
    assert len(table(got(client, "/budget/lines.csv"))) == 0
    assert f"year-{YEAR}" not in got(client, "/budget/data/").decode()


def test_a_draft_beside_what_is_published_stays_out(year: Revision, cast: Cast, client: Client) -> None:
    following = revise(year.plan, Words(title=SECRET, reason=SECRET), by=cast.budget, form_mark=mark())
    add_line(following, paper(item=SECRET, original=Decimal(0)), by=cast.budget, edits=following.edits)
    draft(cast.budget, road(item=SECRET), kind=PlanKind.SUPPLEMENT, number=2, title=SECRET)
    told(cast.budget, 7, {version(year, "0001"): (0, 77777)}, publish_it=False)
    for path in (
        "/budget/lines.csv", "/budget/data/", "/budget/feed.atom",
        *(BASE + name for name in FILES if "xlsx" not in name),
        f"{BASE}plans/ordinance/lines.json", f"{BASE}plans/ordinance/datapackage.json",
    ):  # fmt: skip
        content = got(client, path).decode()
        assert SECRET not in content, path
        assert "77777" not in content, path
    assert client.get(f"{BASE}plans/supplement-2/lines.csv").status_code == 404


def test_what_there_is_not_is_not_found(year: Revision, client: Client) -> None:
    for path in (
        "/budget/2568/lines.csv", "/budget/9999/lines.csv", "/budget/99999999999999999999/lines.csv",
        f"{BASE}lines.pdf",
        f"{BASE}plans/nothing/lines.csv", f"{BASE}plans/supplement-9/lines.csv", "/budget/0/datapackage.json",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_asked_for_the_head_there_is_no_body(year: Revision, client: Client, monkeypatch: Any) -> None:
    for name in ("lines.csv", "lines.json", "lines.xlsx"):
        response = client.head(BASE + name)
        assert (response.status_code, response.content) == (200, b"")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert len(table(got(client, f"{BASE}lines.csv"))) == 4, "what is kept for the head is whole"
    caches["pages"].clear()
    monkeypatch.setattr(sending, "SMALL", 100)
    assert client.head(f"{BASE}lines.csv").getvalue() == b""
    assert len(table(got(client, f"{BASE}lines.csv"))) == 4
    assert client.post(f"{BASE}lines.csv").status_code == 405


def test_small_files_are_kept_and_large_ones_flow(year: Revision, client: Client, monkeypatch: Any) -> None:
    whole = got(client, f"{BASE}lines.csv")
    with CaptureQueriesContext(connection) as queries:
        kept = client.get(f"{BASE}lines.csv")
    assert (kept.content, len(queries)) == (whole, 1), "the generations alone are asked for"
    unchanged = client.get(f"{BASE}lines.csv", headers={"if-none-match": kept.headers["ETag"]})
    assert unchanged.status_code == 304
    caches["pages"].clear()
    monkeypatch.setattr(sending, "SMALL", 100)
    flowing = client.get(f"{BASE}lines.csv")
    assert flowing.streaming
    assert flowing.getvalue() == whole
    again = client.get(f"{BASE}lines.csv", headers={"if-none-match": flowing.headers["ETag"]})
    assert again.status_code == 304


def test_a_file_costs_the_same_queries_whatever_it_holds(cast: Cast, client: Client) -> None:
    counts = []
    for lines in (2, 60):
        published(cast.budget, *(paper() for _line in range(lines)), year=2560 + lines % 7)
        for name in ("lines.json", "spending.csv", "plans/ordinance/lines.csv"):
            with CaptureQueriesContext(connection) as queries:
                got(client, f"/budget/{2560 + lines % 7}/{name}")
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    with CaptureQueriesContext(connection) as one:
        got(client, "/budget/data/")
    published(cast.budget, paper(), year=2558)
    with CaptureQueriesContext(connection) as more:
        got(client, "/budget/data/")
    assert len(one) == len(more)


@pytest.mark.django_db(transaction=True)
def test_lines_and_sums_are_of_one_moment(cast: Cast, client: Client, monkeypatch: Any) -> None:
    """A plan that is published while the file is sent stands neither in its lines nor in its sums."""
    published(cast.budget, *(paper() for _line in range(5)))
    monkeypatch.setattr(sending, "SMALL", 10)
    response = client.get(f"{BASE}lines.json")
    pieces = iter(response)
    sent = next(pieces)
    begin(lambda: published(cast.budget, paper(), kind=PlanKind.SUPPLEMENT)).result()
    content = json.loads(sent + b"".join(pieces))
    response.close()
    assert len(content["lines"]) == 5
    assert content["totals"]["revised"] == "400000.00"
    assert len(json.loads(got(client, f"{BASE}lines.json"))["lines"]) == 6
