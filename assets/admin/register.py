"""The register in the back office: the same guards as on the register's own pages, and no way around them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.admin_history import HistoryAdmin
from ita_portal.thai import short_date

from ..forms.register import SECTIONS, AssetForm
from ..models import Asset, Category, Delegation, RegisterSettings

_SECTIONS: list[Any] = [(heading, {"fields": names}) for heading, names in SECTIONS]


@admin.register(Asset)
class AssetAdmin(HistoryAdmin):
    """Assets. They leave the register on its own page, which asks for the reason; nothing is deleted.

    The form locks the row, which the admin's transaction lets it.
    """

    form = AssetForm
    fieldsets = (
        *_SECTIONS,
        (gettext_lazy("Register"), {"fields": ("seen", "page", "left")}),
    )
    readonly_fields = ("page", "left")
    list_display = ("number", "name", "category", "division", "place", "condition", "lendable", "left")
    list_filter = ("division", "category", "condition", "lendable", ("retired_on", admin.EmptyFieldListFilter))
    list_select_related = ("category", "division")
    list_per_page = 50
    # Counting the whole table for a line of text costs more than the page.
    show_full_result_count = False
    search_fields = ("number", "name")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Asset], search_term: str
    ) -> tuple[QuerySet[Asset], bool]:
        """As on the register's page: through its index, Thai inside words too."""
        words = search_term.replace("\x00", "")
        return (queryset.searched(words) if words else queryset), False  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("page of the asset"))
    def page(self, asset: Asset) -> str:
        """Where it is shown, and leaves the register."""
        if asset.pk is None:
            return "–"
        links = [
            (reverse("assets:item", args=[asset.label]), _("Open")),
            (reverse("assets:asset_retire", args=[asset.label]), _("Take out of the register")),
        ]
        shown = links if asset.retired_on is None else links[:1]
        return format_html(" · ".join(['<a href="{}">{}</a>'] * len(shown)), *(part for link in shown for part in link))

    @admin.display(description=gettext_lazy("left the register on"), ordering="retired_on")
    def left(self, asset: Asset) -> str:
        """When, and why."""
        return f"{short_date(asset.retired_on)} {asset.retired_reason}" if asset.retired_on else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was in the register stays on record."""
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A guard of the database that strikes after the form was looked through is a sentence, not a failure."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            messages.error(request, _("Somebody changed this a moment ago. Nothing was saved. Look again."))
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Category)
class CategoryAdmin(HistoryAdmin):
    """Kinds of assets, with their usual useful life."""

    list_display = ("order", "name", "code", "life_years")
    list_display_links = ("name",)
    search_fields = ("name", "code")


@admin.register(Delegation)
class DelegationAdmin(HistoryAdmin):
    """Delegations, to look at: they are entered and ended on their own page, where nobody names themselves."""

    list_display = ("deputy", "whom", "first_day", "last_day", "order")
    list_select_related = ("deputy", "division")
    fields = ("deputy", "whom", "first_day", "last_day", "order", "made_by")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("in place of"))
    def whom(self, delegation: Delegation) -> str:
        """The head of a division, or the mayor."""
        if delegation.division is None:
            return _("the mayor")
        return _("the head of %(division)s") % {"division": delegation.division}

    @admin.display(description=gettext_lazy("from"), ordering="start_on")
    def first_day(self, delegation: Delegation) -> str:
        """`1 ต.ค. 69`."""
        return short_date(delegation.start_on)

    @admin.display(description=gettext_lazy("to"), ordering="end_on")
    def last_day(self, delegation: Delegation) -> str:
        """`1 ต.ค. 69`."""
        return short_date(delegation.end_on)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On its own page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ordered stays as it was; it is ended on its own page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Loans were decided by it."""
        return False


@admin.register(RegisterSettings)
class RegisterSettingsAdmin(admin.ModelAdmin):
    """The one set of rules: its list leads straight to it."""

    fields = ("number_pattern", "most_loan_days", "most_days_ahead", "count_days")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one: open it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:assets_registersettings_change", args=[1]))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> RegisterSettings | None:
        """The rules, also where nobody has stored any yet."""
        return RegisterSettings.current() if object_id == "1" else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It is there."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The register cannot be without."""
        return False
