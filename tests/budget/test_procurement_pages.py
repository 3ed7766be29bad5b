"""Procurement for everybody: what a year and a month say, what they never show, the files, the cache."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from budget.choices import Method, PlanKind, PurchaseState
from budget.models import MonthSummary, Purchase, Revision
from budget.procurement_rows import PROCUREMENT
from budget.services.procurement import begin_summary, publish_report, publish_summary, save_report, say_nothing
from ita_portal.page_cache import generations

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, purchase, road, summary_draft, version

pytestmark = pytest.mark.django_db
PAGE = f"/budget/{YEAR}/procurement/"
FILE = f"/budget/{YEAR}/procurement"
ID, SHORT = "1103700123456", "XXXXXXXXX3456"


def bought(cast: Cast, month: int, *purchases: dict[str, Any]) -> MonthSummary:
    """A published month with these purchases; without any: nothing was bought."""
    made = summary_draft(cast.budget, month=month)
    for values in purchases:
        purchase(made, **({"off_budget": True} if "line" not in values else {}), **values)
    if not purchases:
        say_nothing(made, True, "", by=cast.budget)
    return publish_summary(made, by=cast.budget)


@pytest.fixture
def year(cast: Cast, ordinance: Revision) -> MonthSummary:
    """October: paper from line 0002 and a cancelled one; November: nothing; December: a draft. Returns October."""
    line = version(ordinance, "0002").line
    october = bought(
        cast, 1,
        {
            "line": line, "title": "ซื้อกระดาษถ่ายเอกสาร", "winner_tax_id": "0105536000123",
            "division_id": cast.staff.division_id, "contract_date": dt.date(2025, 10, 20), "egp_number": "68109123456",
            "bids": [{"name": "ร้านตัวอย่างการค้า", "price": "11800.00"}, {"name": "ร้านที่สอง", "price": None}],
        },
        {
            "title": "=cmd จ้างก่อสร้างถนน", "method": Method.E_BIDDING, "agreed_price": None, "winner": "", "reason": "",
            "status": PurchaseState.CANCELLED, "budget_amount": Decimal("600000.50"), "reference_price": None,
            "bids": [], "contract_date": None, "contract_number": "",
        },
    )  # fmt: skip
    bought(cast, 2)
    purchase(summary_draft(cast.budget, month=3), title="ความลับในร่าง", off_budget=True)
    return october


def content(path: str, client: Client | None = None) -> bytes:
    """What an address answers, which is 200."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


