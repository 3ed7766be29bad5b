"""To be built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def my_loans(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan_new(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan_change(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan_cancel(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan_extend(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def loan_form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404


def return_form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """To be built."""
    raise Http404
