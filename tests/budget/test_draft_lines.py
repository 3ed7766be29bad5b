"""Lines of a draft one by one, and money between them: by forms, without JavaScript, never past the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from budget.choices import PlanKind
from budget.models import LineVersion, Revision, Transfer
from budget.services.plans import Words, revise

from ..cast import Cast
from .factories import YEAR, draft, mark, published, road, version

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    """An address of the budget."""
    return reverse(f"budget:{name}", args=args)


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The budget officer, signed in."""
    return cast.client("budget")


@pytest.fixture
def following(cast: Cast, ordinance: Revision) -> Revision:
    """A revision that is begun, nothing changed."""
    return revise(ordinance.plan, Words(title="แก้ไขครั้งที่ 1"), by=cast.budget, form_mark=mark())


def line_data(revision: Revision, **more: object) -> dict[str, Any]:
    """The form of a budget line, filled in."""
    return {
        "code": "", "programme": "education", "work": "งานก่อนวัยเรียน", "classification": "operations/materials",
        "item": "ค่าอาหารเสริม (นม)", "detail": "", "division": "", "source": "budget", "original": "1,500.50",
        "place": "", "edits": revision.edits, **more,
    }  # fmt: skip


def sent(page: Any) -> dict[str, Any]:
    """The form of a page as a browser would send it unchanged."""
    form = page.context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        data[name] = "" if value is None else str(form.fields[name].prepare_value(value))
    return data | {"seen": page.context.get("seen", "")}


