"""Procurement at the desk: a month from its form to its publication, purchases, the yearly report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from budget.models import MonthSummary, ProcurementReport, Purchase, Revision
from budget.services.procurement import publish_summary, say_nothing, seen_of

from ..cast import ROLES, Cast
from .factories import YEAR, draft, mark, paper, purchase, summary_draft, told, version

pytestmark = pytest.mark.django_db
DESK = "/budget/desk/"
ID, SHORT = "1-1037-00123-45-6", "XXXXXXXXX3456"


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The budget officer, signed in."""
    return cast.client("budget")


@pytest.fixture
def month(cast: Cast) -> MonthSummary:
    """The draft of October."""
    return summary_draft(cast.budget)


def page(month: MonthSummary, rest: str = "") -> str:
    return f"{DESK}summaries/{month.pk}/{rest}"


def shown(client: Client, month: MonthSummary) -> dict[str, str]:
    """The form of publication as the page shows it."""
    form = client.get(page(month, "publish/")).context["form"]
    return {name: str(form[name].value()) for name in ("seen", "edits")}


def typed(**more: Any) -> dict[str, str]:
    """A purchase as people type it."""
    return {
        "title": "ซื้อวัสดุสำนักงาน", "budget_amount": "๑๒,๐๐๐", "reference_price": "12,000.00 บาท", "method": "specific",
        "status": "ended", "source": "budget", "bid_name_0": "ร้านตัวอย่างการค้า", "bid_price_0": "11,800",
        "bid_name_1": "", "bid_price_1": "", "winner": "ร้านตัวอย่างการค้า", "winner_tax_id": "๐-๑๐๕๕-๓๖๐๐๐-๑๒-๓",
        "agreed_price": "11,800.50", "reason": "ราคาต่ำสุด", "contract_number": "1/2569", "contract_date": "20 ต.ค. 68",
        "egp_number": "", "division": "", "line": "off", "line_words": "", "position": "1", **more,
    }  # fmt: skip


def test_only_the_budget_officer(cast: Cast, month: MonthSummary) -> None:
    one = purchase(month)
    paths = ["procurement/new/", f"procurement/{YEAR}/report/"] + [
        f"summaries/{month.pk}/{rest}"
        for rest in (
            "",
            "publish/",
            "discard/",
            "purchases/new/",
            f"purchases/{one.pk}/",
            f"purchases/{one.pk}/remove/",
        )
    ]
    for role in ROLES:
        client = cast.client(role)
        for path in paths:
            assert client.get(DESK + path).status_code == {"citizen": 302, "budget": 200}.get(role, 403), (role, path)
    client = cast.client("staff")
    for path in paths:
        assert client.post(DESK + path, {}).status_code == 403
    assert MonthSummary.objects.get().is_draft


