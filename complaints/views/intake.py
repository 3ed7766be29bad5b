"""What came by letter, by telephone or at the counter: entered by an officer, answered with the same receipt."""

from __future__ import annotations

import base64
import secrets

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, today

from .. import store
from ..conflict import excluded
from ..forms.filing import POSTS
from ..forms.intake import IntakeForm
from ..http import desk_page
from ..models import ChannelSettings
from ..services.filing import NoRecipientError
from ..sessions import OpenVault, locks_at
from . import filing


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(takes_files=True)
def intake(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """The form; a good one is answered with the receipt to hand over. It is shown this once."""
    if request.method != "POST":
        form = IntakeForm(initial={"arrived_on": f"{today():%d/%m}/{today().year + BUDDHIST_ERA_OFFSET}"})
        return _form_page(request, form, secrets.token_bytes(filing.TOKEN_BYTES))
    token = filing.form_token(request)
    form = IntakeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form, token, status=422)
    if vault.officer.pk in excluded(form.accused, [vault.officer]):
        # The receipt's code would let them follow it: so it is not taken here at all.
        form.discard_received()
        return _form_page(request, form, token, status=422, refused="conflict")
    try:
        filed = filing.file_once(form.submission_by(vault.officer, token))
    except NoRecipientError:
        form.discard_received()
        return _form_page(request, form, token, status=422, refused="nobody")
    except store.FileGoneError:
        form.forget_missing()
        return _form_page(request, form, token, status=422)
    return filing.receipt_page(request, filed, by_officer=True)


def show_typed(request: HttpRequest, typed: QueryDict) -> HttpResponse:
    """The form as it was typed before the vault locked. Nothing is filed."""
    form = IntakeForm(typed)
    form.is_valid()  # the tickets of files are read
    return _form_page(request, form, secrets.token_bytes(filing.TOKEN_BYTES), refused="locked")


def _form_page(
    request: HttpRequest, form: IntakeForm, token: bytes, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    """The form. refused: `conflict`, where it concerns the officer; `nobody`, where nobody may read it; `locked`."""
    context = {
        "form": form,
        "token": base64.urlsafe_b64encode(token).decode(),
        "posts": POSTS,
        "refused": refused,
        "rules": ChannelSettings.current(),
        "locks_at": locks_at(request),
    }
    return render(request, "complaints/desk/intake.html", context, status=status)
