"""Counts in the back office: to look, never to change; counting is done on its own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..models import Counter, CountItem, CountSession


class LookOnly(admin.ModelAdmin):
    """Shows rows and lets nobody change them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Counts are made on their pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was counted stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was counted stays."""
        return False


class CounterInline(admin.TabularInline):
    """The committee."""

    model = Counter
    extra = 0
    can_delete = False
    fields = ("user", "division", "chairs")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the count sees who counts."""
        return request.user.has_perm("assets.view_countsession")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Appointed on the count's own page, where the rule is held."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Counter]:
        """With names, in one query."""
        return super().get_queryset(request).select_related("user", "division", "session")


@admin.register(CountSession)
class CountSessionAdmin(LookOnly, HistoryAdmin):
    """Yearly counts, the latest first."""

    list_display = ("fiscal_year", "order", "begins", "due", "opened", "closed")
    inlines = (CounterInline,)
    list_select_related = ("made_by", "closed_by")
    show_full_result_count = False

    @admin.display(description=_("begins on"), ordering="start_on")
    def begins(self, session: CountSession) -> str:
        """In the Buddhist Era."""
        return short_date(session.start_on)

    @admin.display(description=_("to be reported by"), ordering="due_on")
    def due(self, session: CountSession) -> str:
        """In the Buddhist Era."""
        return short_date(session.due_on)

    @admin.display(description=_("opened at"), ordering="opened_at")
    def opened(self, session: CountSession) -> str:
        """In the Buddhist Era."""
        return short_date(session.opened_at) if session.opened_at else "–"

    @admin.display(description=_("closed at"), ordering="closed_at")
    def closed(self, session: CountSession) -> str:
        """In the Buddhist Era."""
        return short_date(session.closed_at) if session.closed_at else "–"


@admin.register(CountItem)
class CountItemAdmin(LookOnly):
    """What was found of each asset; large, so that nothing is counted through and nothing sorted anew."""

    list_display = ("asset", "session_year", "division", "result", "found", "condition", "counted_by", "counted_on")
    list_filter = ("session", "result")
    list_select_related = ("asset", "division", "session", "counted_by")
    search_fields = ("asset__number__exact",)
    show_full_result_count = False
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50

    @admin.display(description=_("fiscal year"))
    def session_year(self, item: CountItem) -> int:
        """Of its count."""
        return item.session.fiscal_year

    @admin.display(description=_("counted at"))
    def counted_on(self, item: CountItem) -> str:
        """In the Buddhist Era."""
        return short_date(item.counted_at) if item.counted_at else "–"
