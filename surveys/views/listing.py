"""Pages: listing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def surveys(request: HttpRequest, **_place: Any) -> HttpResponse:
    """Not built yet."""
    raise Http404
