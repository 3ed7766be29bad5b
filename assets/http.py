"""What every page of the asset register has in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organization.models import User
from organization.requests import holder, new_form_mark, person

from .approvers import Seat
from .querysets import KEEP_REGISTER

__all__ = ["asset_officer", "new_form_mark", "person", "show"]


def show(request: HttpRequest, template: str, context: dict[str, Any], *, room: str, status: int = 200) -> HttpResponse:
    """A page in one of the rooms of `templates/assets/bar.html`."""
    seat = context.pop("seat", None) or Seat.of(person(request))
    return render(
        request, template, {**context, "seat": seat, "room": room, "approves": not seat.is_empty}, status=status
    )


def asset_officer(request: HttpRequest) -> User:
    """The asset officer who asks. PermissionDenied (403) for everybody else."""
    return holder(request, KEEP_REGISTER)
