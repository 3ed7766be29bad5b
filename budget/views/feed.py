"""The feed of publications."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from organization.models import Municipality

from ..http import budget_public
from ..opendata.feed import atom

ATOM_TYPE = "application/atom+xml; charset=utf-8"


@budget_public
def feed(request: HttpRequest) -> HttpResponse:
    """`feed.atom`: the newest publications, for readers and programs."""
    municipality = Municipality.objects.first() or Municipality(name="–")
    return HttpResponse(atom(municipality, request.build_absolute_uri, request.get_host()), content_type=ATOM_TYPE)