class TestMonth:
    def test_begun_filled_published(self, officer: Client, ordinance: Revision) -> None:
        form = officer.get(f"{DESK}procurement/new/?year={YEAR}&month=1").context["form"]
        data = {"form_mark": form["form_mark"].value(), "year": "๒๕๖๙", "month": "1"}
        first, second = (officer.post(f"{DESK}procurement/new/", data) for _twice in range(2))
        made = MonthSummary.objects.get()
        assert first["Location"] == second["Location"] == page(made)
        empty = shown(officer, made)
        assert officer.post(page(made, "publish/"), empty).status_code == 422
        assert officer.post(page(made, "purchases/new/"), typed(line="ordinance/0002")).status_code == 302
        assert officer.get(page(made, "publish/")).context["is_ready"]
        late = officer.post(page(made, "publish/"), empty)
        assert late.status_code == 422, "it was changed since it was shown"
        whole = {name: late.context["form"][name].value() for name in ("seen", "edits")}
        for _twice in range(2):
            assert officer.post(page(made, "publish/"), whole).status_code == 302
        made.refresh_from_db()
        assert made.is_current
        assert officer.get(page(made)).status_code == 200
        assert officer.get(page(made, "purchases/new/")).status_code == 302
        assert Client().get(f"/budget/{YEAR}/procurement/1/").status_code == 200

    def test_a_correction_begins_with_what_is_in_force(self, officer: Client, cast: Cast, month: MonthSummary) -> None:
        purchase(month, off_budget=True)
        publish_summary(month, by=cast.budget)
        officer.post(f"{DESK}procurement/new/", {"form_mark": mark(), "year": str(YEAR), "month": "1"})
        again = MonthSummary.objects.get(state="draft")
        assert again.purchases.count() == 1
        assert officer.get(page(again, "publish/")).context["current"] == month
        whole = shown(officer, again)
        for wrong in ({"seen": "0"}, {"seen": "x"}, {"edits": ""}, {"edits": "9" * 30}):
            assert officer.post(page(again, "publish/"), {**whole, **wrong}).status_code == 422, wrong
        assert officer.post(page(again, "publish/"), whole).status_code == 302

    def test_an_open_draft_is_said(self, officer: Client, month: MonthSummary) -> None:
        answer = officer.post(f"{DESK}procurement/new/", {"form_mark": mark(), "year": str(YEAR), "month": "1"})
        assert answer.status_code == 422
        assert page(month) in answer.content.decode()
        assert MonthSummary.objects.count() == 1

    def test_mistakes_of_the_form(self, officer: Client) -> None:
        for field, value in (
            ("year", "2499"), ("year", ""), ("year", "9" * 30), ("year", "2699"), ("month", "13"), ("month", ""),
            ("month", "x"), ("month", "-1"), ("form_mark", ""), ("form_mark", "x" * 200),
        ):  # fmt: skip
            data = {"form_mark": mark(), "year": str(YEAR), "month": "1", field: value}
            assert officer.post(f"{DESK}procurement/new/", data).status_code == 422, (field, value)
        assert not MonthSummary.objects.exists()
        assert officer.get(f"{DESK}procurement/new/?year=9999&month=99").status_code == 200

    def test_nothing_is_said_and_taken_back(self, officer: Client, month: MonthSummary) -> None:
        for _twice in range(2):
            assert officer.post(page(month), {"nothing": "on", "note": "หมายเหตุ"}).status_code == 302
        month.refresh_from_db()
        assert (month.nothing, month.note) == (True, "หมายเหตุ")
        assert officer.get(page(month, "publish/")).context["is_ready"]
        assert officer.post(page(month, "purchases/new/"), typed()).status_code == 302
        answer = officer.post(page(month), {"nothing": "on", "note": "เก็บไว้"})
        assert answer.status_code == 422
        assert "เก็บไว้" in answer.content.decode()
        assert 'id="id_nothing_error"' in answer.content.decode()

    def test_what_is_missing_is_listed_before_publication(
        self, officer: Client, cast: Cast, month: MonthSummary, ordinance: Revision
    ) -> None:
        purchase(month, title="ยังไม่ผูกงบ")
        unseen = version(draft(cast.budget, paper(), year=2568), "0001").line
        purchase(month, title="รายการหายไป", line=unseen)
        answer = officer.get(page(month, "publish/"))
        text = answer.content.decode()
        assert not answer.context["is_ready"]
        assert "ยังไม่ผูกงบ" in text
        assert "รายการหายไป" in text
        assert officer.post(page(month, "publish/"), shown(officer, month)).status_code == 422
        assert officer.get(page(month)).context["unlinked"] == 1

    def test_thrown_away(self, officer: Client, cast: Cast, month: MonthSummary) -> None:
        assert officer.get(page(month, "discard/")).status_code == 200
        for rest in ("discard/", "discard/", "publish/", "", "purchases/new/", "purchases/1/", "purchases/1/remove/"):
            assert officer.post(page(month, rest), typed()).status_code == 302, rest
        assert officer.get(page(month)).status_code == 404
        kept = summary_draft(cast.budget, month=2)
        say_nothing(kept, True, "", by=cast.budget)
        publish_summary(kept, by=cast.budget)
        officer.post(page(kept, "discard/"))
        officer.post(page(kept), {"note": "อื่น"})
        kept.refresh_from_db()
        assert kept.note == ""

    @pytest.mark.parametrize("size", [2, 60])
    def test_queries_do_not_grow(
        self, officer: Client, month: MonthSummary, ordinance: Revision, size: int, django_assert_max_num_queries: Any
    ) -> None:
        line = version(ordinance, "0001").line
        Purchase.objects.bulk_create(
            Purchase(summary=month, position=place, title="ก", budget_amount=1, method="specific", line=line)
            for place in range(1, size + 1)
        )
        for rest, most in (("", 12), ("publish/", 12), ("purchases/new/", 12)):
            with django_assert_max_num_queries(most):
                assert officer.get(page(month, rest)).status_code == 200
        assert (officer.get(page(month)).context["next"] == 50) == (size > 50)
        assert len(officer.get(page(month) + "?after=50").context["rows"]) == max(0, size - 50)
        assert officer.get(page(month) + "?after=" + "9" * 40).status_code == 200


