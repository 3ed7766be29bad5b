"""drafts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase


def plan_new(request: HttpRequest) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def plan_revise(request: HttpRequest, year: int, plan: str) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_words(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_documents(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_document_remove(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_changes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404


def draft_catch_up(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Not built yet."""
    raise Http404
