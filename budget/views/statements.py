"""statements."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def statement_new(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def statement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def statement_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def statement_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
