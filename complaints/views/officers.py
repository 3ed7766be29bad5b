"""The officers among themselves: who is one, who becomes one, who leaves; and the recovery shares."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..http import desk_page, officer_page
from ..models import Officer
from ..sessions import OpenVault


@desk_page
def officers(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """Everybody who has or had a vault."""
    return render(request, "complaints/vault/officers.html", {"officers": Officer.objects.select_related("user")})


@desk_page
def recovery(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """Recovery shares."""
    return render(request, "complaints/vault/recovery.html")


@officer_page
def recover(request: HttpRequest) -> HttpResponse:
    """Cases back with shares."""
    return render(request, "complaints/vault/recover.html")
