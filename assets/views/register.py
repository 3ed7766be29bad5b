"""To be built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def register(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def asset_new(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def asset_edit(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def asset_retire(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def asset_photos(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def labels(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def register_file(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404
