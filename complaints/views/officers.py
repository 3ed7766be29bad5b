"""The officers among themselves: who is one, who becomes one, who is given which complaints, who leaves."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ..choices import FINISHED, OfficerState
from ..forms.officers import ConfirmForm
from ..http import DESK_PERMISSION, desk_page
from ..models import Case, ChannelKeys, Officer
from ..opened import OpenedCase, open_many_for_officer
from ..services.acts import excluded_officers, share_case
from ..services.officers import (
    OfficerError,
    cases_only_of,
    confirm_officer,
    control_number,
    may_remove,
    remove_officer,
)
from ..sessions import OpenVault, end_vault

PAGE = 50
"""Complaints that are given at once: each is opened and sealed anew."""


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer as the list shows them. alone: complaints that nobody else could open. removable: by who looks."""

    officer: Officer
    is_me: bool
    removable: bool
    has_access: bool
    alone: int


@require_safe
@desk_page
def officers(request: HttpRequest, *, vault: OpenVault) -> HttpResponse:
    """Everybody who has or had a vault, and whether recovery shares exist."""
    found = Officer.objects.select_related("user__division", "confirmed_by__user").order_by("joined_on", "pk")
    rows = [
        OfficerRow(
            officer,
            is_me=officer.pk == vault.officer.pk,
            removable=may_remove(officer, by=vault.officer.user),
            has_access=officer.user.is_active and officer.user.has_perm(DESK_PERMISSION),
            alone=cases_only_of(officer) if officer.state == OfficerState.ACTIVE else 0,
        )
        for officer in found
    ]
    context = {
        "waiting": [row for row in rows if row.officer.state == OfficerState.PENDING],
        "working": [row for row in rows if row.officer.state == OfficerState.ACTIVE],
        "gone": [row for row in rows if row.officer.state == OfficerState.LEFT],
        "keys": ChannelKeys.objects.exclude(recovery_public=None).first(),
    }
    return render(request, "complaints/vault/officers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def confirm(request: HttpRequest, number: int, *, vault: OpenVault) -> HttpResponse:
    """A new officer is confirmed by another, who has spoken with them."""
    officer = _officer(number, OfficerState.PENDING)
    form = ConfirmForm(request.POST or None, initial={"key": bytes(officer.public_key).hex()})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            officer.public_key = _bytes(form.cleaned_data["key"])
            try:
                confirm_officer(officer, by=vault, is_external=form.cleaned_data["is_external"])
            except OfficerError:
                messages.error(request, _("This vault was replaced in the meantime. Compare the control number anew."))
                return redirect("complaints:officers")
            messages.success(request, _("Confirmed. New complaints are sealed to this person from now on."))
            return redirect("complaints:officer_cases", number)
        status = 422
    context = {"form": form, "officer": officer, "control": control_number(officer)}
    return render(request, "complaints/vault/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def cases(request: HttpRequest, number: int, *, vault: OpenVault) -> HttpResponse:
    """Give an officer complaints that one holds; some at a time, the page then shows the next."""
    officer = _officer(number, OfficerState.ACTIVE)
    if officer.pk == vault.officer.pk:
        raise Http404
    missing = Case.objects.visible_to(vault.officer.user).exclude(grants__officer=officer)
    if request.method == "POST":
        chosen = missing.filter(reference__in=request.POST.getlist("case")[:PAGE])
        opened = open_many_for_officer(chosen, vault)
        given = 0
        for case in opened.values():
            try:
                share_case(case, by=vault.officer, to=officer)
            except ValueError:
                continue  # about this person, or they left at this moment: the page shows what is left
            given += 1
        if given:
            said = ngettext("%(count)d complaint was given.", "%(count)d complaints were given.", given)
            messages.success(request, said % {"count": given})
        else:
            messages.error(request, _("No complaint was given."))
        return redirect("complaints:officer_cases", number)
    offered, withheld = _offered(missing, vault, officer)
    context = {
        "officer": officer, "offered": offered, "withheld": withheld, "more": missing.count() > len(offered) + withheld,
    }  # fmt: skip
    return render(request, "complaints/vault/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def remove(request: HttpRequest, number: int, *, vault: OpenVault) -> HttpResponse:
    """An officer leaves; another one takes away only the keys of who waits or has no access any more."""
    officer = Officer.objects.exclude(state=OfficerState.LEFT).filter(pk=number).select_related("user").first()
    if officer is None:
        raise Http404
    is_me = officer.pk == vault.officer.pk
    status = 200
    if request.method == "POST":
        try:
            remove_officer(officer, by=vault.officer.user)
        except OfficerError as error:
            if error.reason == "state":
                raise Http404 from None
            status = 422
        else:
            messages.success(request, _("The keys are gone. The log keeps who took them away."))
            response = redirect("staff_home" if is_me else "complaints:officers")
            if is_me:
                end_vault(request, response)
            return response
    others = Officer.objects.receiving().exclude(pk=officer.pk).select_related("user")
    context = {
        "officer": officer, "is_me": is_me, "others": others, "removable": may_remove(officer, by=vault.officer.user),
        "alone": cases_only_of(officer, shares_count=is_me),
    }  # fmt: skip
    return render(request, "complaints/vault/remove.html", context, status=status)


def _officer(number: int, state: OfficerState) -> Officer:
    found = Officer.objects.filter(pk=number, state=state).select_related("user__division").first()
    if found is None:
        raise Http404
    return found


def _offered(missing, vault: OpenVault, officer: Officer) -> tuple[list[Case], int]:  # type: ignore[no-untyped-def]
    """The complaints of a page, open ones first, and how many before them are about this person or above them."""
    done = ExpressionWrapper(Q(state__in=FINISHED), output_field=BooleanField())
    offered: list[Case] = []
    withheld = 0
    for opened in _opened(missing.order_by(done, "filed_on", "reference"), vault):
        if officer.pk in excluded_officers(opened):
            withheld += 1
            continue
        offered.append(opened.case)
        if len(offered) == PAGE:
            break
    return offered, withheld


def _opened(cases, vault: OpenVault) -> Iterator[OpenedCase]:  # type: ignore[no-untyped-def]
    batch: list[Case] = []
    for case in cases.iterator(chunk_size=PAGE):
        batch.append(case)
        if len(batch) == PAGE:
            yield from _in_order(batch, vault)
            batch = []
    yield from _in_order(batch, vault)


def _in_order(batch: list[Case], vault: OpenVault) -> Iterator[OpenedCase]:
    opened: dict[uuid.UUID, OpenedCase] = open_many_for_officer(batch, vault)
    return (opened[case.pk] for case in batch if case.pk in opened)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
