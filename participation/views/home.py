"""How to take part, on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..http import participation_public, show


@participation_public
def home(request: HttpRequest) -> HttpResponse:
    """The ways to take part."""
    return show(request, "participation/home.html", {}, room="home")
