"""Pages: remarks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def remarks(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def moderate(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
