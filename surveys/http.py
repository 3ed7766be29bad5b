"""What every page of the surveys has in common."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from organization.models import User
from organization.requests import holder, kept_public, new_form_mark

from .models import Survey
from .page_topics import TOPIC
from .querysets import KEEP_SURVEYS

__all__ = ["begun_survey", "keeper", "new_form_mark", "show", "show_desk", "surveys_public"]

surveys_public = kept_public(TOPIC)
"""Marks a view as a page of the surveys: for everybody, reading only, kept until a count changes."""


def keeper(request: HttpRequest) -> User:
    """Who keeps the surveys and asks. PermissionDenied (403) for everybody else."""
    return holder(request, KEEP_SURVEYS)


def begun_survey(code: str) -> Survey:
    """The survey of an address, with its questionnaire; Http404 for none, and for one that has not begun."""
    found: Survey | None = Survey.objects.begun().filter(code=code).select_related("questionnaire", "version").first()
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A public page."""
    return render(request, template, context, status=status)


def show_desk(
    request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200
) -> HttpResponse:
    """A page of the desk in one of its rooms (`templates/surveys/desk_bar.html`)."""
    return render(request, template, {**context, "room": room}, status=status)
