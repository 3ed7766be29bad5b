"""Statements, purchases and uploaded files in the back office."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin

from ..desk_reading import month_name
from ..models import MonthSummary, ProcurementReport, Purchase, Spent, Statement, Upload
from .looking import OPEN, BigTable, LookOnly, day_of, in_baht, link


class OfMonth(LookOnly, HistoryAdmin):
    """What is told of a fiscal month: drafts and what is or was in force."""

    list_filter = ("state", "is_current", "year")
    list_select_related = ("made_by",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    exclude = ("form_mark",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("year", "made_by", "published_by")

    @admin.display(description=_("month"))
    def month_words(self, row: Statement | MonthSummary) -> str:
        """`ธันวาคม 2569`."""
        return month_name(row.month, row.year_id)

    @admin.display(description=_("published at"), ordering="published_at")
    def published_on(self, row: Statement | MonthSummary) -> str:
        """In the Buddhist Era."""
        return day_of(row.published_at)


@admin.register(Statement)
class StatementAdmin(OfMonth):
    """Statements of spending."""

    list_display = ("month_words", "number", "state", "is_current", "data_of", "made_by", "published_on", "page")
    search_fields = ("note",)

    @admin.display(description=_("data as of"), ordering="as_of")
    def data_of(self, row: Statement) -> str:
        """In the Buddhist Era."""
        return day_of(row.as_of)

    @admin.display(description=_("page"))
    def page(self, row: Statement) -> SafeString:
        """At the desk."""
        return link(reverse("budget:statement", args=[row.pk]), OPEN)


@admin.register(Spent)
class SpentAdmin(BigTable):
    """What statements say of lines."""

    list_display = ("code", "of_month", "committed", "paid", "got")
    list_filter = ("statement__is_current", "statement__year")
    list_select_related = ("line__plan", "statement")
    search_fields = ("=line__code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Spent]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("line__plan", "statement")

    @admin.display(description=_("budget line"))
    def code(self, row: Spent) -> str:
        """`ordinance/0001`."""
        return row.line.public_id

    @admin.display(description=_("month"))
    def of_month(self, row: Spent) -> str:
        """Up to the end of which month."""
        return month_name(row.statement.month, row.statement.year_id)

    @admin.display(description=_("obligated"))
    def committed(self, row: Spent) -> str:
        """In baht."""
        return in_baht(row.obligated)

    @admin.display(description=_("disbursed"))
    def paid(self, row: Spent) -> str:
        """In baht."""
        return in_baht(row.disbursed)

    @admin.display(description=_("received"))
    def got(self, row: Spent) -> str:
        """In baht."""
        return in_baht(row.received)


@admin.register(MonthSummary)
class MonthSummaryAdmin(OfMonth):
    """Monthly summaries of procurement."""

    list_display = ("month_words", "number", "state", "is_current", "nothing", "made_by", "published_on", "page")

    @admin.display(description=_("page"))
    def page(self, row: MonthSummary) -> SafeString:
        """At the desk."""
        return link(reverse("budget:summary", args=[row.pk]), OPEN)


@admin.register(Purchase)
class PurchaseAdmin(BigTable):
    """Purchases in the official columns."""

    list_display = ("title", "of_month", "method", "price", "winner", "line")
    list_filter = ("method", "status", "summary__is_current", "summary__year")
    list_select_related = ("summary", "line")
    search_fields = ("title", "winner", "contract_number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Purchase]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("summary", "line", "division")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Purchase], search_term: str
    ) -> tuple[QuerySet[Purchase], bool]:
        """By words of what was bought, from whom, or the contract."""
        words = search_term.replace("\0", "").strip()
        found = Q(title__icontains=words) | Q(winner__icontains=words) | Q(contract_number__icontains=words)
        return (queryset.filter(found) if words else queryset), False

    @admin.display(description=_("month"))
    def of_month(self, row: Purchase) -> str:
        """In which it is told."""
        return month_name(row.summary.month, row.summary.year_id)

    @admin.display(description=_("agreed price"))
    def price(self, row: Purchase) -> str:
        """In baht."""
        return in_baht(row.agreed_price)


@admin.register(ProcurementReport)
class ProcurementReportAdmin(LookOnly, HistoryAdmin):
    """Yearly reports of procurement."""

    list_display = ("year", "published_on", "page")
    list_select_related = ("year",)

    @admin.display(description=_("published at"), ordering="published_at")
    def published_on(self, row: ProcurementReport) -> str:
        """In the Buddhist Era."""
        return day_of(row.published_at)

    @admin.display(description=_("page"))
    def page(self, row: ProcurementReport) -> SafeString:
        """At the desk."""
        return link(reverse("budget:procurement_report_edit", args=[row.pk]), OPEN)


@admin.register(Upload)
class UploadAdmin(BigTable):
    """Every file that was uploaded. It is handed out by its page, never from here."""

    list_display = ("name", "kind", "target", "made_by", "uploaded", "stored", "page")
    list_filter = ("kind", ("stored_at", admin.EmptyFieldListFilter))
    list_select_related = ("made_by",)
    search_fields = ("name", "target", "=sha256")
    fields = (
        "kind", "target", "name", "content_type", "size", "sha256", "made_by", "made_at", "counts", "options",
        "stored_at", "stored_by", "page",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """Without the problems, which are long."""
        return super().get_queryset(request).select_related("made_by", "stored_by").defer("problems")

    @admin.display(description=_("uploaded at"))
    def uploaded(self, row: Upload) -> str:
        """In the Buddhist Era."""
        return day_of(row.made_at)

    @admin.display(description=_("stored at"))
    def stored(self, row: Upload) -> str:
        """In the Buddhist Era."""
        return day_of(row.stored_at)

    @admin.display(description=_("page"))
    def page(self, row: Upload) -> SafeString:
        """Its record, with what was found in it."""
        return link(reverse("budget:upload", args=[row.pk]), OPEN)
