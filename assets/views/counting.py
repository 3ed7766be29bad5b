"""To be built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_entry(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def count_surprise(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404
