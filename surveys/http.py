"""What every page of the surveys has in common."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ita_portal.page_cache import public_page
from organization.models import User

from .models import Survey
from .page_topics import TOPIC
from .querysets import KEEP_SURVEYS

View = Callable[..., Any]


def surveys_public(view: View) -> View:
    """Mark a view as a page of the surveys: for everybody, reading only, cached until a count changes."""
    return login_not_required(require_safe(public_page("organization", TOPIC)(view)))


def keeper(request: HttpRequest) -> User:
    """Who keeps the surveys and asks. PermissionDenied (403) for everybody else."""
    user = cast(User, request.user)
    if not user.has_perm(KEEP_SURVEYS):
        raise PermissionDenied
    return user


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


def new_form_mark() -> str:
    """The mark of a form that is shown: what is sent twice with the same mark is done once."""
    return uuid.uuid4().hex
