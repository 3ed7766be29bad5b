"""voices."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def questions(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def ask(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def asked(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def confirm_reading(request: HttpRequest, year: int, plan: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
