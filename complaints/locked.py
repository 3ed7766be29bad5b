"""What an officer typed when their vault had locked: the page that opens it carries it on, and nothing is stored.

Files that came wait sealed, as for any form that is shown again; the page holds their tickets.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from .forms.files import KEPT, AttachmentsForm
from .forms.vault import UnlockForm

PREFIX = "typed-"
"""Of the carried fields' names: a form may have a field `next` or `passphrase` of its own."""
SHOWN_AGAIN = ("complaints:case_act", "complaints:case_identity", "complaints:case_package", "complaints:intake")
"""Addresses whose forms are shown again as they were typed."""
_NOT_CARRIED = ("csrfmiddlewaretoken", KEPT)


def locked_page(request: HttpRequest) -> HttpResponse:
    """The answer to a form that came to a locked vault: nothing was done; the passphrase brings the form back."""
    match = request.resolver_match
    files = AttachmentsForm(request.POST, request.FILES)
    files.is_valid()
    typed = QueryDict(mutable=True)
    if match is None or match.view_name not in SHOWN_AGAIN:
        files.discard_received()
        reference = match.kwargs.get("reference") if match else None
        wanted = reverse("complaints:case", args=[reference]) if reference else reverse("complaints:desk")
    else:
        wanted = request.path
        for name, values in request.POST.lists():
            if name not in _NOT_CARRIED:
                typed.setlist(name, values)
    typed.setlist(KEPT, [file["ticket"] for file in files.tickets])
    form = UnlockForm(initial={"next": wanted})
    problems = [str(error) for error in files.errors.get("attachments", [])]
    return unlock_page(request, form, typed, problems=problems, has_locked=True, status=409)


def unlock_page(
    request: HttpRequest,
    form: UnlockForm,
    typed: QueryDict,
    *,
    problems: Iterable[str] = (),
    has_locked: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The form for the passphrase. typed: goes along. problems: of files. has_locked: a form came too late."""
    carried = [(PREFIX + name, value) for name, values in typed.lists() for value in values]
    context = {
        "form": form,
        "carried": carried,
        "files": len(typed.getlist(KEPT)),
        "problems": list(problems),
        "has_locked": has_locked or bool(carried),
    }
    return render(request, "complaints/vault/unlock.html", context, status=status)


def typed_before(request: HttpRequest) -> QueryDict:
    """What the form for the passphrase carried on; empty where nothing had been typed."""
    typed = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name.startswith(PREFIX):
            typed.setlist(name.removeprefix(PREFIX), values)
    return typed
