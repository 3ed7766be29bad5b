"""A case on the desk: reading it, every act on it, and its files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import store
from ..casework import CASE_ACTS, CaseAct, ChangedMeanwhileError, expect_unchanged, next_act, perform, possible
from ..choices import Act, State
from ..desk_case import DeskCase, identity_lines, state_words
from ..forms.desk import ActForm, IdentityForm, PackageForm
from ..forms.files import AttachmentsForm
from ..http import desk_page
from ..models import Case, Grant
from ..opened import OpenFile, open_for_officer
from ..sealing import SealingError
from ..services import acts
from ..sessions import OpenVault, locks_at
from ..workflow import ForbiddenActError, allows
from ..working_copy import NoWorkingCopyError, make_working_copy, why_not

_NEVER_SHOWN = "default-src 'none'; sandbox"


def find_case(request: HttpRequest, reference: str, vault: OpenVault) -> DeskCase:
    """The case, opened; 404 for whoever may not know that it exists."""
    visible = Case.objects.visible_to(request.user).select_related("handler__user")
    return DeskCase(open_for_officer(get_object_or_404(visible, reference=reference), vault), vault)


def show_case(
    request: HttpRequest,
    page: DeskCase,
    *,
    bound: dict[str, ActForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a case. bound: forms that came with a mistake, by act. problem: why nothing was done."""
    bound = bound or {}
    wanted = next_act(page.case)
    entries: list[dict[str, Any]] = [
        {"act": entry, "form": bound.get(entry.name) or new_form(entry.form, page, entry.name)}
        for entry in CASE_ACTS.values()
        if (entry in possible(page.case) and _makes_sense(entry, page)) or entry.name in bound
    ]
    first = [entry for entry in entries if entry["act"].name in bound] or [
        entry for entry in entries if entry["act"].act == wanted
    ]
    return render(
        request,
        "complaints/desk/case.html",
        {
            "page": page,
            "case": page.case,
            "first": first[:1],
            "rest": [entry for entry in entries if entry not in first[:1]],
            "identity_form": bound.get("identity") or new_form(IdentityForm, page, "identity"),
            "package_form": bound.get("package") or new_form(PackageForm, page, "package"),
            "wrong": set(bound),
            "problem": problem,
            "locks_at": locks_at(request),
        },
        status=status,
    )


def new_form(form: type[ActForm], page: DeskCase, name: str, *args: Any) -> ActForm:
    """A form of the page: ids begin with the act's name, for several stand on one page."""
    return form(*args, page=page, auto_id=f"{name}_%s")


@require_safe
@desk_page
def case(request: HttpRequest, reference: str, *, vault: OpenVault) -> HttpResponse:
    """Everything in a case but the identity."""
    return show_case(request, find_case(request, reference, vault))


@require_POST
@desk_page(takes_files=True)
def act(request: HttpRequest, reference: str, name: str, *, vault: OpenVault) -> HttpResponse:
    """Do one of the acts; back to the case, or the same page with what was typed and why it was not done."""
    page = find_case(request, reference, vault)
    entry = CASE_ACTS.get(name)
    if entry is None:
        raise Http404
    form = new_form(entry.form, page, name, request.POST, request.FILES)
    status, problem = _attempt(entry, form, page, vault)
    if not status:
        messages.success(request, entry.done)
        return see_other(reverse("complaints:case", args=[reference]))
    return show_again(request, page, (name, form), problem=problem, status=status)


def _attempt(entry: CaseAct, form: ActForm, page: DeskCase, vault: OpenVault) -> tuple[int, str]:
    """Do it; the status and the words of why not, 0 where it was done."""
    is_valid = form.is_valid()  # first: files that arrived are then kept for the form that is shown again
    if not allows(entry.act, State(page.case.state)):
        return 409, words_of_forbidden(page.case)
    if not is_valid:
        return 422, ""
    problem, status = "", 0
    try:
        perform(entry, page.opened, vault.officer, form.cleaned_data)
    except ForbiddenActError:
        page.case.refresh_from_db()
        problem, status = words_of_forbidden(page.case), 409
    except ChangedMeanwhileError:
        problem, status = words_of_changed(), 409
    except store.FileGoneError:
        if isinstance(form, AttachmentsForm):
            form.forget_missing()
        status = 422
    except (Grant.DoesNotExist, ValueError):
        problem, status = _("This officer cannot be chosen any more."), 409
    return status, problem


def show_again(
    request: HttpRequest, before: DeskCase, bound: tuple[str, ActForm], *, problem: str = "", status: int = 422
) -> HttpResponse:
    """The page of the case as it is now, with the form (by the name of its act) as it was typed."""
    name, form = bound
    page = find_case(request, before.case.reference, before.vault)
    form.page = page
    data = cast(QueryDict, form.data).copy()
    data["seen"] = str(page.last_number)
    form.data = data
    return show_case(request, page, bound={name: form}, problem=problem, status=status)


