"""What every page of the budget has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ita_portal.fiscal import FiscalYear
from organization.models import User
from organization.requests import holder, kept_public, new_form_mark, open_to_all, person

from .page_topics import TOPIC
from .querysets import KEEP_BUDGET

__all__ = ["budget_public", "new_form_mark", "officer", "open_to_all", "person", "show", "show_desk"]

budget_public = kept_public(TOPIC)
"""Marks a view as a page of the budget: for everybody, reading only, kept until something is published."""


def officer(request: HttpRequest) -> User:
    """The budget officer who asks. PermissionDenied (403) for everybody else."""
    return holder(request, KEEP_BUDGET)


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    year: int | None = None,
    room: str = "",
    status: int = 200,
) -> HttpResponse:
    """A public page in one of a year's rooms (`templates/budget/year_bar.html`); without a year: above them all."""
    return render(request, template, {**context, "year": year, "room": room}, status=status)


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200
) -> HttpResponse:
    """A page of the desk in one of its rooms (`templates/budget/desk_bar.html`)."""
    year = FiscalYear.current().number
    return render(request, template, {**context, "room": room, "current_year": year}, status=status)
