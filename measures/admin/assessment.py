"""Results of the assessment in the back office: to look at. They are written at their own desk and published there."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.admin_history import HistoryAdmin

from ..models import AssessmentResult, IndicatorScore, QuestionScore


class _Scores(admin.TabularInline):
    """Looks only."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Written at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Written at the desk."""
        return False


class IndicatorInline(_Scores):
    """Indicators of a result."""

    model = IndicatorScore
    fields = ("number", "name", "instrument", "score", "is_complete")


class QuestionInline(_Scores):
    """Questions of a result."""

    model = QuestionScore
    fields = ("code", "text", "indicator", "sub_indicator", "mark", "score")


@admin.register(AssessmentResult)
class AssessmentResultAdmin(HistoryAdmin):
    """Every version of every year, drafts too, with its history."""

    list_display = ("fiscal_year", "number", "state", "is_current", "total", "level", "at_desk")
    list_filter = ("state", "is_current")
    inlines = (IndicatorInline, QuestionInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssessmentResult]:
        """The newest year first."""
        found: QuerySet[AssessmentResult] = super().get_queryset(request).order_by("-fiscal_year", "-number")
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Begun at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Written at the desk."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A draft is thrown away at the desk; what was published stays."""
        return False

    @admin.display(description=_("page"))
    def at_desk(self, result: AssessmentResult) -> SafeString:
        """Where it is worked on, or read."""
        url = result.get_absolute_url() if result.pk else reverse("measures:assessment_desk")
        return format_html('<a href="{}">{}</a>', url, result)
