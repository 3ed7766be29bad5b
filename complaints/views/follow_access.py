"""How a reporter reaches their case: by the code in the request, or by the cookie of a case opened before.

A wrong code asks no database, and its answer is a small page: it is what somebody who guesses makes the server do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import flood, sealing
from ..follow_words import IDENTITY_LABELS
from ..forms.files import KEPT, AttachmentsForm
from ..http import reporter_page
from ..models import Case
from ..opened import OpenedCase, open_for_reporter
from ..services.reading import UnknownCodeError, open_by_code, read_code
from ..sessions import FOLLOW_COOKIE, end_follow, open_follow, set_follow_cookie, start_follow

CODE = "receipt_code"
ACTS = ("token", "message", KEPT, *IDENTITY_LABELS)
"""Fields by which a request does more than open the case."""
_LONGEST_ECHO = 200


class RefusedCodeError(Exception):
    """A code that opens nothing. said: for the person, at the field. status: 422 or 429."""

    def __init__(self, said: str, status: int = 422) -> None:
        super().__init__(status)
        self.said = said
        self.status = status


@dataclass(frozen=True, slots=True, repr=False)
class Reached:
    """An opened case. code: as typed, where the answer's forms must carry it on, because no cookie is used.

    private: the case's key, where the browser is to be given a cookie with the answer.
    """

    opened: OpenedCase
    code: str = ""
    private: bytes = b""


def reach(request: HttpRequest) -> Reached | None:
    """The case of this request, or None where there is neither a code nor an opened case. RefusedCodeError."""
    if request.method == "POST" and CODE in request.POST:
        typed = request.POST[CODE]
        case, private = _open(typed)
        opened = OpenedCase(case, sealing.KeyPair.of(private))
        if "without_cookie" in request.POST or (does_more(request) and "browser" not in request.POST):
            return Reached(opened, code=typed)
        return Reached(opened, private=private)
    follow = open_follow(request)
    return Reached(open_for_reporter(follow)) if follow is not None else None


def does_more(request: HttpRequest) -> bool:
    """Whether the request is to do something with the case that it opens."""
    return bool(request.FILES) or any(name in request.POST for name in ACTS)


def with_case(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """A page of an opened case, handed over as the second argument; who has opened none is asked for the code."""

    @reporter_page
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            reached = reach(request)
        except RefusedCodeError as refused:
            return code_page(request, refused.said, refused.status)
        if reached is None:
            return code_page(request, expired=True) if request.method == "POST" else see_other()
        try:
            return view(request, reached, *args, **kwargs)
        except Case.DoesNotExist:  # destroyed a moment ago
            return code_page(request, expired=True)

    return page


def code_page(request: HttpRequest, said: str = "", status: int = 422, *, expired: bool = False) -> HttpResponse:
    """The form for the code. What was typed on another form stays in it and is sent with the code.

    said: what is wrong with the code. expired: a case was open, and is no longer.
    """
    known = {
        "said": said,
        "typed": request.POST.get(CODE, "")[:_LONGEST_ECHO],
        "expired": expired,
        "without_cookie": "without_cookie" in request.POST,
        "action": request.path,
        "is_light": bool(said),
    }
    if request.method == "POST" and does_more(request):
        known["kept"] = [
            (name, request.POST[name]) for name in ("token", "message", *IDENTITY_LABELS) if request.POST.get(name)
        ]
        if request.FILES or KEPT in request.POST:
            form = AttachmentsForm(request.POST, request.FILES)
            form.is_valid()
            known["files"] = list(form.tickets)
            known["file_errors"] = form.errors.get("attachments", [])
    response = render(request, "complaints/follow/code.html", known, status=status)
    if expired and FOLLOW_COOKIE in request.COOKIES:
        response.delete_cookie(FOLLOW_COOKIE, samesite="Strict")
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response


def see_other(fragment: str = "") -> HttpResponse:
    """To the page of the opened case, by GET."""
    return HttpResponseRedirect(reverse("complaints:follow") + fragment, status=303)


def let_in(request: HttpRequest, reached: Reached, fragment: str = "") -> HttpResponse:
    """To the page of the case; the browser is given the cookie where it just sent the code."""
    response = see_other(fragment)
    give_cookie(request, reached, response)
    return response


def give_cookie(request: HttpRequest, reached: Reached, response: HttpResponse) -> None:
    """Keep the case open for the next request, where the browser sent the code with this one."""
    if reached.private:
        end_follow(request, response)
        response.cookies.pop(FOLLOW_COOKIE, None)  # the old one's end would be the new one's too
        set_follow_cookie(request, response, start_follow(reached.opened.case, reached.private))


def _open(typed: str) -> tuple[Case, bytes]:
    if not typed.strip():
        raise RefusedCodeError(_("Type the code that you were given when you filed."))
    try:
        receipt = read_code(typed)
    except sealing.ReceiptError as error:
        flood.hold_back()
        raise RefusedCodeError(_wrong(error.reason, typed)) from None
    if flood.too_many_tries(receipt):
        raise RefusedCodeError(_("This code was tried too often. Wait ten minutes, then try again."), 429)
    try:
        found = open_by_code(receipt)
    except UnknownCodeError:
        flood.hold_back()
        raise RefusedCodeError(_unknown()) from None
    flood.was_right(receipt)
    return found


def _wrong(reason: str, typed: str) -> str:
    if reason == "digits":
        return _("The code has digits only. Take everything else out of the field.")
    if reason == "length":
        count = sum(sign.isdecimal() for sign in typed[:_LONGEST_ECHO])
        return _("The code has 28 digits. What you typed has %(count)s.") % {"count": count}
    return _("There is a typing error in the code. Compare it with your slip, group by group.")


def _unknown() -> str:
    return _(
        "No report belongs to this code. Compare it with your slip. A report that was destroyed after its time of "
        "keeping cannot be opened any more."
    )
