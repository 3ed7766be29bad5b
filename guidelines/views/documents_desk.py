"""The desk of documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import officer, show_desk


def desk(request: HttpRequest) -> HttpResponse:
    """`/guidelines/desk/`: all documents."""
    officer(request)
    return show_desk(request, "guidelines/documents_desk.html", {}, room="documents")
