"""voices_desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def comments_desk(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def comment_desk(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def readers(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
