"""Documents, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import guidelines_public, show


@guidelines_public
def documents(request: HttpRequest) -> HttpResponse:
    """`/guidelines/`: all that are public."""
    return show(request, "guidelines/documents.html", {}, room="documents")