class TestYear:
    def test_what_it_says(self, year: MonthSummary, client: Client) -> None:
        answer = client.get(PAGE)
        found, text = answer.context["found"], answer.content.decode()
        assert [month.state for month in found.months] == ["published", "nothing", *["not_published"] * 10]
        assert (found.sums.count, found.sums.budget, found.sums.agreed) == (
            2,
            Decimal("612000.50"),
            Decimal("11800.00"),
        )
        assert (found.sums.saved, found.sums.compared, found.sums.unagreed, found.sums.cancelled) == (200, 1, 1, 1)
        methods = {row.method: (row.sums.count, row.sums.agreed_told) for row in found.methods}
        assert methods == {Method.SPECIFIC: (1, Decimal("11800.00")), Method.E_BIDDING: (1, None)}, (
            "unknown is not zero"
        )
        assert "11,800.00" in text
        assert "612,000.50" in text
        assert f"/budget/{YEAR}/plans/ordinance/lines/0002/" in text
        assert "ความลับในร่าง" not in text

    def test_filters(self, year: MonthSummary, cast: Cast, client: Client) -> None:
        for query, expected in (
            ({"month": "1"}, 2), ({"month": "2"}, 0), ({"method": "e_bidding"}, 1), ({"status": "ended"}, 1),
            ({"division": str(cast.staff.division_id)}, 1), ({"division": str(cast.staff2.division_id)}, 0),
            ({"q": "กระดาษ ร้านตัวอย่าง"}, 1), ({"q": "68109123456"}, 1), ({"q": "ความลับ"}, 0),
            ({"month": "1", "method": "specific"}, 1),
            # What makes no sense is left out.
            ({"month": "13"}, 2), ({"month": "x"}, 2), ({"method": "gift"}, 2), ({"division": "9" * 40}, 2),
            ({"q": " "}, 2), ({"after": "-"}, 2), ({"after": "99.1"}, 2), ({"after": "1.1"}, 1),
            ({"after": "1." + "9" * 30}, 2), ({"status": "๑"}, 2),
        ):  # fmt: skip
            answer = client.get(PAGE, query)
            assert answer.status_code == 200
            assert len(answer.context["page"].rows) == expected, query
            if "after" not in query:
                assert answer.context["sums"].count == expected, query
        assert client.get(PAGE, {"q": "\x00", "after": "\x00"}).status_code == 400

    def test_page_by_page(self, cast: Cast, ordinance: Revision, client: Client) -> None:
        for month in (1, 2):
            made = summary_draft(cast.budget, month=month)
            Purchase.objects.bulk_create(
                Purchase(summary=made, position=place, title=f"{month}/{place}", budget_amount=1, method="specific",
                         off_budget=True)
                for place in range(1, 31)
            )  # fmt: skip
            publish_summary(made, by=cast.budget)
        seen, after = [], ""
        while True:
            page = client.get(PAGE, {"after": after} if after else {}).context["page"]
            seen += [row.purchase.title for row in page.rows]
            after = page.next
            if not after:
                break
        assert seen == [f"{month}/{place}" for month in (2, 1) for place in range(1, 31)]

    def test_the_plan_in_force(self, cast: Cast, ordinance: Revision, client: Client) -> None:
        draft(cast.budget, paper(item="แผนลับ"), kind=PlanKind.PROCUREMENT)
        assert client.get(PAGE).context["plan"] is None, "a draft is no plan"
        rows = road(method="e_bidding", month_from=2, month_to=3), paper(method="ตามระเบียบ")
        published(cast.budget, *rows, kind=PlanKind.PROCUREMENT)
        answer = client.get(PAGE)
        plan, text = answer.context["plan"], answer.content.decode()
        assert [row.method for row in plan.rows] == [str(Method.E_BIDDING.label), "ตามระเบียบ"]
        assert plan.rows[0].months == "พฤศจิกายน 2568 – ธันวาคม 2568"
        assert plan.money.revised == Decimal("200000.00")
        assert "120,000.00" in text
        assert "แผนลับ" not in text

    def test_a_plan_may_say_that_there_is_none(self, cast: Cast, ordinance: Revision, client: Client) -> None:
        said = "ไม่มีรายการจัดซื้อจัดจ้างที่มีวงเงินเกิน 500,000 บาท"
        published(cast.budget, paper(item=said, original=Decimal(0)), kind=PlanKind.PROCUREMENT)
        answer = client.get(PAGE)
        assert answer.context["plan"].says_none.item == said
        assert said in answer.content.decode()

    @pytest.mark.parametrize("size", [2, 60])
    def test_queries_do_not_grow(self, cast: Cast, ordinance: Revision, size: int) -> None:
        made = summary_draft(cast.budget)
        line = version(ordinance, "0001").line
        Purchase.objects.bulk_create(
            Purchase(summary=made, position=place, title="ก", budget_amount=1, method="specific", line=line,
                     division_id=cast.staff.division_id)
            for place in range(1, size + 1)
        )  # fmt: skip
        publish_summary(made, by=cast.budget)
        for path, most in ((PAGE, 13), (f"{PAGE}?q=ก", 14), (f"{PAGE}1/", 9), (f"{FILE}.csv", 6)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                content(path)
            assert len(queries) <= most, (path, len(queries))


class TestMonth:
    def test_a_purchase_in_full(self, year: MonthSummary, client: Client) -> None:
        text = client.get(f"{PAGE}1/").content.decode()
        for said in ("ซื้อกระดาษถ่ายเอกสาร", "0105536000123", "ร้านที่สอง", "11,800.00", "68109123456", 'id="purchase-1"',
                     "20 ต.ค. 68", f"/budget/{YEAR}/plans/ordinance/lines/0002/", "วัสดุสำนักงาน"):  # fmt: skip
            assert said in text, said

    def test_months_without_purchases(self, year: MonthSummary, client: Client) -> None:
        nothing, unpublished = client.get(f"{PAGE}2/"), client.get(f"{PAGE}3/")
        assert nothing.context["month"].state == "nothing"
        assert "purchase-none" in nothing.content.decode()
        assert unpublished.context["month"].state == "not_published"
        assert "ความลับในร่าง" not in unpublished.content.decode()

    def test_a_correction_is_said(self, year: MonthSummary, cast: Cast, client: Client) -> None:
        again = begin_summary(YEAR, 1, by=cast.budget, form_mark=mark(), copy=True)
        before = client.get(f"{PAGE}1/")
        assert not before.context["earlier"]
        publish_summary(again, by=cast.budget)
        after = client.get(f"{PAGE}1/")
        assert [one.number for one in after.context["earlier"]] == [1]
        assert "แก้ไขครั้งที่ 1" in PdfReader(io.BytesIO(content(f"{PAGE}1.pdf?digits=arabic"))).pages[0].extract_text()

    def test_what_is_not_there(self, year: MonthSummary, client: Client) -> None:
        for path in (
            f"{PAGE}0/", f"{PAGE}13/", f"{PAGE}3.pdf", f"{PAGE}3.csv", f"{PAGE}13.pdf", f"{PAGE}1.docx", f"{FILE}.docx",
            f"{FILE}.pdf", f"{PAGE}report/", "/budget/2499/procurement/", "/budget/9999999999999/procurement/",
            "/budget/2568/procurement/", "/budget/2568/procurement.csv", "/budget/2568/procurement/1/",
        ):  # fmt: skip
            assert client.get(path).status_code == 404, path


def test_a_year_of_drafts_only_is_not_there(cast: Cast, client: Client) -> None:
    purchase(summary_draft(cast.budget, year=2568), off_budget=True)
    save_report(2568, problems="ก", suggestions="ข", by=cast.budget, edits=0)
    for path in ("procurement/", "procurement.json", "procurement/1/", "procurement/1.pdf", "procurement/report/"):
        assert client.get(f"/budget/2568/{path}").status_code == 404


class TestFiles:
    def test_json(self, year: MonthSummary) -> None:
        said = json.loads(content(f"{FILE}.json"))
        assert said["fiscal_year"] == YEAR
        assert [(month["month"], month["state"]) for month in said["months"][:3]] == [
            ("2025-10", "published"), ("2025-11", "nothing"), ("2025-12", "not_published"),
        ]  # fmt: skip
        assert said["months"][1]["statement"] == "ไม่มีการจัดซื้อจัดจ้าง"
        assert said["months"][2]["purchases"] is None
        paper_, works = said["purchases"]
        assert paper_["bids"] == [
            {"name": "ร้านตัวอย่างการค้า", "price": "11800.00"}, {"name": "ร้านที่สอง", "price": None},
        ]  # fmt: skip
        assert (paper_["budget_line"], paper_["method"], paper_["agreed_price"]) == (
            "ordinance/0002", "specific", "11800.00",
        )  # fmt: skip
        assert paper_["url"].endswith(f"{PAGE}1/#purchase-1")
        assert (works["agreed_price"], works["reference_price"], works["paid_from"]) == (None, None, "off_budget")
        assert said["totals"]["agreed_price"] == "11800.00"
        assert said["totals"]["budget_amount"] == "612000.50"

    def test_csv(self, year: MonthSummary) -> None:
        raw = content(f"{FILE}.csv")
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
        assert list(rows[0]) == PROCUREMENT.header
        assert len(rows) == 2 + 11, "every month without purchases has a row that says so"
        assert (rows[2]["month"], rows[2]["month_state"], rows[2]["statement"]) == (
            "2025-11", "nothing", "ไม่มีการจัดซื้อจัดจ้าง",
        )  # fmt: skip
        assert rows[0]["bids"] == "ร้านตัวอย่างการค้า (11800.00); ร้านที่สอง"
        assert rows[1]["title"] == "'=cmd จ้างก่อสร้างถนน", "no formula"
        assert sum(Decimal(row["budget_amount"]) for row in rows if row["budget_amount"]) == Decimal("612000.50")
        for row in rows:
            for column in PROCUREMENT.columns:
                limits = column.constraints
                assert row[column.name] or not limits.get("required")
                assert not row[column.name] or "enum" not in limits or row[column.name] in limits["enum"]

    def test_xlsx_of_the_year(self, year: MonthSummary) -> None:
        book = load_workbook(io.BytesIO(content(f"{FILE}.xlsx")))
        purchases, months, methods = book.worksheets
        heads = [cell.value for cell in purchases[3]]
        assert heads[:4] == ["ที่", "ปีงบประมาณ", "ชื่อหน่วยงาน", "อำเภอ"]
        assert heads[15] == "เลขที่โครงการในระบบ e-GP"
        assert purchases.cell(4, 8).value == "ซื้อกระดาษถ่ายเอกสาร"
        assert purchases.cell(4, 14).value == 11800
        assert purchases.cell(5, 8).data_type == "s"
        assert months.cell(5, 2).value == "ไม่มีการจัดซื้อจัดจ้าง"
        assert [cell.value for cell in methods[6]][:4] == ["รวม", 2, 612000.5, 11800]

    def test_the_official_form(self, year: MonthSummary) -> None:
        reader = PdfReader(io.BytesIO(content(f"{PAGE}1.pdf")))
        page = reader.pages[0]
        assert page.mediabox.width > page.mediabox.height
        text = " ".join(page.extract_text().split())
        for said in ("แบบ สขร. ๑", "สรุปผลการดําเนินการจัดซื้อจัดจ้างในรอบเดือน ตุลาคม ๒๕๖๘", "๑๑,๘๐๐.๐๐", "ณ วันที่ ๓๑ ตุลาคม ๒๕๖๘"):
            assert said.replace("ํา", "ำ") in text.replace("ํา", "ำ"), said
        sheet = load_workbook(io.BytesIO(content(f"{PAGE}1.xlsx"))).worksheets[0]
        heads = [cell.value for cell in sheet[4]]
        assert heads[1:4] == ["งานที่จัดซื้อหรือจัดจ้าง", "วงเงินที่จะซื้อหรือจ้าง", "ราคากลาง"]
        assert heads[8] == "เลขที่และวันที่ของสัญญาหรือข้อตกลงในการซื้อหรือจ้าง"
        rows = list(csv.reader(io.StringIO(content(f"{PAGE}1.csv").decode("utf-8-sig"))))
        assert rows[1][7] == "11800.00"

    def test_nothing_is_said_in_the_files_too(self, year: MonthSummary) -> None:
        assert "ไม่มีการจัดซื้อจัดจ้าง" in PdfReader(io.BytesIO(content(f"{PAGE}2.pdf"))).pages[0].extract_text()
        assert "ไม่มีการจัดซื้อจัดจ้าง" in content(f"{PAGE}2.csv").decode()


class TestReport:
    def test_drafts_are_not_there_and_what_is_published_is(
        self, year: MonthSummary, cast: Cast, client: Client
    ) -> None:
        save_report(YEAR, problems="ส่งของล่าช้า", suggestions="ประกาศเร็วขึ้น", by=cast.budget, edits=0)
        assert client.get(f"{PAGE}report/").status_code == 404
        assert client.get(f"{FILE}.pdf").status_code == 404
        assert client.get(PAGE).context["report"] is None
        publish_report(YEAR, by=cast.budget, edits=1)
        text = client.get(f"{PAGE}report/").content.decode()
        assert "ส่งของล่าช้า" in text
        assert "ประกาศเร็วขึ้น" in text
        pdf = PdfReader(io.BytesIO(content(f"{FILE}.pdf?digits=arabic"))).pages[0].extract_text()
        assert "11,800.00" in pdf
        save_report(YEAR, problems="แก้ไขแล้ว", suggestions="ไม่มี", by=cast.budget, edits=2)
        assert "แก้ไขแล้ว" in client.get(f"{PAGE}report/").content.decode(), "the cached page is not stale"


def test_a_persons_number_that_came_past_everything_is_not_shown(cast: Cast, ordinance: Revision) -> None:
    """Columns that no constraint of the database watches: bidders, contract, e-GP."""
    made = summary_draft(cast.budget)
    purchase(
        made, off_budget=True, bids=[{"name": f"นาย ก {ID}", "price": "1.00"}, ID], contract_number=f"ก {ID}",
        egp_number=ID, winner_tax_id=SHORT,
    )  # fmt: skip
    publish_summary(made, by=cast.budget)
    for path in (PAGE, f"{PAGE}1/", f"{FILE}.csv", f"{FILE}.json", f"{PAGE}1.csv"):
        text = content(path).decode()
        assert ID not in text, path
        assert SHORT in text or path == PAGE, path
    for path in (f"{FILE}.xlsx", f"{PAGE}1.xlsx"):
        book = load_workbook(io.BytesIO(content(path)))
        cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        assert not any(ID in cell for cell in cells)
        assert any(SHORT in cell for cell in cells)


def test_pages_change_when_a_month_is_published_and_not_before(cast: Cast, ordinance: Revision, client: Client) -> None:
    assert client.get(f"{PAGE}1/").context["month"].state == "not_published"
    before = generations().get("budget", 0)
    made = summary_draft(cast.budget)
    purchase(made, off_budget=True, title="ซื้อหมึกพิมพ์")
    assert generations().get("budget", 0) == before, "a draft makes no page anew"
    assert "ซื้อหมึกพิมพ์" not in client.get(f"{PAGE}1/").content.decode()
    publish_summary(made, by=cast.budget)
    assert generations().get("budget", 0) > before
    assert "ซื้อหมึกพิมพ์" in client.get(f"{PAGE}1/").content.decode()