def show_typed(request: HttpRequest, typed: QueryDict, reference: str, name: str, vault: OpenVault) -> HttpResponse:
    """The case with a form (by the name of its act) as it was typed before the vault locked. Nothing is done."""
    forms = {"identity": IdentityForm, "package": PackageForm} | {act: entry.form for act, entry in CASE_ACTS.items()}
    if name not in forms:
        raise Http404
    page = find_case(request, reference, vault)
    form = new_form(forms[name], page, name, typed)
    form.is_valid()  # the tickets of files are read
    return show_again(request, page, (name, form), problem=words_of_locked(), status=200)


def words_of_locked() -> str:
    """What happened to a form that came to a locked vault."""
    return _("Your vault had locked. What you wrote was not sent. Look through it, then send it again.")


def words_of_forbidden(case: Case) -> str:
    """Why an act is not possible now."""
    return _("This is not possible any more: the complaint is now “%(state)s”. Nothing was sent.") % {
        "state": state_words(case)
    }


def words_of_changed() -> str:
    """Why nothing was sent though the state would allow it."""
    return _(
        "Somebody wrote in this complaint since you opened it, or you sent the same thing twice. "
        "Nothing was sent now: read what is new, then send it if it is still right."
    )


@require_POST
@desk_page
def identity(request: HttpRequest, reference: str, *, vault: OpenVault) -> HttpResponse:
    """Who the reporter is: shown once, with the reason in the case and the act in the log."""
    page = find_case(request, reference, vault)
    form = new_form(IdentityForm, page, "identity", request.POST)
    if not form.is_valid():
        return show_again(request, page, ("identity", form))
    try:
        with transaction.atomic():
            expect_unchanged(page.case, form.cleaned_data["seen"])
            letters = acts.open_identity(page.opened, by=vault.officer, reason=form.cleaned_data["reason"])
    except ChangedMeanwhileError:
        return show_again(request, page, ("identity", form), problem=words_of_changed(), status=409)
    shown = [(letter.item.written_on, identity_lines(letter)) for letter in letters]
    context = {"case": page.case, "shown": shown, "reason": form.cleaned_data["reason"], "locks_at": locks_at(request)}
    return render(request, "complaints/desk/identity.html", context)


# Files ---------------------------------------------------------------------------------------------------


@require_safe
@desk_page
def original(request: HttpRequest, reference: str, name: str, *, vault: OpenVault) -> HttpResponse:
    """A file as it came, saved and never shown by the browser."""
    file = _file(request, reference, name, vault)
    try:
        pieces = file.read()
        first = next(pieces, b"")
    except (store.FileGoneError, SealingError):
        return _no_file(request, _("The file is no longer whole on this server. Tell whoever runs the server."), 410)
    return _saved(chain([first], pieces), file.name, file.size)


@require_safe
@desk_page
def copy(request: HttpRequest, reference: str, name: str, *, vault: OpenVault) -> HttpResponse:
    """The same file without what it says about who made it, where and with what."""
    file = _file(request, reference, name, vault)
    try:
        if reason := why_not(file.kind, file.size):
            raise NoWorkingCopyError(reason)
        made = make_working_copy(file.kind, b"".join(file.read()))
    except (store.FileGoneError, SealingError):
        return _no_file(request, _("The file is no longer whole on this server. Tell whoever runs the server."), 410)
    except NoWorkingCopyError as error:
        return _no_file(request, _no_copy_words(error.reason), 422)
    stem, dot, ending = file.name.rpartition(".")
    return _saved(
        iter([made]), f"{stem} (working copy){dot}{ending}" if dot else f"{file.name} (working copy)", len(made)
    )


def _file(request: HttpRequest, reference: str, name: str, vault: OpenVault) -> OpenFile:
    file = find_case(request, reference, vault).opened.file(uuid.UUID(name))
    if file is None:
        raise Http404
    return file


def _saved(pieces: Iterator[bytes], name: str, size: int) -> HttpResponse:
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response.headers["Content-Length"] = str(size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _NEVER_SHOWN
    return cast(HttpResponse, response)  # what both have in common is all that the pages' frame needs


def _no_file(request: HttpRequest, message: str, status: int) -> HttpResponse:
    context = {"title": _("This file cannot be handed out"), "message": message}
    return render(request, "message.html", context, status=status)


def _no_copy_words(reason: str) -> str:
    return {
        "kind": _("For files of this kind no working copy can be made. Save the original and open it with care."),
        "too_large": _("The file is too large for a working copy. Save the original and open it with care."),
        "macros": _("The file contains macros: no working copy is made. Do not let them run."),
    }.get(reason, _("The file is damaged: no working copy can be made of it."))


def _makes_sense(entry: CaseAct, page: DeskCase) -> bool:
    """Not: assigning where one officer holds it, giving it where nobody else may receive it."""
    if entry.act == Act.ASSIGN:
        return len(page.holders) > 1 or page.case.handler_id is None
    return entry.act != Act.SHARE or bool(page.others)


def see_other(url: str) -> HttpResponse:
    """To another page after a form (303)."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
