"""What the administrator sets: the channel's limits and words. Never a complaint."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import ChannelSettings


@admin.register(ChannelSettings)
class ChannelSettingsAdmin(admin.ModelAdmin):
    """The one set of settings: its list leads straight to it."""

    fieldsets = (
        (_("Time limits"), {"fields": ("answer_days", "only_working_days", "warn_days")}),
        (
            _("How long cases are kept"),
            {"fields": ("keep_closed_months", "keep_refused_months", "keep_withdrawn_months")},
        ),
        (_("Statistics"), {"fields": ("small_cell",)}),
        (
            _("What the public reads"),
            {"fields": ("responsible_unit", "phone", "email", "letter_address", "external_name")},
        ),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one: open it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:complaints_channelsettings_change", args=[1]))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ChannelSettings | None:
        """The settings, also where nobody has stored any yet."""
        return ChannelSettings.current() if object_id == "1" else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The channel cannot be without."""
        return False
