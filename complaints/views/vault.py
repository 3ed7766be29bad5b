"""An officer's own vault: set up, opened, locked, under another passphrase."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organization.models import User

from ..choices import OfficerState
from ..flood import Window
from ..forms.vault import ChangeForm, ReplaceForm, SetUpForm, UnlockForm
from ..http import officer_page
from ..locked import SHOWN_AGAIN, typed_before, unlock_page
from ..models import ChannelKeys, Officer
from ..sealing import KeyPair
from ..services.officers import (
    OfficerError,
    WrongPassphraseError,
    cases_only_of,
    change_passphrase,
    control_number,
    must_be_confirmed,
    set_up_vault,
    unlock_vault,
)
from ..sessions import OpenVault, end_vault, open_vault, set_vault_cookie, start_vault
from . import casework, intake

TRIES_IN_TEN_MINUTES = 10
"""Of one person, in one process: an opened account must not become a machine that guesses passphrases."""
tries = Window(TRIES_IN_TEN_MINUTES, 600)


def officer_of(request: HttpRequest) -> Officer | None:
    """The vault of who is signed in, or None where there is none any more."""
    return Officer.objects.filter(user=request.user.pk).exclude(state=OfficerState.LEFT).select_related("user").first()


def too_many_tries(request: HttpRequest) -> bool:
    """Count a passphrase or password that this person tries; whether they must wait."""
    return tries.over(str(request.user.pk).encode())


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def set_up(request: HttpRequest) -> HttpResponse:
    """A vault for an officer who has none, or a new one in place of one whose passphrase is lost."""
    person = cast(User, request.user)
    old = officer_of(request)
    if request.method == "POST" and old is not None and "lost" not in request.POST and "password" not in request.POST:
        return redirect("complaints:unlock")  # the form of a first vault, sent twice
    if old is not None and (alone := cases_only_of(old)):
        return _not_replaced(request, alone)
    make = ReplaceForm if old is not None else SetUpForm
    form = make(request.POST or None, person=person)
    status = 200
    if request.method == "POST":
        if too_many_tries(request):
            return wait(request)
        if form.is_valid():
            return _made(request, person, form.cleaned_data["passphrase"])
        status = 422
    return render(request, "complaints/vault/set_up.html", {"form": form, "old": old}, status=status)


def _made(request: HttpRequest, person: User, passphrase: str) -> HttpResponse:
    """Set the vault up and lead on: the first of all is open and makes the shares, every other one waits."""
    try:
        officer = set_up_vault(person, passphrase)
    except OfficerError:  # a complaint came meanwhile, or who else held one has left
        return redirect("complaints:vault_set_up")
    if officer.state != OfficerState.ACTIVE:
        return redirect("complaints:unlock")
    response = redirect("complaints:recovery")
    set_vault_cookie(request, response, start_vault(officer, unlock_vault(officer, passphrase)))
    return response


def _not_replaced(request: HttpRequest, alone: int) -> HttpResponse:
    """Why this vault stays, and what can be done."""
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/vault/not_replaced.html", {"alone": alone}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the vault with its passphrase, and go on to where one wanted to."""
    officer = officer_of(request)
    if officer is None:
        return redirect("complaints:vault_set_up")
    if officer.state == OfficerState.PENDING:
        shares = not must_be_confirmed(officer) and ChannelKeys.objects.exclude(recovery_public=None).exists()
        context = {"control": control_number(officer), "has_shares": shares}
        return render(request, "complaints/vault/waiting.html", context)
    wanted = _safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST":
        return _unlock(request, officer, wanted)
    if open_vault(request) is not None:
        return redirect(wanted)
    return unlock_page(request, UnlockForm(initial={"next": wanted}), typed_before(request))


def _unlock(request: HttpRequest, officer: Officer, wanted: str) -> HttpResponse:
    """Try the passphrase of the form; what was typed before the vault locked is carried on or shown again."""
    form, typed = UnlockForm(request.POST), typed_before(request)
    if too_many_tries(request):
        if not typed:
            return wait(request)
        form.add_error("passphrase", _("Too many passphrases were tried. Wait ten minutes, then try again."))
        return unlock_page(request, form, typed, status=429)
    if form.is_valid():
        try:
            private = unlock_vault(officer, form.cleaned_data["passphrase"])
        except WrongPassphraseError:
            form.refuse()
        else:
            vault = OpenVault(officer, KeyPair.of(private))
            response = _typed_again(request, typed, wanted, vault) if typed else redirect(wanted)
            set_vault_cookie(request, response, start_vault(officer, private))
            return response
    return unlock_page(request, form, typed, status=422)


def _typed_again(request: HttpRequest, typed: QueryDict, wanted: str, vault: OpenVault) -> HttpResponse:
    """The form as it was typed before the vault locked, to be looked through and sent; nothing of it is done here."""
    try:
        match = resolve(wanted)
    except Resolver404:
        return redirect(wanted)
    if match.view_name == "complaints:intake":
        return intake.show_typed(request, typed)
    if match.view_name not in SHOWN_AGAIN:
        return redirect(wanted)
    act = match.kwargs.get("name") or match.view_name.removeprefix("complaints:case_")
    return casework.show_typed(request, typed, match.kwargs["reference"], act, vault)


@require_POST
@officer_page
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the vault in this browser."""
    response = redirect("complaints:unlock")
    end_vault(request, response)
    messages.success(request, _("Your vault is locked."))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def passphrase(request: HttpRequest) -> HttpResponse:
    """Another passphrase: every opened vault of this officer is locked, then opened anew with the new one."""
    officer = officer_of(request)
    if officer is None:
        return redirect("complaints:vault_set_up")
    form = ChangeForm(request.POST or None, person=cast(User, request.user))
    status = 200
    if request.method == "POST":
        if too_many_tries(request):
            return wait(request)
        if form.is_valid():
            try:
                change_passphrase(officer, form.cleaned_data["current"], form.cleaned_data["passphrase"])
            except WrongPassphraseError:
                form.refuse()
            else:
                response = redirect("complaints:unlock")
                end_vault(request, response)
                messages.success(request, _("The passphrase is changed. Open your vault with the new one."))
                return response
        status = 422
    return render(request, "complaints/vault/passphrase.html", {"form": form}, status=status)


def _safe_next(request: HttpRequest, wanted: str) -> str:
    """Where to go after unlocking: a page of the desk on this portal, or the desk itself."""
    below = wanted.removeprefix("/en").startswith("/complaints/desk/")
    odd = ".." in wanted or "\\" in wanted
    if below and not odd and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("complaints:desk")


def wait(request: HttpRequest) -> HttpResponse:
    """Too often tried."""
    return render(request, "complaints/vault/wait.html", status=429)