class TestPurchase:
    def test_as_people_type_it(self, officer: Client, cast: Cast, month: MonthSummary, ordinance: Revision) -> None:
        data = typed(line="ordinance/0002", division=str(cast.staff.division_id))
        for _twice in range(2):
            assert officer.post(page(month, "purchases/new/"), data)["Location"] == page(month)
        made = Purchase.objects.get()
        assert (made.budget_amount, made.reference_price, made.agreed_price) == (
            Decimal("12000.00"), Decimal("12000.00"), Decimal("11800.50"),
        )  # fmt: skip
        assert (made.winner_tax_id, str(made.contract_date)) == ("0105536000123", "2025-10-20")
        assert made.line == version(ordinance, "0002").line
        assert made.bids == [{"name": "ร้านตัวอย่างการค้า", "price": "11800.00"}]
        assert made.division == cast.staff.division

    def test_a_line_is_found_without_losing_a_word(
        self, officer: Client, cast: Cast, month: MonthSummary, ordinance: Revision
    ) -> None:
        told(cast.budget, 3, {version(ordinance, "0001"): (10000, 30000)})
        data = typed(title="", agreed_price="ผิด", bid_name_0="ร้านที่พิมพ์ค้างไว้", line="", line_words="ถนนคอนกรีต", find="1")
        answer = officer.post(page(month, "purchases/new/"), data)
        text = answer.content.decode()
        assert answer.status_code == 200
        (found,) = answer.context["form"].found
        assert (found.value, found.left) == ("ordinance/0001", Decimal("80000.00"))
        for said in ('value="ordinance/0001"', "30,000.00", "80,000.00", "ร้านที่พิมพ์ค้างไว้", 'value="ผิด"', "ถนนคอนกรีต"):
            assert said in text, said
        assert not answer.context["form"].errors
        assert not Purchase.objects.exists()

    def test_a_line_by_its_code(self, officer: Client, cast: Cast, month: MonthSummary, ordinance: Revision) -> None:
        draft(cast.budget, paper(item="ลับ"), kind="supplement")
        new = page(month, "purchases/new/")
        assert officer.post(new, typed(line="", line_words="0001")).status_code == 302
        assert Purchase.objects.get().line == version(ordinance, "0001").line
        for words, line in (("วัสดุ", ""), ("9999", ""), ("supplement-1/0001", ""), ("", "supplement-1/0001"),
                            ("", "ordinance/9999"), ("", "x" * 61), ("", "//"), ("ก" * 101, "")):  # fmt: skip
            answer = officer.post(new, typed(line=line, line_words=words, position="2"))
            assert answer.status_code == 422, (words, line)
            assert {"line_words", "line"} & set(answer.context["form"].errors)
        assert officer.post(new, typed(line="", line_words="วัสดุ")).context["form"].found[0].value == "ordinance/0002"

    def test_mistakes_are_said_at_the_field(self, officer: Client, month: MonthSummary) -> None:
        for field, value in (
            ("title", ""), ("title", "ก" * 501), ("method", ""), ("method", "gift"), ("status", "x"), ("source", "x"),
            ("budget_amount", ""), ("budget_amount", "-1"), ("budget_amount", "1e5"), ("reference_price", "1,2"),
            ("agreed_price", "9" * 31), ("agreed_price", "NaN"), ("winner_tax_id", "123"),
            ("contract_date", "31/02/2569"), ("contract_date", "1/1/9999"), ("division", "9" * 30), ("division", "x"),
            ("egp_number", "1" * 41), ("position", "-1"), ("position", "9" * 30), ("winner", "ก" * 301),
            ("reason", "ก" * 1001),
        ):  # fmt: skip
            answer = officer.post(page(month, "purchases/new/"), typed(**{field: value}))
            assert answer.status_code == 422, (field, value)
            assert field in answer.context["form"].errors
            text = answer.content.decode()
            assert field == "position" or f'id="id_{field}_error"' in text
            assert 'value="11,800.50"' in text or field == "agreed_price"
        assert not Purchase.objects.exists()

    def test_mistakes_in_a_row_of_bidders(self, officer: Client, month: MonthSummary) -> None:
        answer = officer.post(
            page(month, "purchases/new/"), typed(bid_name_1="ร้าน ก", bid_price_1="x", bid_price_2="5")
        )
        text = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="bid_1_error"' in text
        assert 'id="bid_2_error"' in text
        assert "ร้าน ก" in text

    def test_a_persons_number_is_shortened_and_it_is_said(self, officer: Client, month: MonthSummary) -> None:
        data = typed(title=f"จ้างนาย ก {ID}", winner_tax_id=ID, bid_name_0=f"นาย ก {ID}")
        answer = officer.post(page(month, "purchases/new/"), data, follow=True)
        made = Purchase.objects.get()
        assert (made.title, made.winner_tax_id, made.bids[0]["name"]) == (f"จ้างนาย ก {SHORT}", SHORT, f"นาย ก {SHORT}")
        assert len(list(answer.context["messages"])) == 2
        edit = page(month, f"purchases/{made.pk}/")
        sent = {**data, "title": made.title, "winner_tax_id": SHORT, "bid_name_0": made.bids[0]["name"]}
        assert len(list(officer.post(edit, sent, follow=True).context["messages"])) == 1, "nothing new to shorten"

    def test_changed_by_two(self, officer: Client, month: MonthSummary, ordinance: Revision) -> None:
        made = purchase(month, line=version(ordinance, "0002").line)
        edit = page(month, f"purchases/{made.pk}/")
        form = officer.get(edit).context["form"]
        assert form.line_value == "ordinance/0002"
        seen = seen_of(made)
        assert officer.post(edit, typed(title="ของฉัน", seen=seen)).status_code == 302
        late = officer.post(edit, typed(title="ของอีกคน", seen=seen))
        assert late.status_code == 422
        assert "ของอีกคน" in late.content.decode()
        made.refresh_from_db()
        assert made.title == "ของฉัน"
        assert officer.post(edit, typed(title="ของอีกคน", seen=late.context["form"]["seen"].value())).status_code == 302

    def test_removed(self, officer: Client, cast: Cast, month: MonthSummary) -> None:
        made, kept = purchase(month), purchase(summary_draft(cast.budget, month=2))
        assert officer.get(page(month, f"purchases/{kept.pk}/remove/")).status_code == 404, "of another month"
        assert officer.get(page(month, f"purchases/{made.pk}/remove/")).status_code == 200
        assert Purchase.objects.count() == 2
        for _twice in range(2):
            assert officer.post(page(month, f"purchases/{made.pk}/remove/"))["Location"] == page(month)
        assert officer.post(page(month, f"purchases/{made.pk}/"), typed()).status_code == 302
        assert list(Purchase.objects.all()) == [kept]


