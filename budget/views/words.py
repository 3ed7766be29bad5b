"""words."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def words(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
