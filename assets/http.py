"""What every page of the asset register has in common."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organization.models import User

from .approvers import Seat
from .querysets import KEEP_REGISTER


def person(request: HttpRequest) -> User:
    """Who has signed in."""
    return cast(User, request.user)


def show(request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200) -> HttpResponse:
    """A page in one of the rooms of `templates/assets/bar.html`."""
    seat = context.pop("seat", None) or Seat.of(person(request))
    return render(
        request, template, {**context, "seat": seat, "room": room, "approves": not seat.is_empty}, status=status
    )


def asset_officer(request: HttpRequest) -> User:
    """The asset officer who asks. PermissionDenied (403) for everybody else."""
    user = person(request)
    if not user.has_perm(KEEP_REGISTER):
        raise PermissionDenied
    return user


def new_form_mark() -> str:
    """The mark of a form that is shown: what is sent twice with the same mark is done once."""
    return uuid.uuid4().hex
