"""Loans, damage and loss in the back office: to read. Work on them is done on the asset pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ita_portal.thai import short_date
from organization.models import User

from ..models import Incident, Loan, LoanEntry, LoanLine

_MOST_ROWS, _MOST_LISTED = 50, 10_000


class OnlyRead:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False


class LineInline(OnlyRead, admin.TabularInline):
    """Things of a loan."""

    model = LoanLine
    fields = ("position", "asset", "quantity", "held", "handed", "returned", "lost")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanLine]:
        """With the assets."""
        return super().get_queryset(request).select_related("asset").order_by("position")


class EntryInline(OnlyRead, admin.TabularInline):
    """What was done to a loan. Who may read the loan may read it."""

    model = LoanEntry
    fields = ("when", "act", "state", "by", "note")
    readonly_fields = fields
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """As for the loan."""
        return request.user.has_perm("assets.view_loan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanEntry]:
        """With the people."""
        return super().get_queryset(request).select_related("by").order_by("pk")

    @admin.display(description=_("when"))
    def when(self, entry: LoanEntry) -> str:
        """The day, in the Buddhist Era."""
        return short_date(entry.at)


class FirstRows(Paginator):
    """Pages of the first ten thousand rows: nobody turns more, and counting a million of them takes long."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, up to the limit."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:_MOST_LISTED].count()


class BigTable(OnlyRead, admin.ModelAdmin):
    """A table of up to a million rows: never counted whole, listed by its key."""

    show_full_result_count = False
    paginator = FirstRows
    list_per_page = _MOST_ROWS
    show_facets = admin.ShowFacets.NEVER


@admin.register(Loan)
class LoanAdmin(BigTable):
    """Loans with their things and their history."""

    list_display = ("reference", "state", "who", "owner", "use_at", "from_day", "to_day")
    list_select_related = ("borrower", "owner")
    list_filter = ("state", "use_at", "owner")
    search_fields = ("=number",)
    inlines = (LineInline, EntryInline)
    ordering = ("-pk",)
    exclude = ("form_mark",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As at the desk: the number of a loan or of an asset, a person, a thing."""
        from ..desk_reading import found_by

        words = search_term.replace("\0", "").strip()
        return (queryset.filter(pk__in=found_by(words)) if words else queryset), False

    @admin.display(description=_("number"))
    def reference(self, loan: Loan) -> str:
        """`12/2570`."""
        return loan.reference

    @admin.display(description=_("borrower"))
    def who(self, loan: Loan) -> User:
        """The borrower."""
        return loan.borrower

    @admin.display(description=_("from"))
    def from_day(self, loan: Loan) -> str:
        """In the Buddhist Era."""
        return short_date(loan.start_on)

    @admin.display(description=_("to"))
    def to_day(self, loan: Loan) -> str:
        """In the Buddhist Era."""
        return short_date(loan.due_on)


@admin.register(Incident)
class IncidentAdmin(BigTable):
    """Damage and loss."""

    list_display = ("kind", "asset", "quantity", "noticed", "remedy", "decided")
    list_select_related = ("asset",)
    list_filter = ("kind", "remedy")
    search_fields = ("asset__number__startswith",)
    ordering = ("-pk",)
    readonly_fields = ("asset", "handover", "noticed_by", "decided_by")

    @admin.display(description=_("noticed on"))
    def noticed(self, incident: Incident) -> str:
        """In the Buddhist Era."""
        return short_date(incident.noticed_on)

    @admin.display(description=_("decided on"))
    def decided(self, incident: Incident) -> str:
        """In the Buddhist Era."""
        return short_date(incident.decided_on) if incident.decided_on else "–"
