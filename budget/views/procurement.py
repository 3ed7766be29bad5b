"""procurement."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def procurement(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def procurement_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def procurement_report(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def procurement_month(request: HttpRequest, year: int, month: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def procurement_month_file(request: HttpRequest, year: int, month: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
