"""A sealed package for another body: first its passphrase, then the file. Never both in one answer."""

from __future__ import annotations

import secrets
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import store
from ..casework import ChangedMeanwhileError, expect_unchanged
from ..desk_case import DeskCase
from ..documents.package import case_files, sealed_package
from ..forms.desk import PackageFileForm, PackageForm
from ..http import desk_page
from ..opened import Letter
from ..services import acts
from ..sessions import OpenVault, locks_at
from .casework import find_case, new_form, see_other, show_again, show_case, words_of_changed

_SIGNS = "23456789abcdefghjkmnpqrstvwxyz"
_GROUPS = 5


def new_passphrase() -> str:
    """98 random bits in groups of four signs that nobody confuses on the telephone."""
    return "-".join("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _group in range(_GROUPS))


@require_POST
@desk_page
def package(request: HttpRequest, reference: str, *, vault: OpenVault) -> HttpResponse:
    """Step one: the passphrase, shown once, and a button that fetches the file."""
    page = find_case(request, reference, vault)
    form = new_form(PackageForm, page, "package", request.POST)
    if not form.is_valid():
        return show_again(request, page, ("package", form))
    initial = {**form.cleaned_data, "passphrase": new_passphrase(), "seen": page.last_number}
    context = {
        "case": page.case,
        "form": PackageFileForm(initial=initial, page=page),
        "given": form.cleaned_data,
        "passphrase": initial["passphrase"],
        "files": len(case_files(page.opened)),
        "locks_at": locks_at(request),
    }
    return render(request, "complaints/desk/package.html", context)


@require_POST
@desk_page
def package_file(request: HttpRequest, reference: str, *, vault: OpenVault) -> HttpResponse:
    """Step two: the file, encrypted while it is sent. The act is in the log before its first byte."""
    page = find_case(request, reference, vault)
    form = PackageFileForm(request.POST, page=page)
    if not form.is_valid():
        return see_other(reverse("complaints:case", args=[reference]))
    given = form.cleaned_data
    files = case_files(page.opened)
    if not all(store.path_of(file.id).exists() for file in files):
        problem = _("A file of this complaint is no longer on this server. Tell whoever runs the server.")
        return show_case(request, page, problem=problem, status=409)
    try:
        identities = _note(page, vault, given)
    except ChangedMeanwhileError:
        return show_case(request, page, problem=words_of_changed(), status=409)
    sent = sealed_package(page.opened, files, identities, receiver=given["receiver"], passphrase=given["passphrase"])
    response = StreamingHttpResponse(sent, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{page.case.reference}.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cast(HttpResponse, response)


@transaction.atomic
def _note(page: DeskCase, vault: OpenVault, given: dict[str, str]) -> list[Letter]:
    """Keep what is done; the identity, opened, where it goes with it."""
    expect_unchanged(page.case, int(given["seen"] or 0))
    opened, officer = page.opened, vault.officer
    identities: list[Letter] = []
    if given["with_identity"]:
        identities = acts.open_identity(opened, by=officer, reason=given["reason"])
    why = _("For %(receiver)s") % {"receiver": given["receiver"]}
    if given["with_identity"]:
        why = _("For %(receiver)s, with the reporter's name and contact") % {"receiver": given["receiver"]}
    acts.note_export(opened, by=officer, why=why)
    return identities