class TestReport:
    def test_saved_published_corrected(self, officer: Client, cast: Cast, month: MonthSummary) -> None:
        say_nothing(month, True, "", by=cast.budget)
        publish_summary(month, by=cast.budget)
        here = f"{DESK}procurement/{YEAR}/report/"
        words = {"problems": "ไม่มี", "suggestions": "", "edits": "0"}
        for _twice in range(2):
            assert officer.post(here, words).status_code == 302
        answer = officer.post(here, {**words, "edits": "1", "publish": "1"})
        assert answer.status_code == 422
        assert 'id="id_suggestions_error"' in answer.content.decode()
        whole = {**words, "suggestions": "ไม่มี", "edits": answer.context["form"]["edits"].value(), "publish": "1"}
        for _twice in range(2):
            assert officer.post(here, whole).status_code == 302
        assert ProcurementReport.objects.get().published_at
        late = officer.post(here, {**whole, "problems": "อื่น", "edits": "0"})
        assert late.status_code == 422
        assert "อื่น" in late.content.decode()
        for wrong in ({"edits": ""}, {"edits": "9" * 30}, {"problems": "ก" * 8001}):
            assert officer.post(here, {**whole, **wrong}).status_code == 422

    @pytest.mark.parametrize("year", ["2499", "2701", "0", "999999999999999999999"])
    def test_no_such_year(self, officer: Client, year: str) -> None:
        assert officer.get(f"{DESK}procurement/{year}/report/").status_code == 404