class TestLines:
    def test_a_line_is_added(self, officer: Client, ordinance_draft: Revision) -> None:
        url = at("draft_line_new", ordinance_draft.pk)
        data = line_data(ordinance_draft)
        assert officer.post(url, data)["Location"] == at("draft_lines", ordinance_draft.pk)
        made = ordinance_draft.versions.get(line__code="0003")
        assert (made.original, made.revised, made.group, made.category, made.position) == (
            Decimal("1500.50"), Decimal("1500.50"), "operations", "materials", 3,
        )  # fmt: skip
        assert "อาหารเสริม" in made.search
        again = officer.post(url, data)
        assert again.status_code == 422, "the same form once more is no second line"
        assert ordinance_draft.versions.count() == 3
        data = line_data(ordinance_draft, edits=again.context["form"].data["edits"], classification="investment/")
        assert officer.post(url, data | {"code": "A-1.๒", "original": ""}).status_code == 302
        made = ordinance_draft.versions.get(line__code="A-1.2")
        assert (made.original, made.revised, made.group, made.category) == (None, None, "investment", "")

    def test_what_is_wrong_is_said_and_kept(self, officer: Client, ordinance_draft: Revision) -> None:
        for wrong, field in (
            ({"programme": ""}, "programme"),
            ({"programme": "war"}, "programme"),
            ({"classification": "investment/materials"}, "classification"),
            ({"item": "  "}, "item"),
            ({"item": "ก" * 501}, "item"),
            ({"original": "-1"}, "original"),
            ({"original": "9" * 31}, "original"),
            ({"original": "1,5"}, "original"),
            ({"original": "=1+1"}, "original"),
            ({"division": "9" * 30}, "division"),
            ({"source": "pocket"}, "source"),
            ({"code": "0001"}, "code"),
            ({"code": "ก 1"}, "code"),
            ({"code": "a/b"}, "code"),
            ({"edits": "9" * 30}, "edits"),
            ({"edits": str(ordinance_draft.edits + 1)}, "__all__"),
        ):
            data = line_data(ordinance_draft, **{"place": "ที่พิมพ์ไว้", **wrong})
            page = officer.post(at("draft_line_new", ordinance_draft.pk), data)
            assert page.status_code == 422, wrong
            assert field in page.context["form"].errors, (wrong, page.context["form"].errors)
            assert 'value="ที่พิมพ์ไว้"' in page.content.decode()
        assert ordinance_draft.versions.count() == 2

    def test_a_line_is_changed_beside_other_lines(self, officer: Client, ordinance_draft: Revision) -> None:
        """Two officers on two lines do not stand in each other's way; two on one line do."""
        first, second = version(ordinance_draft, "0001"), version(ordinance_draft, "0002")
        urls = [at("draft_line", ordinance_draft.pk, row.pk) for row in (first, second)]
        pages = [officer.get(url) for url in (*urls, urls[0])]
        assert officer.post(urls[0], sent(pages[0]) | {"item": "จากแท็บแรก"}).status_code == 302
        assert officer.post(urls[1], sent(pages[1]) | {"item": "อีกบรรทัด"}).status_code == 302
        late = officer.post(urls[0], sent(pages[2]) | {"item": "จากแท็บสอง"})
        assert late.status_code == 422
        assert 'value="จากแท็บสอง"' in late.content.decode()
        assert [words for _label, words in late.context["theirs"]] == ["จากแท็บแรก"]
        data = sent(pages[2]) | {"item": "จากแท็บสอง", "edits": late.context["form"].data["edits"]}
        assert officer.post(urls[0], data).status_code == 302
        first.refresh_from_db()
        assert first.item == "จากแท็บสอง"

    def test_a_line_of_another_draft_is_not_here(self, officer: Client, cast: Cast, ordinance_draft: Revision) -> None:
        other = draft(cast.budget, year=2570)
        for name in ("draft_line", "draft_line_remove"):
            assert officer.get(at(name, ordinance_draft.pk, other.versions.first().pk)).status_code == 404  # type: ignore[union-attr]

    def test_money_in_force_stays(self, officer: Client, following: Revision) -> None:
        row = version(following, "0001")
        url = at("draft_line", following.pk, row.pk)
        page = officer.get(url)
        assert page.context["form"].fields["original"].disabled
        assert officer.post(url, sent(page) | {"original": "1", "item": "ถนนสายใหม่"}).status_code == 302
        row.refresh_from_db()
        assert (row.original, row.item) == (Decimal("120000.00"), "ถนนสายใหม่")
        following.refresh_from_db()
        refused = officer.post(at("draft_line_new", following.pk), line_data(following))
        assert refused.status_code == 422
        assert "original" in refused.context["form"].errors

    def test_a_line_is_taken_out(self, officer: Client, ordinance_draft: Revision) -> None:
        row = version(ordinance_draft, "0002")
        url = at("draft_line_remove", ordinance_draft.pk, row.pk)
        assert officer.get(url).status_code == 200
        late = officer.post(url, {"edits": ordinance_draft.edits - 1})
        assert late.status_code == 422
        for _twice in range(2):
            assert officer.post(url, {"edits": late.context["form"].data["edits"]}).status_code == 302
        assert [line.line.code for line in ordinance_draft.versions.select_related("line")] == ["0001"]

    def test_quarters_months_and_the_line_that_pays(self, officer: Client, cast: Cast, ordinance: Revision) -> None:
        spending = draft(cast.budget, road(), kind=PlanKind.SPENDING)
        data = line_data(spending, original="100", q1="10", q2="20", q3="30", q4="40", serves="๐๐๐๑")
        url = at("draft_line_new", spending.pk)
        for wrong, field in (
            ({"q4": "41"}, "original"),
            ({"q4": ""}, "q4"),
            ({"serves": "0009"}, "serves"),
            ({"serves": "supplement-99999/1"}, "serves"),
            ({"serves": "revenue/0001"}, "serves"),
        ):
            assert field in officer.post(url, data | wrong).context["form"].errors, wrong
        assert officer.post(url, data).status_code == 302
        made = spending.versions.order_by("-position").first()
        assert made is not None
        assert (made.q4, made.serves) == (Decimal(40), version(ordinance, "0001").line)
        page = officer.get(at("draft_line", spending.pk, made.pk))
        assert page.context["form"].initial["serves"] == "0001"
        action = draft(cast.budget, road(), kind=PlanKind.ACTION)
        data = line_data(action, month_from="3", month_to="2", serves="")
        url = at("draft_line_new", action.pk)
        assert "month_to" in officer.post(url, data).context["form"].errors
        assert "month_to" in officer.post(url, data | {"month_to": ""}).context["form"].errors
        assert "month_from" in officer.post(url, data | {"month_from": "13"}).context["form"].errors
        assert officer.post(url, data | {"month_to": "12"}).status_code == 302

    def test_revenue_has_its_own_words(self, officer: Client, cast: Cast) -> None:
        first = {"revenue_group": "taxes", "item": "ภาษีที่ดิน", "original": Decimal(5)}
        made = draft(cast.budget, first, kind=PlanKind.REVENUE)
        data = {"revenue_group": "fees", "item": "ค่าธรรมเนียมขยะ", "original": "90", "edits": made.edits}
        assert officer.post(at("draft_line_new", made.pk), data).status_code == 302
        page = officer.get(at("draft", made.pk))
        assert [part.now.revised for part in page.context["totals"].parts] == [5, 90]


