"""What pages of every app ask of a request: who it is, whether they may, and the mark of a form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.http import require_safe

from ita_portal.page_cache import public_page

from .models import User

View = Callable[..., Any]


def kept_public(topic: str) -> Callable[[View], View]:
    """Marks a view as a page for everybody: reading only, kept until `topic` or the municipality changes."""

    def marked(view: View) -> View:
        return login_not_required(require_safe(public_page("organization", topic)(view)))

    return marked


def open_to_all(view: View) -> View:
    """Mark a view as one for everybody that is not kept: search, large files, forms."""
    return login_not_required(view)


def person(request: HttpRequest) -> User:
    """Who has signed in."""
    return cast(User, request.user)


def holder(request: HttpRequest, permission: str) -> User:
    """Who has signed in and has a permission. PermissionDenied (403) for everybody else."""
    user = person(request)
    if not user.has_perm(permission):
        raise PermissionDenied
    return user


def new_form_mark() -> str:
    """The mark of a form that is shown: what is sent twice with the same mark is done once."""
    return uuid.uuid4().hex
