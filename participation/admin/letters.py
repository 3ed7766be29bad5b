"""Letters in the back office, to look at, and the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..models import Letter, LetterMessage, ParticipationSettings


class LookOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Citizens write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """At the desk."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Words end with their time of keeping."""
        return False


class MessageInline(LookOnly, admin.TabularInline):
    """What was written after a letter."""

    model = LetterMessage
    fields = ("author", "text", "sent_at")
    readonly_fields = fields
    extra = 0


@admin.register(Letter)
class LetterAdmin(LookOnly, HistoryAdmin):
    """What citizens wrote, with everything that was done with it and by whom."""

    list_display = ("__str__", "kind", "state", "division", "sent", "page")
    list_filter = ("state", "kind", "publication", "division")
    list_select_related = ("division",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("subject", "text")
    ordering = ("-pk",)
    exclude = ("code_mark", "form_mark", "search")
    inlines = (MessageInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        """With what a page of one shows."""
        return super().get_queryset(request).select_related("division", "about", "answered_by", "published_by")

    @admin.display(description=_("sent at"), ordering="sent_at")
    def sent(self, letter: Letter) -> str:
        """In the Buddhist Era."""
        return short_date(letter.sent_at)

    @admin.display(description=_("page"))
    def page(self, letter: Letter) -> SafeString:
        """Where the acts are."""
        return format_html('<a href="{}">{}</a>', reverse("participation:letter", args=[letter.pk]), _("Open"))


@admin.register(ParticipationSettings)
class ParticipationSettingsAdmin(admin.ModelAdmin):
    """The one set of settings: its list leads straight to it."""

    fields = ("answer_days", "near_days", "close_days", "keep_years")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one: open it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:participation_participationsettings_change", args=[1]))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> ParticipationSettings | None:
        """The settings, also where nobody has stored any yet."""
        return ParticipationSettings.current() if object_id == "1" else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Letters cannot be without."""
        return False
