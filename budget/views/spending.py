"""spending."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def statements(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
