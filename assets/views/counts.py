"""To be built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def counts(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_new(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_counters(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_open(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_close(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_report(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404
