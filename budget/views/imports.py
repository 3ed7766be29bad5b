"""imports."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_spending(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_purchases(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def uploads(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_store(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_problems(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def upload_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
