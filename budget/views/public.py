"""public."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def years(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def year(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
