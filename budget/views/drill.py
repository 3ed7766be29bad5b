"""drill."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def dimension(request: HttpRequest, year: int, dimension: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def slice_page(request: HttpRequest, year: int, dimension: str, key: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
