"""What every page of guidelines and trainings has in common."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ita_portal.page_cache import public_page
from organization.models import User

from .choices import KEEP_GUIDELINES
from .page_topics import TOPIC

View = Callable[..., Any]


def guidelines_public(view: View) -> View:
    """Mark a view as a page for everybody: reading only, cached until something is published."""
    return login_not_required(require_safe(public_page("organization", TOPIC)(view)))


def open_to_all(view: View) -> View:
    """Mark a view as one for everybody that is not kept."""
    return login_not_required(view)


def person(request: HttpRequest) -> User:
    """Who has signed in."""
    return cast(User, request.user)


def officer(request: HttpRequest) -> User:
    """Who keeps guidelines and trainings, and asks. PermissionDenied (403) for everybody else."""
    user = person(request)
    if not user.has_perm(KEEP_GUIDELINES):
        raise PermissionDenied
    return user


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


def new_form_mark() -> str:
    """The mark of a form that is shown: what is sent twice with the same mark is done once."""
    return uuid.uuid4().hex
