"""draft_lines."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def draft_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_line_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_line(request: HttpRequest, pk: int, version: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_line_remove(request: HttpRequest, pk: int, version: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_transfer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_transfer_undo(request: HttpRequest, pk: int, transfer: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
