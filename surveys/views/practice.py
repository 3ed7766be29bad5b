"""Pages: practice."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def practices(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def questions(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def score(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def score_json(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
