"""What every page of participation has in common."""

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

from .page_topics import TOPIC
from .permissions import KEEP_PARTICIPATION

View = Callable[..., Any]


def participation_public(view: View) -> View:
    """Mark a view as a page for everybody: reading only, cached until something of participation changes."""
    return login_not_required(require_safe(public_page("organization", TOPIC)(view)))


def open_to_all(view: View) -> View:
    """Mark a view as one for everybody that is not kept: forms, large files."""
    return login_not_required(view)


def person(request: HttpRequest) -> User:
    """Who has signed in."""
    return cast(User, request.user)


def officer(request: HttpRequest) -> User:
    """Who keeps participation (the plan office). PermissionDenied (403) for everybody else."""
    user = person(request)
    if not user.has_perm(KEEP_PARTICIPATION):
        raise PermissionDenied
    return user


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


def new_form_mark() -> str:
    """The mark of a form that is shown: what is sent twice with the same mark is done once."""
    return uuid.uuid4().hex
