"""feed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def feed(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
