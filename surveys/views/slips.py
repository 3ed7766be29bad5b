"""Pages: slips."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def poster(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def slips(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def revoke(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