class TestTransfers:
    @pytest.fixture
    def data(self, following: Revision) -> dict[str, Any]:
        """A transfer of 20,000 from the road to the paper."""
        return {
            "giver": version(following, "0001").pk, "taker": version(following, "0002").pk, "amount": "๒๐,๐๐๐",
            "approver": "executive", "approved_on": "15/01/2569", "document_number": "กส 52301/15", "reason": "จำเป็น",
            "edits": following.edits,
        }  # fmt: skip

    def test_both_lines_are_chosen_by_searching(self, officer: Client, following: Revision) -> None:
        url = at("draft_transfer", following.pk)
        giver, taker = version(following, "0001"), version(following, "0002")
        assert officer.get(url, {"qg": "ถนนคอนกรีต"}).context["givers"] == [giver]
        page = officer.get(url, {"giver": giver.pk, "qt": "0002"})
        assert (page.context["giver"], page.context["takers"]) == (giver, [taker])
        assert f"giver={giver.pk}" in page.content.decode()
        page = officer.get(url, {"giver": giver.pk, "taker": taker.pk})
        assert 'name="amount"' in page.content.decode()
        for nonsense in ({"giver": "x"}, {"giver": "9" * 40}, {"qg": "%_\\ \u202e"}, {"qt": "ไม่มี"}):
            assert officer.get(url, nonsense).status_code == 200

    def test_money_is_moved_and_moved_back(self, officer: Client, following: Revision, data: dict[str, Any]) -> None:
        url = at("draft_transfer", following.pk)
        looked = officer.post(url, data | {"look": "1"})
        assert (looked.context["giver_after"], looked.context["taker_after"]) == (100000, 100000)
        assert not Transfer.objects.exists()
        assert officer.post(url, data)["Location"] == at("draft", following.pk) + "#transfers"
        made = Transfer.objects.get()
        assert version(following, "0001").revised == 100000
        assert officer.post(url, data).status_code == 422, "sent twice, moved once"
        page = officer.get(at("draft", following.pk))
        assert page.context["transfers"] == [made]
        undo = at("draft_transfer_undo", following.pk, made.pk)
        officer.post(undo, {"edits": "0"})
        assert Transfer.objects.exists(), "the draft was changed since this page was shown"
        for _twice in range(2):
            assert officer.post(undo, {"edits": page.context["draft"].edits}).status_code == 302
        assert not Transfer.objects.exists()
        assert version(following, "0001").revised == 120000

    def test_the_rules(self, officer: Client, following: Revision, data: dict[str, Any]) -> None:
        url = at("draft_transfer", following.pk)
        for wrong, field in (
            ({"amount": "120,000.01"}, "amount"),
            ({"amount": "0"}, "amount"),
            ({"amount": "9" * 31}, "amount"),
            ({"approver": ""}, "approver"),
            ({"approver": "friend"}, "approver"),
            ({"approved_on": "1/1/2699"}, "approved_on"),
            ({"document_number": " "}, "document_number"),
            ({"taker": data["giver"]}, "__all__"),
            ({"taker": ""}, "__all__"),
        ):
            page = officer.post(url, data | wrong)
            assert page.status_code == 422, wrong
            assert field in page.context["form"].errors, (wrong, page.context["form"].errors)
            assert "จำเป็น" in page.content.decode()
        assert not Transfer.objects.exists()

    def test_a_new_item_is_approved_by_the_council(
        self, officer: Client, following: Revision, data: dict[str, Any]
    ) -> None:
        officer.post(at("draft_line_new", following.pk), line_data(following, original="0"))
        new = version(following, "0003")
        following.refresh_from_db()
        data |= {"taker": new.pk, "edits": following.edits}
        page = officer.post(at("draft_transfer", following.pk), data)
        assert "approver" in page.context["form"].errors
        assert page.context["is_new"]
        assert officer.post(at("draft_transfer", following.pk), data | {"approver": "council"}).status_code == 302
        new.refresh_from_db()
        assert new.revised == 20000

    def test_only_where_a_budget_is_in_force(self, officer: Client, cast: Cast, ordinance_draft: Revision) -> None:
        assert officer.get(at("draft_transfer", ordinance_draft.pk))["Location"] == at("draft", ordinance_draft.pk)
        action = published(cast.budget, road(), kind=PlanKind.ACTION)
        revision = revise(action.plan, Words(title="ก"), by=cast.budget, form_mark=mark())
        assert officer.post(at("draft_transfer", revision.pk), {}).status_code == 302
        assert revision.plan.year_id == YEAR
        assert LineVersion.objects.filter(revision=revision).exists()
