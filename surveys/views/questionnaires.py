"""Pages: questionnaires."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def questionnaires(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def questionnaire(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def draft(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def publish(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
