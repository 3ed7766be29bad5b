"""A draft on its pages: begun, described, its files, what it changes, published or thrown away."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.choices import Approver, PlanKind
from budget.draft_reading import checks_of, totals_of
from budget.models import Document, Line, LineVersion, Plan, Revision
from budget.services.lines import Approval, LineInput, replace_lines, transfer
from budget.services.plans import Words, publish, revise

from ..cast import Cast
from ..documents import pdf_upload
from .factories import YEAR, draft, mark, paper, published, road, version

pytestmark = pytest.mark.django_db
APPROVED = Approval(Approver.EXECUTIVE, dt.date(2026, 1, 15), "กส 52301/15")


def at(name: str, *args: object) -> str:
    """An address of the budget."""
    return reverse(f"budget:{name}", args=args)


def plan_data(**more: object) -> dict[str, Any]:
    """The form of a new plan, filled in."""
    return {
        "form_mark": mark(), "year": "๒๕๖๙", "kind": "ordinance", "number": "", "title": "เทศบัญญัติ", "reason": "",
        "declared_total": "200,000.00", "approver": "council", "approved_on": "15/08/2568",
        "document_number": "มติสภา 3/2568", **more,
    }  # fmt: skip


def revision_of(revision: Revision, cast: Cast, **words: Any) -> Revision:
    """A revision that is begun."""
    return revise(revision.plan, Words(title="แก้ไขครั้งที่ 1", **words), by=cast.budget, form_mark=mark())


def moved(following: Revision, cast: Cast, amount: str = "20000") -> Revision:
    """With money moved from the road to the paper."""
    transfer(
        following, version(following, "0001"), version(following, "0002"), Decimal(amount), APPROVED, by=cast.budget,
        edits=following.edits,
    )  # fmt: skip
    following.refresh_from_db()
    return following


class TestBeginning:
    def test_a_plan_is_begun_once(self, cast: Cast) -> None:
        client, data = cast.client("budget"), plan_data()
        first, second = client.post(at("plan_new"), data), client.post(at("plan_new"), data)
        made = Revision.objects.get()
        assert (first.status_code, first["Location"]) == (302, at("draft", made.pk))
        assert second["Location"] == first["Location"]
        assert (made.plan.year_id, made.declared_total, made.approved_on) == (2569, 200000, dt.date(2025, 8, 15))

    def test_what_is_wrong_is_said_and_kept(self, cast: Cast, ordinance: Revision) -> None:
        client = cast.client("budget")
        for wrong, field in (
            ({"year": "2026"}, "year"),
            ({"year": "9" * 400}, "year"),
            ({"kind": "nothing"}, "kind"),
            ({"kind": "supplement"}, "number"),
            ({"kind": "supplement", "number": "100"}, "number"),
            ({"title": " "}, "title"),
            ({"declared_total": "1e99999"}, "declared_total"),
            ({"declared_total": "-5"}, "declared_total"),
            ({"declared_total": "9" * 31}, "declared_total"),
            ({"approved_on": ""}, "approved_on"),
            ({"approved_on": "1/1/2699"}, "approved_on"),
            ({"form_mark": ""}, "form_mark"),
            ({}, "kind"),  # the ordinance is published: it is revised
        ):
            page = client.post(at("plan_new"), plan_data(reason="เหตุผลที่พิมพ์ไว้", **wrong))
            assert page.status_code == 422, wrong
            assert field in page.context["form"].errors, wrong
            assert "เหตุผลที่พิมพ์ไว้" in page.content.decode()
        assert Revision.objects.count() == 1

    def test_a_revision_says_why(self, cast: Cast, ordinance: Revision) -> None:
        client, url = cast.client("budget"), at("plan_revise", YEAR, "ordinance")
        page = client.get(url)
        assert page.context["form"].initial["title"] == ordinance.title
        data = plan_data(title="โอนครั้งที่ 1", declared_total="")
        assert set(client.post(url, data).context["form"].errors) == {"reason"}
        answer = client.post(url, data | {"reason": "ซ่อมถนน"})
        made = Revision.objects.drafts().get()
        assert answer["Location"] == at("draft", made.pk)
        assert made.based_on == ordinance
        assert client.get(at("plan_revise", YEAR, "supplement-7")).status_code == 404
        assert made in list(client.get(url).context["drafts"]), "a draft that is open is shown"


class TestPages:
    def test_every_page_of_a_draft(self, cast: Cast, ordinance: Revision) -> None:
        following = moved(revision_of(ordinance, cast), cast)
        client = cast.client("budget")
        for name in (
            "draft", "draft_words", "draft_lines", "draft_line_new", "draft_transfer", "draft_documents",
            "draft_changes", "draft_preview", "draft_publish", "draft_discard",
        ):  # fmt: skip
            page = client.get(at(name, following.pk))
            assert page.status_code == 200, name
            assert page.content.decode().count("btn-primary") <= 1, name
            for stranger in ("staff", "admin"):
                assert cast.client(stranger).get(at(name, following.pk)).status_code == 403
            assert client.get(at(name, 10**30)).status_code == 404
            assert client.get(at(name, ordinance.pk))["Location"] == ordinance.get_absolute_url(), "published already"
        changes = client.get(at("draft_changes", following.pk)).context
        assert changes["counts"] == {"added": 0, "removed": 0, "changed": 2}
        totals = client.get(at("draft", following.pk)).context["totals"]
        assert [(part.now.revised, part.delta) for part in totals.parts] == [(100000, 20000), (100000, -20000)]

    def test_by_expenditure_groups(self, cast: Cast, ordinance_draft: Revision) -> None:
        page = cast.client("budget").get(at("draft", ordinance_draft.pk), {"by": "group"})
        assert [part.now.revised for part in page.context["totals"].parts] == [80000, 120000]

    def test_drafts_of_every_kind_are_shown(self, cast: Cast, ordinance: Revision) -> None:
        client = cast.client("budget")
        paid_from = version(ordinance, "0001").line_id
        quarters = {"q1": 0, "q2": 60000, "q3": 60000, "q4": 0}
        for kind, values in (
            (PlanKind.REVENUE, {"revenue_group": "taxes", "item": "ภาษีที่ดิน", "original": Decimal(5000)}),
            (PlanKind.ACTION, road(month_from=3, month_to=6, serves_id=paid_from)),
            (PlanKind.SPENDING, road(**quarters)),
            (PlanKind.PROCUREMENT, road(method="e_bidding", month_from=2, month_to=2)),
        ):
            made = draft(cast.budget, values, kind=kind)
            row = made.versions.get()
            for url in (
                at("draft", made.pk), at("draft_preview", made.pk), at("draft_line", made.pk, row.pk),
                at("draft_line_new", made.pk),
            ):  # fmt: skip
                assert client.get(url).status_code == 200, url

    def test_long_drafts_need_the_same_queries(self, cast: Cast, ordinance: Revision) -> None:
        client = cast.client("budget")
        counts = []
        for many in (2, 120):
            made = draft(cast.budget, *[paper(item=f"รายการ {number}") for number in range(many)], year=2570 + many)
            row = []
            for name in ("draft", "draft_lines", "draft_preview", "draft_publish"):
                with CaptureQueriesContext(connection) as queries:
                    page = client.get(at(name, made.pk))
                row.append(len(queries))
            assert len(page.context["checks"]) >= 4
            counts.append(row)
        assert counts[0] == counts[1]
        assert max(counts[1]) <= 20

    def test_a_long_list_is_turned_and_filtered(self, cast: Cast) -> None:
        made = draft(cast.budget, *[paper(item=f"วัสดุ {number:03d}") for number in range(53)], road(division_id=None))
        client, url = cast.client("budget"), at("draft_lines", made.pk)
        first = client.get(url).context["page_of_lines"]
        second = client.get(url, {"after": first.next}).context["page_of_lines"]
        assert (len(first.rows), len(second.rows), second.next) == (50, 4, "")
        for query, count in (
            ({"q": "ถนนคอนกรีต"}, 1),
            ({"q": "ไม่มีคำนี้"}, 0),
            ({"missing": "division"}, 1),
            ({"missing": "amount"}, 0),
            ({"programme": "industry_public_works"}, 1),
            ({"programme": "x", "division": "9" * 30, "missing": "y", "after": "x.y"}, 50),
        ):
            assert len(client.get(url, query).context["page_of_lines"].rows) == count, query


class TestWords:
    def test_words_are_changed(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_words", ordinance_draft.pk)
        data = plan_data(title="ชื่อใหม่", edits=ordinance_draft.edits)
        assert client.post(url, data)["Location"] == at("draft", ordinance_draft.pk)
        ordinance_draft.refresh_from_db()
        assert ordinance_draft.title == "ชื่อใหม่"

    def test_nobodys_words_are_overwritten_unseen(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_words", ordinance_draft.pk)
        data = plan_data(title="จากแท็บแรก", edits=ordinance_draft.edits)
        client.post(url, data)
        page = client.post(url, data | {"title": "จากแท็บสอง"})
        assert page.status_code == 422
        text = page.content.decode()
        assert 'value="จากแท็บสอง"' in text
        assert page.context["theirs"] == [(str(page.context["form"].fields["title"].label), "จากแท็บแรก")]
        # Who has seen it may replace it.
        fresh = page.context["form"].data["edits"]
        assert client.post(url, data | {"title": "จากแท็บสอง", "edits": fresh}).status_code == 302


class TestDocuments:
    def test_a_file_is_attached_once_and_removed(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_documents", ordinance_draft.pk)
        for _twice in range(2):
            data = {"file": pdf_upload("เทศบัญญัติ.pdf"), "title": "ฉบับลงนาม", "edits": "0"}
            assert client.post(url, data).status_code == 302
        document = Document.objects.get()
        kept = Path(settings.MEDIA_ROOT) / str(document.file.name)
        assert (document.title, document.added_by, kept.exists()) == ("ฉบับลงนาม", cast.budget, True)
        assert "ฉบับลงนาม" in client.get(url).content.decode()
        remove = at("draft_document_remove", ordinance_draft.pk, document.pk)
        for _twice in range(2):
            assert client.post(remove)["Location"] == url
        assert not Document.objects.exists()

    def test_what_is_no_document_is_refused(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_documents", ordinance_draft.pk)
        bad = SimpleUploadedFile("เทศบัญญัติ.pdf", b"MZ not a pdf", content_type="application/pdf")
        for data in ({"edits": "0"}, {"file": bad, "title": "ชื่อที่พิมพ์", "edits": "0"}):
            page = client.post(url, data)
            assert page.status_code == 422
            assert page.context["form"].errors["file"]
        assert 'value="ชื่อที่พิมพ์"' in page.content.decode()
        assert not Document.objects.exists()


class TestPublishing:
    def test_it_is_published_from_its_own_page(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_publish", ordinance_draft.pk)
        page = client.get(url)
        assert page.context["is_possible"]
        edits = {"edits": ordinance_draft.edits}
        made = Revision.objects.get()
        assert client.post(url, edits)["Location"] == f"/budget/{YEAR}/plans/ordinance/revisions/1/"
        made.refresh_from_db()
        assert (made.is_current, made.published_by) == (True, cast.budget)
        assert client.post(url, edits).status_code == 302, "sent twice"
        assert Revision.objects.count() == 1

    def test_it_is_told_by_how_much_it_is_off(self, cast: Cast, ordinance_draft: Revision) -> None:
        Revision.objects.filter(pk=ordinance_draft.pk).update(declared_total=Decimal("200000.25"))
        client, url = cast.client("budget"), at("draft_publish", ordinance_draft.pk)
        page = client.get(url)
        assert not page.context["is_possible"]
        assert "0.25" in page.content.decode()
        refused = client.post(url, {"edits": ordinance_draft.edits})
        assert refused.status_code == 422
        assert refused.context["form"].non_field_errors()
        assert Revision.objects.get().is_draft

    def test_what_changed_meanwhile_is_looked_at_again(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_publish", ordinance_draft.pk)
        page = client.post(url, {"edits": ordinance_draft.edits - 1})
        assert page.status_code == 422
        assert client.post(url, {"edits": page.context["form"].data["edits"]}).status_code == 302
        assert client.post(url, {"edits": "x" * 20}).status_code == 302

    def test_who_comes_second_is_told_by_whom_and_what(self, cast: Cast, ordinance: Revision) -> None:
        first, second = revision_of(ordinance, cast, reason="เหตุผลของคนแรก"), revision_of(ordinance, cast)
        publish(first, by=cast.budget, edits=first.edits)
        client = cast.client("budget")
        page = client.post(at("draft_publish", second.pk), {"edits": second.edits})
        text = page.content.decode()
        assert page.status_code == 422
        assert page.context["current"] == first
        for words in (str(cast.budget), "เหตุผลของคนแรก", at("changes", YEAR, "ordinance", 1, 2),
                      at("draft_catch_up", second.pk)):  # fmt: skip
            assert words in text
        assert client.get(at("draft", second.pk)).context["behind"] == first
        assert not client.get(at("draft_publish", second.pk)).context["is_possible"]

    def test_the_check_list(self, cast: Cast, ordinance: Revision) -> None:
        following = revision_of(ordinance, cast)
        totals = totals_of(following)
        assert all(check.is_good or not check.stops for check in checks_of(following, totals))
        rows = [
            LineInput("0001", road(transferred_out=Decimal(500), division_id=None)),
            LineInput("0002", paper(transferred_in=Decimal(400))),
        ]
        replace_lines(following, rows, by=cast.budget, edits=following.edits, approval=APPROVED)
        following.refresh_from_db()
        bad = [(check.state, check.url) for check in checks_of(following, totals_of(following)) if not check.is_good]
        assert ("not_done", at("draft", following.pk) + "#transfers") in bad
        assert ("delayed", at("draft_lines", following.pk) + "?missing=division") in bad
        LineVersion.objects.filter(revision=following, line__code="0002").update(
            transferred_in=Decimal(500), revised=Decimal("80500.00")
        )
        unexplained = [
            check for check in checks_of(following, totals_of(following)) if check.stops and not check.is_good
        ]
        assert at("draft_changes", following.pk) in [check.url for check in unexplained]


class TestDiscarding:
    def test_it_is_asked_before_it_is_thrown_away(self, cast: Cast, ordinance_draft: Revision) -> None:
        client, url = cast.client("budget"), at("draft_discard", ordinance_draft.pk)
        assert client.get(url).status_code == 200
        assert Revision.objects.exists()
        for _twice in range(2):
            assert client.post(url)["Location"] == at("desk")
        assert not Revision.objects.exists()
        assert not Plan.objects.exists()
        assert not Line.objects.exists()

    def test_lines_that_others_refer_to_stay(self, cast: Cast, ordinance: Revision) -> None:
        """A purchase that is being entered, a plan that names the line: nothing of theirs is torn away."""
        lonely = draft(cast.budget, road(), year=YEAR, kind=PlanKind.SUPPLEMENT, number=1)
        line = lonely.versions.get().line
        draft(cast.budget, road(serves_id=line.pk), kind=PlanKind.ACTION)
        assert cast.client("budget").post(at("draft_discard", lonely.pk)).status_code == 302
        assert Line.objects.filter(pk=line.pk).exists()


def test_a_published_plan_is_not_touched_by_any_form(cast: Cast) -> None:
    made = published(cast.budget)
    client = cast.client("budget")
    for name in (
        "draft_words",
        "draft_documents",
        "draft_publish",
        "draft_discard",
        "draft_line_new",
        "draft_transfer",
    ):
        assert client.post(at(name, made.pk), {"edits": "0"}).status_code == 302, name
    made.refresh_from_db()
    assert (made.is_current, made.documents.count(), made.versions.count()) == (True, 0, 2)
