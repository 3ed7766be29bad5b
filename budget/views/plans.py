"""plans."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def plan(request: HttpRequest, year: int, plan: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def revision(request: HttpRequest, year: int, plan: str, number: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def changes(request: HttpRequest, year: int, plan: str, before: int, after: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def document(request: HttpRequest, year: int, plan: str, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
