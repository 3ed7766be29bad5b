"""The budget in the back office: to look at, to find, to see who did what; nothing is done here but the inhabitants."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budget.choices import CommentKind, UploadKind
from budget.models import (
    BudgetYear,
    Comment,
    Document,
    LineVersion,
    ProcurementReport,
    Reading,
    Revision,
    Transfer,
    Upload,
)
from budget.services.plans import Words, change_words

from ..cast import Cast
from .factories import YEAR, draft, mark, paper, published, purchase, road, summary_draft, told

pytestmark = pytest.mark.django_db
ADMIN = "/admin/budget/"
MODELS = tuple(model._meta.model_name or "" for model in apps.get_app_config("budget").get_models()
               if model in admin.site._registry)  # fmt: skip


def fill(cast: Cast, count: int, year: int) -> None:
    """A year with `count` of everything."""
    plan = published(cast.budget, *[road(item=f"ถนนสาย {n}") for n in range(count)], year=year)
    lines = list(plan.versions.select_related("line"))
    open_ = draft(cast.budget, *[paper(item=f"วัสดุ {n}") for n in range(count)], year=year, kind="supplement")
    Transfer.objects.bulk_create(
        Transfer(
            revision=open_, from_line=lines[0].line, amount=n + 1, approver="council", approved_on="2026-01-05",
            document_number=f"เลขที่ {n}",
        )
        for n in range(count)
    )  # fmt: skip
    Document.objects.bulk_create(
        Document(revision=open_, title=f"เอกสาร {n}", file="x", name="x.pdf", content_type="application/pdf", size=1,
                 sha256=str(n), added_by=cast.budget)
        for n in range(count)
    )  # fmt: skip
    told(cast.budget, 3, dict.fromkeys(lines, (0, 5)), year=year, publish_it=False)
    month = summary_draft(cast.budget, year=year)
    for n in range(count):
        purchase(month, position=n + 1, off_budget=True)
    Comment.objects.bulk_create(
        Comment(
            year_id=year, plan=plan.plan, line=lines[0].line, kind=CommentKind.QUESTION, text=f"ถาม {n}",
            form_mark=mark(), state="published", moderated_by=cast.budget, moderated_at=timezone.now(),
        )
        for n in range(count)
    )  # fmt: skip
    for user in (cast.staff, cast.staff2, cast.head)[:count]:
        Reading.objects.create(revision=plan, user=user, division=user.division)
    Upload.objects.bulk_create(
        Upload(kind=UploadKind.LINES, target="ก", file="x", name=f"{n}.xlsx", content_type="x", size=1, sha256="0",
               made_by=cast.budget)
        for n in range(count)
    )  # fmt: skip
    ProcurementReport.objects.create(year_id=year, problems="ไม่มี", suggestions="ไม่มี")


def test_every_model_is_here() -> None:
    ours = {model._meta.model_name for model in apps.get_app_config("budget").get_models()
            if not model._meta.model_name.endswith("event")}  # fmt: skip
    assert ours == set(MODELS)


def test_every_page_needs_the_same_queries_for_much(cast: Cast) -> None:
    client = cast.client("budget")
    counts: list[dict[str, int]] = []
    for count, year in ((1, 2567), (12, 2568)):
        fill(cast, count, year)
        found = {}
        for name in MODELS:
            row = apps.get_model("budget", name)._default_manager.order_by("pk").last()
            assert row is not None, name
            for page in ("", "?q=1", f"{row.pk}/change/", f"{row.pk}/history/"):
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(f"{ADMIN}{name}/{page}")
                assert answer.status_code == 200, (name, page)
                found[f"{name}/{page.split('/')[-2] if page.endswith('/') else page}"] = len(queries)
        counts.append(found)
    grown = {page: (counts[0][page], after) for page, after in counts[1].items() if after > counts[0][page] + 1}
    assert not grown
    assert max(counts[1].values()) <= 22


def test_nothing_is_done_here(cast: Cast) -> None:
    fill(cast, 1, YEAR)
    client = cast.client("budget")
    for name in MODELS:
        row = apps.get_model("budget", name)._default_manager.order_by("pk").last()
        assert row is not None
        if name != "budgetyear":
            assert client.get(f"{ADMIN}{name}/add/").status_code == 403, name
            assert client.post(f"{ADMIN}{name}/{row.pk}/change/", {"title": "x"}).status_code == 403, name
        assert client.post(f"{ADMIN}{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403, name
        for stranger in ("secretary", "assets"):
            assert cast.client(stranger).get(f"{ADMIN}{name}/").status_code == 403, name
    assert LineVersion.objects.count() == 2


def test_inhabitants_are_entered(cast: Cast) -> None:
    client = cast.client("budget")
    add = {"fiscal_year": "2571", "inhabitants": "5,214", "inhabitants_on": "31/12/2568"}
    assert client.post(f"{ADMIN}budgetyear/add/", add).context["errors"], "a comma is no part of a whole number"
    assert client.post(f"{ADMIN}budgetyear/add/", {**add, "inhabitants": "5214"}).status_code == 302
    assert client.post(f"{ADMIN}budgetyear/add/", {**add, "fiscal_year": "2026"}).context["errors"]
    change = f"{ADMIN}budgetyear/2571/change/"
    data = {"inhabitants": "5300", "inhabitants_on": "31/12/2569", "fiscal_year": "2599"}
    assert client.post(change, data | {"inhabitants_on": "31/12/2568"}).status_code == 302
    assert BudgetYear.objects.get(pk=2571).inhabitants == 5300
    history = client.get(f"{ADMIN}budgetyear/2571/history/").context["rows"]
    assert [(row["by"], row["changes"][0]["before"], row["changes"][0]["after"]) for row in history[:1]] == [
        (cast.budget, 5214, 5300)
    ]  # fmt: skip


def test_who_did_what(cast: Cast, ordinance_draft: Revision) -> None:
    """By the pages, so that the history knows the person."""
    client = cast.client("budget")
    sent = {"title": "ชื่อใหม่", "edits": ordinance_draft.edits}
    client.post(reverse("budget:draft_words", args=[ordinance_draft.pk]), sent)
    client.post(reverse("budget:draft_publish", args=[ordinance_draft.pk]), {"edits": ordinance_draft.edits + 1})
    rows = client.get(f"{ADMIN}revision/{ordinance_draft.pk}/history/").context["rows"]
    assert {row["by"] for row in rows[:2]} == {cast.budget}
    assert "ชื่อใหม่" in str(rows[-1]["changes"]) + str(rows[1]["changes"])
    page = client.get(f"{ADMIN}revision/").content.decode()
    assert f"/budget/{YEAR}/plans/ordinance/revisions/1/" in page


def test_found_by_words(cast: Cast, ordinance: Revision) -> None:
    client = cast.client("budget")
    for name, words, count in (
        ("lineversion", "คอนกรีต", 1), ("lineversion", "ไม่มี", 0), ("line", "0002", 1), ("revision", "เทศบัญญัติ", 1),
        ("purchase", "ก\\%_", 0), ("document", "x", 0),
    ):  # fmt: skip
        found = client.get(f"{ADMIN}{name}/", {"q": words})
        assert found.context["cl"].queryset.count() == count, (name, words)
    open_ = draft(cast.budget, year=2570)
    change_words(open_, Words(title="ร่างปี 2570"), by=cast.budget, edits=open_.edits)
    rows = client.get(f"{ADMIN}revision/", {"state__exact": "draft"}).context["cl"].queryset
    assert [row.pk for row in rows] == [open_.pk]
