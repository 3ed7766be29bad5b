"""procurement_desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def summary_new(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def summary(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def summary_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def summary_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def purchase_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def purchase_edit(request: HttpRequest, pk: int, purchase: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def purchase_remove(request: HttpRequest, pk: int, purchase: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def procurement_report_edit(request: HttpRequest, year: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
