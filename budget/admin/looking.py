"""What the back office of the budget has in common: rows are looked at; acts are done at the desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ita_portal.thai import baht, short_date
from organization.search import containing

MOST_LISTED = 10_000


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


class FirstRows(Paginator):
    """Pages of the first ten thousand rows: nobody turns more, and counting a million of them takes long."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, up to the limit."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:MOST_LISTED].count()


class BigTable(LookOnly, admin.ModelAdmin):
    """A table that grows with the years: never counted whole, listed by its key, sorted by nothing else."""

    show_full_result_count = False
    paginator = FirstRows
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-pk",)
    sortable_by = ()


class SearchedBySigns:
    """Search through the index of the lines, Thai inside words too."""

    searched_column = "search"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As on the pages."""
        words = search_term.replace("\0", "").strip()
        return (containing(queryset, self.searched_column, words) if words else queryset), False


def day_of(value: dt.date | dt.datetime | None) -> str:
    """In the Buddhist Era; an en dash for none."""
    return short_date(value) if value else "–"


def link(url: str, words: object) -> SafeString:
    """A way to a page of the portal."""
    return format_html('<a href="{}">{}</a>', url, words)


def who(model: Model | None) -> str:
    """A person, or an en dash."""
    return str(model) if model is not None else "–"


def in_baht(value: Any) -> str:
    """`1,234,567.00`; an en dash where it is not known."""
    return baht(value)


OPEN = _("Open")
