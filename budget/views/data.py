"""data."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def data(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def all_lines(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def lines_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def spending_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def revenue_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def transfers_file(request: HttpRequest, year: int, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def year_package(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def plan_file(request: HttpRequest, year: int, plan: str, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def plan_package(request: HttpRequest, year: int, plan: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
