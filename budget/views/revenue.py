"""revenue."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def revenue(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
