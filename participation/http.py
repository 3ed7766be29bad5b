"""What every page of participation has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organization.models import User
from organization.requests import holder, kept_public, new_form_mark, open_to_all, person

from .page_topics import TOPIC
from .permissions import KEEP_PARTICIPATION

__all__ = ["new_form_mark", "officer", "open_to_all", "participation_public", "person", "show", "show_desk"]

participation_public = kept_public(TOPIC)
"""Marks a view as a page for everybody: reading only, kept until something of participation changes."""


def officer(request: HttpRequest) -> User:
    """Who keeps participation (the plan office). PermissionDenied (403) for everybody else."""
    return holder(request, KEEP_PARTICIPATION)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str = "", status: int = 200
) -> HttpResponse:
    """A public page in one of the rooms (`templates/participation/bar.html`)."""
    return render(request, template, {**context, "room": room}, status=status)


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200
) -> HttpResponse:
    """A page of the desk in one of its rooms (`templates/participation/desk_bar.html`)."""
    return render(request, template, {**context, "room": room}, status=status)
