"""lines."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def search(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def lines(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def line(request: HttpRequest, year: int, plan: str, code: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
