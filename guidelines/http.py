"""What every page of guidelines and trainings has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organization.models import User
from organization.requests import holder, kept_public, new_form_mark, open_to_all, person

from .choices import KEEP_GUIDELINES
from .page_topics import TOPIC

__all__ = ["guidelines_public", "new_form_mark", "officer", "open_to_all", "person", "show", "show_desk"]

guidelines_public = kept_public(TOPIC)
"""Marks a view as a page for everybody: reading only, kept until something is published."""


def officer(request: HttpRequest) -> User:
    """Who keeps guidelines and trainings, and asks. PermissionDenied (403) for everybody else."""
    return holder(request, KEEP_GUIDELINES)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str = "", status: int = 200
) -> HttpResponse:
    """A page that extends `guidelines/page.html`, in one of the rooms of `guidelines/bar.html`: documents, trainings.

    Pages of the staff that extend `guidelines/staff.html` have the rooms mine, my_trainings, shares."""
    return render(request, template, {**context, "room": room}, status=status)


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200
) -> HttpResponse:
    """A page that extends `guidelines/desk.html`, in one of the rooms of `guidelines/desk_bar.html`: documents,
    trainings."""
    return render(request, template, {**context, "room": room}, status=status)
