"""desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def desk(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def year_settings(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
