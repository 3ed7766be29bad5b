"""To be built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def import_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def import_template(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404
