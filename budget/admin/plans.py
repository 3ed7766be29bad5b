"""Years, plans, revisions, their lines, transfers and files in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin

from ..forms.plans import YearForm
from ..models import BudgetYear, Document, Line, LineVersion, Plan, Revision, Transfer
from .looking import OPEN, BigTable, LookOnly, SearchedBySigns, day_of, in_baht, link


@admin.register(BudgetYear)
class BudgetYearAdmin(HistoryAdmin):
    """Fiscal years with a budget; their inhabitants may be entered here and at the desk."""

    form = YearForm
    fields = ("fiscal_year", "inhabitants", "inhabitants_on", "desk")
    list_display = ("fiscal_year", "inhabitants", "as_of", "desk")

    def get_readonly_fields(self, request: HttpRequest, obj: BudgetYear | None = None) -> Any:
        """A year stays the year it is."""
        return ("desk",) if obj is None else ("fiscal_year", "desk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Plans hang on it."""
        return False

    @admin.display(description=_("inhabitants as of"), ordering="inhabitants_on")
    def as_of(self, row: BudgetYear) -> str:
        """In the Buddhist Era."""
        return day_of(row.inhabitants_on)

    @admin.display(description=_("budget desk"))
    def desk(self, row: BudgetYear) -> SafeString | str:
        """Where work on the year is done."""
        return link(f"{reverse('budget:desk')}?year={row.pk}", OPEN) if row.pk else "–"


class RevisionInline(LookOnly, admin.TabularInline):
    """The revisions of a plan."""

    model = Revision
    fk_name = "plan"
    extra = 0
    fields = ("number", "state", "is_current", "title", "published_on", "page")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """With their plan, in one query."""
        return super().get_queryset(request).select_related("plan").order_by("-pk")

    @admin.display(description=_("published at"))
    def published_on(self, revision: Revision) -> str:
        """In the Buddhist Era."""
        return day_of(revision.published_at)

    @admin.display(description=_("page"))
    def page(self, revision: Revision) -> SafeString:
        """Where it is read or worked on."""
        return _page_of(revision)


def _page_of(revision: Revision) -> SafeString:
    return link(reverse("budget:draft", args=[revision.pk]) if revision.is_draft else revision.get_absolute_url(), OPEN)


@admin.register(Plan)
class PlanAdmin(LookOnly, admin.ModelAdmin):
    """Plans, the latest years first."""

    ordering = ("-year_id", "pk")
    list_display = ("name", "year_number", "desk")
    list_display_links = ("name",)
    list_filter = ("kind", ("year", admin.RelatedOnlyFieldListFilter))
    list_per_page = 50
    show_full_result_count = False
    inlines = (RevisionInline,)

    @admin.display(description=_("fiscal year (B.E.)"), ordering="year")
    def year_number(self, plan: Plan) -> int:
        """Its key, without another query."""
        return plan.year_id

    @admin.display(description=_("budget desk"))
    def desk(self, plan: Plan) -> SafeString:
        """Where work on it is done."""
        return link(f"{reverse('budget:desk')}?year={plan.year_id}", OPEN)


class TransferInline(LookOnly, admin.TabularInline):
    """Money that moves by a revision."""

    model = Transfer
    extra = 0
    fields = ("from_line", "to_line", "amount", "approver", "approved_on", "document_number", "reason")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """With the lines."""
        return super().get_queryset(request).select_related("from_line", "to_line")


