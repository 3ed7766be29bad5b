"""Documents, their versions and confirmations in the back office: looked at, never changed here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..models import Acknowledgement, CheckQuestion, Document, Version


class LookOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """At the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """At the desk."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published stays; drafts are thrown away at the desk."""
        return False


@admin.register(Document)
class DocumentAdmin(LookOnly, HistoryAdmin):
    """Documents with the history of who reads and confirms them."""

    list_display = ("slug", "readers", "audience", "withdrawn_on", "desk")
    list_filter = ("readers", "audience")
    exclude = ("form_mark",)

    @admin.display(description=_("page"))
    def desk(self, document: Document) -> SafeString:
        """Where it is worked on."""
        url = reverse("guidelines:document_desk", args=[document.slug])
        return format_html('<a href="{}">{}</a>', url, _("Open"))


class QuestionsInline(LookOnly, admin.TabularInline):
    """The check questions of a version."""

    model = CheckQuestion
    extra = 0


@admin.register(Version)
class VersionAdmin(LookOnly, HistoryAdmin):
    """Versions with everything that was written in their drafts, and by whom."""

    list_display = ("__str__", "document", "number", "state", "in_force", "published_by")
    list_filter = ("state", "document")
    list_select_related = ("document", "published_by")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    inlines = (QuestionsInline,)

    @admin.display(description=_("in force since"), ordering="in_force_on")
    def in_force(self, version: Version) -> str:
        """In the Buddhist Era."""
        return short_date(version.in_force_on) if version.in_force_on else "–"


@admin.register(Acknowledgement)
class AcknowledgementAdmin(LookOnly, admin.ModelAdmin):
    """Who has confirmed what."""

    list_display = ("user", "division", "version", "confirmed")
    list_filter = ("division", "version__document")
    list_select_related = ("user", "division", "version")
    search_fields = ("=user__username",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acknowledgement]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("user", "division", "version")

    @admin.display(description=_("confirmed"), ordering="acknowledged_at")
    def confirmed(self, one: Acknowledgement) -> str:
        """In the Buddhist Era."""
        return short_date(one.acknowledged_at)
