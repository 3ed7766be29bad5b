"""Activities in the back office, to look at: who changed what, and what was published. Acts are done at the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..models import Activity, ActivityVersion


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """At the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """At the desk."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public stays; drafts are thrown away at the desk."""
        return False


class VersionInline(ReadOnly, admin.TabularInline):
    """What was published of it."""

    model = ActivityVersion
    fields = ("number", "state", "took_part", "note", "published_by", "published_at")
    readonly_fields = fields
    ordering = ("-number",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """With who published it. One query."""
        return super().get_queryset(request).select_related("published_by")


@admin.register(Activity)
class ActivityAdmin(ReadOnly, HistoryAdmin):
    """Every activity with its history."""

    list_display = ("title", "state", "kind", "division", "day", "page")
    list_filter = ("state", "kind", "division")
    list_select_related = ("division",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title",)
    ordering = ("-starts_on", "-pk")
    inlines = (VersionInline,)

    @admin.display(description=_("first day"), ordering="starts_on")
    def day(self, activity: Activity) -> str:
        """In the Buddhist Era."""
        return short_date(activity.starts_on)

    @admin.display(description=_("Activities at the desk"))
    def page(self, activity: Activity) -> SafeString:
        """Where it is worked on."""
        return format_html(
            '<a href="{}">{}</a>', reverse("participation:activity_desk", args=[activity.code]), _("Open")
        )
