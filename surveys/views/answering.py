"""Pages: answering."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def answer(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def with_slip(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def thanks(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
