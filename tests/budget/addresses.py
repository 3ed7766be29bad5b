"""Who gets what at the addresses of the budget."""

from __future__ import annotations

from django.core.files.base import ContentFile

from budget.models import Comment, Upload
from budget.services.acts import year_row
from budget.services.plans import Words, revise
from budget.services.procurement import publish_summary
from organization.models import Division

from ..addresses import LOGIN, Row, download, public
from ..cast import Cast
from .factories import YEAR, mark, purchase, summary_draft, told
from .public_year import public_year

BUDGET, DESK = f"/budget/{YEAR}/", "/budget/desk/"
DRAFT, LINE = DESK + "drafts/{draft}/", DESK + "drafts/{draft}/lines/{draft_line}/"
SUMMARY, BOUGHT = DESK + "summaries/{summary}/", DESK + "summaries/{summary}/purchases/{purchase}/"
STATEMENT, UPLOAD = DESK + "statements/{statement}/", DESK + "uploads/{upload}/"
ORDINANCE = BUDGET + "plans/ordinance/"

OPEN_TO_ALL = (
    "years", "search", "year", "lines", "dimension", "slice", "revenue", "statements", "plan", "revision", "changes",
    "changes_file", "document", "line", "data", "feed", "words", "projects", "notice", "all_lines", "lines_file",
    "spending_file", "revenue_file", "transfers_file", "year_package", "plan_file", "plan_package", "procurement",
    "procurement_file", "procurement_month", "procurement_month_file", "procurement_report", "questions", "ask",
    "asked",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""


def desk(name: str, path: str, code: int = 200, method: str = "GET", else_: int = 403) -> Row:
    """A page of the budget officer's desk."""
    return Row(f"budget:{name}", path, else_, {"citizen": LOGIN, "budget": code}, method)


def form(name: str, path: str, post: int = 422) -> list[Row]:
    """A form of the desk, and what an empty one is answered."""
    return [desk(name, path), desk(name, path, post, "POST")]


TABLE_OF_BUDGET: list[Row] = [
    # Years, lines, plans
    *public("budget:years", "/budget/"),
    *public("budget:search", "/budget/search/"),
    *public("budget:year", BUDGET),
    *public("budget:lines", BUDGET + "lines/"),
    *public("budget:dimension", BUDGET + "by/programmes/"),
    *public("budget:dimension", BUDGET + "by/quarters/"),
    *public("budget:slice", BUDGET + "by/programmes/industry_public_works/"),
    *public("budget:slice", BUDGET + "by/quarters/2/"),
    *public("budget:revenue", BUDGET + "revenue/"),
    *public("budget:statements", BUDGET + "statements/"),
    *public("budget:plan", ORDINANCE),
    *public("budget:revision", ORDINANCE + "revisions/1/"),
    *public("budget:changes", ORDINANCE + "changes/1-2/"),
    *public("budget:document", ORDINANCE + "documents/{document}/"),
    *public("budget:line", ORDINANCE + "lines/0001/"),
    # Open data
    *public("budget:data", "/budget/data/"),
    *public("budget:feed", "/budget/feed.atom"),
    *public("budget:words", "/budget/words/"),
    *public("budget:projects", BUDGET + "projects/"),
    *download("budget:notice", BUDGET + "notice.pdf"),
    *download("budget:all_lines", "/budget/lines.csv"),
    *(row for kind in ("csv", "xlsx", "json") for row in download("budget:lines_file", f"{BUDGET}lines.{kind}")),
    *download("budget:spending_file", BUDGET + "spending.csv"),
    *download("budget:revenue_file", BUDGET + "revenue.json"),
    *download("budget:transfers_file", BUDGET + "transfers.csv"),
    *download("budget:year_package", BUDGET + "datapackage.json"),
    *download("budget:plan_file", ORDINANCE + "lines.csv"),
    *download("budget:changes_file", ORDINANCE + "changes/1-2.csv"),
    *download("budget:plan_package", ORDINANCE + "datapackage.json"),
    # Procurement
    *public("budget:procurement", BUDGET + "procurement/"),
    *download("budget:procurement_file", BUDGET + "procurement.csv"),
    *download("budget:procurement_file", BUDGET + "procurement.json"),
    *public("budget:procurement_month", BUDGET + "procurement/1/"),
    *download("budget:procurement_month_file", BUDGET + "procurement/1.csv"),
    Row("budget:procurement_report", BUDGET + "procurement/report/", 404, roles=("citizen", "staff", "budget")),
    # What people say
    *public("budget:questions", BUDGET + "questions/"),
    *public("budget:asked", BUDGET + "asked/"),
    Row("budget:ask", BUDGET + "ask/", 200),
    Row("budget:ask", BUDGET + "ask/", 422, method="POST"),
    Row("budget:confirm_reading", ORDINANCE + "read/", 200, {"citizen": LOGIN}),
    Row("budget:confirm_reading", ORDINANCE + "read/", 422, {"citizen": LOGIN}, method="POST"),
    desk("comments_desk", DESK + "comments/"),
    *form("comment_desk", DESK + "comments/{comment}/"),
    desk("readers", f"{DESK}readers/{YEAR}/"),
    # The desk: drafts
    desk("desk", DESK),
    desk("desk", DESK, 405, "POST", 405),
    desk("year_settings", f"{DESK}years/{YEAR}/"),
    *form("plan_new", DESK + "plans/new/"),
    *form("plan_revise", f"{DESK}plans/{YEAR}/ordinance/revise/"),
    desk("draft", DRAFT),
    *form("draft_words", DRAFT + "words/"),
    desk("draft_lines", DRAFT + "lines/"),
    *form("draft_line_new", DRAFT + "lines/new/"),
    *form("draft_line", LINE),
    *form("draft_line_remove", LINE + "remove/"),
    *form("draft_transfer", DRAFT + "transfer/"),
    desk("draft_transfer_undo", DRAFT + "transfers/1/undo/", 302, "POST"),
    *form("draft_documents", DRAFT + "documents/"),
    desk("draft_document_remove", DRAFT + "documents/1/remove/", 302, "POST"),
    desk("draft_changes", DRAFT + "changes/"),
    desk("draft_preview", DRAFT + "preview/"),
    *form("draft_publish", DRAFT + "publish/"),
    desk("draft_discard", DRAFT + "discard/"),
    desk("draft_discard", DESK + "drafts/0/discard/", 302, "POST"),
    desk("draft_catch_up", DRAFT + "catch-up/", 302),
    # The desk: statements
    *form("statement_new", DESK + "statements/new/"),
    *form("statement", STATEMENT),
    *form("statement_publish", STATEMENT + "publish/"),
    desk("statement_discard", STATEMENT + "discard/"),
    desk("statement_discard", DESK + "statements/0/discard/", 302, "POST"),
    # The desk: files
    desk("template", DESK + "templates/ordinance.xlsx"),
    *form("upload_lines", DRAFT + "upload/"),
    *form("upload_spending", STATEMENT + "upload/"),
    *form("upload_purchases", SUMMARY + "upload/"),
    desk("uploads", DESK + "uploads/"),
    desk("upload", UPLOAD),
    desk("upload_problems", UPLOAD + "problems.csv"),
    desk("upload_file", UPLOAD + "file/"),
    desk("upload_store", UPLOAD + "store/", 405, else_=405),
    # The desk: procurement
    *form("summary_new", DESK + "procurement/new/"),
    *form("summary", SUMMARY, 302),
    *form("summary_publish", SUMMARY + "publish/"),
    desk("summary_discard", SUMMARY + "discard/"),
    *form("purchase_new", SUMMARY + "purchases/new/"),
    *form("purchase_edit", BOUGHT),
    *form("procurement_report_edit", f"{DESK}procurement/{YEAR}/report/"),
    *form("purchase_remove", BOUGHT + "remove/", 302),
    desk("summary_discard", SUMMARY + "discard/", 302, "POST"),
]


def make_budget_places(cast: Cast) -> dict[str, str]:
    """What the paths name: a published year, a draft of its ordinance, a draft of a statement and of a month."""
    shown = public_year(cast.budget)
    month = summary_draft(cast.budget)
    purchase(month, line=shown.paper.line, division=Division.objects.get(name="กองช่าง"))
    publish_summary(month, by=cast.budget)
    draft = revise(shown.second.plan, Words(title="ร่าง"), by=cast.budget, form_mark=mark())
    summary = summary_draft(cast.budget, month=2)
    comment = Comment.objects.create(year=year_row(YEAR), kind="question", text="ถนนจะเสร็จเมื่อไร", form_mark=mark())
    upload = Upload.objects.create(
        kind="lines", revision=draft, target="ร่าง", file=ContentFile(b"x", "budget.csv"), name="budget.csv",
        content_type="text/csv", size=1, sha256="0" * 64, made_by=cast.budget,
    )  # fmt: skip
    return {
        "document": str(shown.document.pk),
        "draft": str(draft.pk),
        "draft_line": str(draft.versions.earliest("position").pk),
        "statement": str(told(cast.budget, 9, {shown.road: (0, 80000)}, publish_it=False).pk),
        "summary": str(summary.pk),
        "purchase": str(purchase(summary).pk),
        "comment": str(comment.pk),
        "upload": str(upload.pk),
    }
