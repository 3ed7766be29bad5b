"""The recovery shares: made, printed, and used when a passphrase is lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from organization.models import Municipality

from .. import sealing
from ..choices import Act
from ..documents.shares import shares_pdf
from ..forms.officers import MOST_SHARES, RecoverForm, SharesForm
from ..http import desk_page, officer_page
from ..models import CaseLogEntry, ChannelKeys
from ..services.officers import (
    OfficerError,
    cases_to_cover,
    cover_cases,
    make_recovery,
    must_be_confirmed,
    recover_cases,
)
from ..sessions import OpenVault
from .vault import officer_of, too_many_tries, wait


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def recovery(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """What shares there are; making them. They are in the answer to the form, once, and nowhere else."""
    keys = ChannelKeys.objects.exclude(recovery_public=None).first()
    known = bytes(keys.recovery_public or b"") if keys is not None else b""
    form = SharesForm(request.POST or None, initial={"instead_of": known.hex()})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            needed, total = form.cleaned_data["needed"], form.cleaned_data["total"]
            try:
                instead_of = bytes.fromhex(form.cleaned_data["instead_of"]) or None
                shares = make_recovery(needed=needed, total=total, by=vault, instead_of=instead_of)
            except (OfficerError, ValueError):
                messages.error(
                    request, _("Shares were made in the meantime. The ones shown last are the ones that count.")
                )
                return redirect("complaints:recovery")
            return _show(request, shares, needed)
        status = 422
    context = {
        "form": form, "keys": keys,
        "made": CaseLogEntry.objects.filter(act=Act.RECOVERY_SET_UP).select_related("by").last(),
        "uncovered": cases_to_cover(vault.officer),
    }  # fmt: skip
    return render(request, "complaints/vault/recovery.html", context, status=status)


@require_POST
@desk_page
def cover(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """Seal the complaints that one holds to the shares that another officer made."""
    try:
        covered = cover_cases(by=vault)
    except OfficerError:
        return redirect("complaints:recovery")
    said = ngettext(
        "%(count)d complaint can be brought back with the present shares.",
        "%(count)d complaints can be brought back with the present shares.",
        covered,
    )
    messages.success(request, said % {"count": covered})
    return redirect("complaints:recovery")


@require_POST
@desk_page
def shares_file(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """The shares of the page as PDF, one a page. They come from the form and are kept nowhere."""
    shares = request.POST.getlist("share")[: MOST_SHARES + 1]
    try:
        facts = [sealing.share_facts(share) for share in shares]
    except sealing.ShareError:
        facts = []
    if not facts or len(facts) > MOST_SHARES:
        messages.error(request, _("These are no shares. Make them anew."))
        return redirect("complaints:recovery")
    pdf = shares_pdf(shares, municipality=Municipality.objects.get(), needed=facts[0].needed)
    name = 'attachment; filename="recovery-shares.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def recover(request: HttpRequest) -> HttpResponse:
    """Bring complaints back to one's own new vault, with enough shares."""
    officer = officer_of(request)
    if officer is None:
        return redirect("complaints:vault_set_up")
    keys = ChannelKeys.objects.exclude(recovery_public=None).first()
    confirm_first = must_be_confirmed(officer)
    if confirm_first or keys is None or keys.recovery_needed is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "complaints/vault/no_shares.html", {"confirm_first": confirm_first}, status=status)
    form = RecoverForm(request.POST or None, needed=keys.recovery_needed)
    status = 200
    if request.method == "POST":
        if too_many_tries(request):
            return wait(request)
        if form.is_valid():
            try:
                count = recover_cases(form.shares, to=officer)
            except sealing.WrongKeyError:
                form.refuse()
            except OfficerError:
                return redirect("complaints:unlock")  # its page says how the vault stands now
            else:
                said = ngettext("%(count)d complaint came back.", "%(count)d complaints came back.", count)
                messages.success(request, said % {"count": count})
                return redirect("complaints:unlock")
        status = 422
    return render(request, "complaints/vault/recover.html", {"form": form, "keys": keys}, status=status)


def _show(request: HttpRequest, shares: list[str], needed: int) -> HttpResponse:
    context = {
        "shares": [(number, share, share.split()) for number, share in enumerate(shares, 1)],
        "needed": needed, "total": len(shares),
    }  # fmt: skip
    return render(request, "complaints/vault/shares.html", context)
