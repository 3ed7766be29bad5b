"""Published versions: to read, never to change."""

from django.contrib import admin
from django.http import HttpRequest

from ..models import PlanVersion, ProgressVersion


class ReadOnlyAdmin(admin.ModelAdmin):
    """Only looks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Publishing is an act of its own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was published stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was published stays."""
        return False


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    """Published plans."""

    list_display = ("fiscal_year", "number", "published_at", "published_by", "is_current")
    list_filter = ("fiscal_year", "is_current")
    list_select_related = ("published_by",)
    exclude = ("content",)


@admin.register(ProgressVersion)
class ProgressVersionAdmin(ReadOnlyAdmin):
    """Published reports."""

    list_display = ("measure", "quarter", "number", "status", "published_at", "published_by", "is_current")
    list_filter = ("plan__fiscal_year", "quarter", "status", "is_current")
    list_select_related = ("measure", "published_by")