class DocumentInline(LookOnly, admin.TabularInline):
    """Files of a revision."""

    model = Document
    extra = 0
    fields = ("title", "name", "content_type", "size", "added_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With who added them."""
        return super().get_queryset(request).select_related("added_by")


@admin.register(Revision)
class RevisionAdmin(LookOnly, HistoryAdmin):
    """Drafts and what is or was in force, with every change and the person who made it."""

    list_display = ("title", "plan", "number", "state", "is_current", "made_by", "published_on", "page")
    list_filter = ("state", "is_current", "plan__kind", "plan__year")
    list_select_related = ("plan", "made_by")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "reason", "document_number")
    ordering = ("-pk",)
    fields = (
        "plan", "number", "state", "is_current", "title", "reason", "based_on", "declared_total", "approver",
        "approved_on", "document_number", "made_by", "made_at", "published_by", "published_at", "page",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (TransferInline, DocumentInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("plan", "based_on__plan", "made_by", "published_by")

    @admin.display(description=_("published at"), ordering="published_at")
    def published_on(self, revision: Revision) -> str:
        """In the Buddhist Era."""
        return day_of(revision.published_at)

    @admin.display(description=_("page"))
    def page(self, revision: Revision) -> SafeString:
        """Where it is read or worked on."""
        return _page_of(revision)


@admin.register(Line)
class LineAdmin(BigTable):
    """Lines as themselves, over all revisions."""

    list_display = ("code", "plan", "page")
    list_filter = ("plan__kind",)
    list_select_related = ("plan",)
    search_fields = ("=code",)

    @admin.display(description=_("page"))
    def page(self, line: Line) -> SafeString:
        """Where everybody reads it, once it is published."""
        return link(line.get_absolute_url(), line.public_id)


@admin.register(LineVersion)
class LineVersionAdmin(SearchedBySigns, BigTable, HistoryAdmin):
    """What revisions say of lines, with every change while it was a draft."""

    list_display = ("item", "code", "of_revision", "programme", "division", "amount")
    list_filter = ("programme", "group", "revision__is_current", "revision__plan__year")
    list_select_related = ("line", "revision__plan", "division")
    search_fields = ("item",)
    exclude = ("search",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LineVersion]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("line", "revision__plan", "division", "serves")

    @admin.display(description=_("code"))
    def code(self, version: LineVersion) -> str:
        """Of its line."""
        return version.line.code

    @admin.display(description=_("revision"))
    def of_revision(self, version: LineVersion) -> str:
        """Of which plan and number."""
        return str(version.revision)

    @admin.display(description=_("revised amount"))
    def amount(self, version: LineVersion) -> str:
        """In baht."""
        return in_baht(version.revised)


@admin.register(Transfer)
class TransferAdmin(LookOnly, HistoryAdmin):
    """Transfers, with who approved them."""

    list_display = ("amount", "from_line", "to_line", "approver", "approved", "document_number", "of_revision")
    list_filter = ("approver", "revision__state", "revision__plan__year")
    list_select_related = ("from_line", "to_line", "revision__plan")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("document_number", "reason", "=from_line__code", "=to_line__code")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transfer]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("from_line", "to_line", "revision__plan")

    @admin.display(description=_("approved on"), ordering="approved_on")
    def approved(self, made: Transfer) -> str:
        """In the Buddhist Era."""
        return day_of(made.approved_on)

    @admin.display(description=_("revision"))
    def of_revision(self, made: Transfer) -> str:
        """Of which plan and number."""
        return str(made.revision)


@admin.register(Document)
class DocumentAdmin(BigTable):
    """Files of revisions. They are handed out by the pages, never from here."""

    list_display = ("title", "name", "of_revision", "added_by", "added")
    list_filter = ("revision__state",)
    list_select_related = ("revision__plan", "added_by")
    search_fields = ("title", "name", "=sha256")
    exclude = ("file",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Document], search_term: str
    ) -> tuple[QuerySet[Document], bool]:
        """By words of the title or the name, or by the digest."""
        words = search_term.replace("\0", "").strip()
        found = Q(title__icontains=words) | Q(name__icontains=words) | Q(sha256=words)
        return (queryset.filter(found) if words else queryset), False

    @admin.display(description=_("revision"))
    def of_revision(self, document: Document) -> str:
        """Of which plan and number."""
        return str(document.revision)

    @admin.display(description=_("added at"))
    def added(self, document: Document) -> str:
        """In the Buddhist Era."""
        return day_of(document.added_at)
