"""Pages: results."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def overview(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def results(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def results_json(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def results_csv(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def results_xlsx(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404


def results_pdf(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
