"""Comments and confirmations of reading in the back office."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin

from ..models import Comment, Reading
from .looking import OPEN, BigTable, LookOnly, day_of, link


@admin.register(Comment)
class CommentAdmin(LookOnly, HistoryAdmin):
    """What people wrote, with everything that was done with it and by whom."""

    list_display = ("__str__", "kind", "state", "year_number", "sent", "moderated_by", "answered_by", "page")
    list_filter = ("state", "kind", "by_staff", "year")
    list_select_related = ("moderated_by", "answered_by")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text", "answer")
    ordering = ("-pk",)
    exclude = ("form_mark",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("plan", "line", "moderated_by", "answered_by")

    @admin.display(description=_("fiscal year (B.E.)"), ordering="year")
    def year_number(self, comment: Comment) -> int:
        """Its key, without another query."""
        return comment.year_id

    @admin.display(description=_("sent at"), ordering="sent_at")
    def sent(self, comment: Comment) -> str:
        """In the Buddhist Era."""
        return day_of(comment.sent_at)

    @admin.display(description=_("page"))
    def page(self, comment: Comment) -> SafeString:
        """Where it is answered."""
        return link(reverse("budget:comment_desk", args=[comment.pk]), OPEN)


@admin.register(Reading)
class ReadingAdmin(BigTable):
    """Who of the staff has confirmed to have read what."""

    list_display = ("user", "division", "of_revision", "read_on")
    list_filter = ("division", "revision__plan__year")
    list_select_related = ("user", "division", "revision__plan")
    search_fields = ("=user__username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reading]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("user", "division", "revision__plan")

    @admin.display(description=_("revision"))
    def of_revision(self, reading: Reading) -> str:
        """Of which plan and number."""
        return str(reading.revision)

    @admin.display(description=_("read at"))
    def read_on(self, reading: Reading) -> str:
        """In the Buddhist Era."""
        return day_of(reading.read_at)
