"""The admin's history page, fed from the change history that the database keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pghistory.models
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import router
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

PER_PAGE = 50


def changes_of(instance: Model) -> QuerySet[Any]:
    """Every change of a tracked row, newest first: `pgh_created_at`, `pgh_label`, `pgh_diff`, `pgh_context`."""
    event_model = type(instance).pgh_event_models["update"]  # type: ignore[attr-defined]
    events: QuerySet[Any] = pghistory.models.Events.objects.across(event_model).tracks(instance)
    return events.order_by("-pgh_created_at", "-pgh_id")


def acting(event: Any) -> int | None:
    """The primary key of the person who made a change; None: a command."""
    return (event.pgh_context or {}).get("user")


def people_of(events: Iterable[Any]) -> dict[Any, Any]:
    """Who made these changes, by primary key. One query."""
    return get_user_model().objects.in_bulk({key for event in events if (key := acting(event))})


def act_words(label: str) -> str:
    """What was done to a row: `update` → “Changed”."""
    return {"insert": _("Added"), "update": _("Changed"), "delete": _("Deleted")}.get(label, label)


class HistoryAdmin(admin.ModelAdmin):
    """Shows who changed what and when, from and to, newest first; changes by commands and SQL included."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What a deletion would take along, counted: naming each row would cost queries that grow with the data."""
        collector: Any = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts = {str(model._meta.verbose_name_plural): len(rows) for model, rows in collector.model_objs.items()}
        kept = Counter(str(row._meta.verbose_name_plural) for row in collector.protected)
        protected = [f"{name}: {count}" for name, count in kept.items()]
        return [str(instance) for instance in objs], counts, set(), protected

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The changes of one object, 50 a page."""
        instance = self.get_object(request, object_id)
        if instance is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, instance):
            raise PermissionDenied
        model = type(instance)
        page = Paginator(changes_of(instance), PER_PAGE).get_page(request.GET.get("p"))
        people = people_of(page)
        rows = [
            {
                "at": event.pgh_created_at,
                "by": people.get(acting(event)),
                "act": act_words(event.pgh_label),
                "changes": self._changes(model, event.pgh_diff),
            }
            for event in page
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %(name)s") % {"name": instance},
            "rows": rows,
            "page": page,
            "object": instance,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/change_history.html", context)

    @staticmethod
    def _changes(model: Any, diff: dict[str, list[Any]] | None) -> list[dict[str, Any]]:
        names = {field.attname: field.verbose_name for field in model._meta.concrete_fields}
        return [
            {"field": names.get(name, name), "before": before, "after": after}
            for name, (before, after) in (diff or {}).items()
        ]
