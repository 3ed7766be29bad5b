"""The reporter's own page: read, answer, add, withdraw, say who they are, take a copy, leave."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from .. import sealing, store
from ..documents.copy import pieces_of_copy
from ..followed import FollowedCase
from ..forms.follow import IdentityForm, MessageForm, WithdrawForm
from ..http import reporter_page
from ..models import Case
from ..services.acts import say_who, withdraw_case, write_as_reporter
from ..sessions import FOLLOW_COOKIE, end_follow
from ..workflow import ForbiddenActError
from .follow_access import Reached, RefusedCodeError, code_page, does_more, give_cookie, let_in, reach, with_case

LATEST = "#latest"
"""Where the newest piece of writing stands on the page of a case."""


@reporter_page(takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The form for the code; with an opened case its page. POST opens it, writes to the officers, or does both."""
    try:
        reached = reach(request)
    except RefusedCodeError as refused:
        return code_page(request, refused.said, refused.status)
    if reached is None:
        was_open = request.method == "POST" or FOLLOW_COOKIE in request.COOKIES
        return code_page(request, status=422 if request.method == "POST" else 200, expired=was_open)
    try:
        if request.method != "POST":
            return _page(request, reached)
        if (reached.private or reached.code) and not does_more(request):
            return _done(request, reached, "")
        return _write(request, reached)
    except Case.DoesNotExist:  # destroyed a moment ago
        return code_page(request, expired=True)


@with_case
def withdraw(request: HttpRequest, reached: Reached) -> HttpResponse:
    """What withdrawing means, and the act. `ask` in a POST shows the page only."""
    form = WithdrawForm(request.POST if request.method == "POST" and "ask" not in request.POST else None)
    followed = FollowedCase(reached.opened)
    status = 200
    if form.is_bound:
        if followed.case.state == "withdrawn":  # sent twice
            return _done(request, reached, "")
        status = 422
        if form.is_valid():
            try:
                withdraw_case(reached.opened, text=form.cleaned_data["message"])
            except ForbiddenActError:
                status = 409
            else:
                return _done(request, reached, "")
    return _render(request, reached, "withdraw", {"form": form}, status)


@with_case
def identity(request: HttpRequest, reached: Reached) -> HttpResponse:
    """The reporter says who they are. `ask` in a POST shows the form only."""
    form = IdentityForm(request.POST if request.method == "POST" and "ask" not in request.POST else None)
    if form.is_bound and form.is_valid():
        say_who(reached.opened, identity=form.identity(), item_id=form.item_id(reached.opened.case))
        return _done(request, reached)
    return _render(request, reached, "identity", {"form": form}, 422 if form.is_bound else 200)


@with_case
def file(request: HttpRequest, reached: Reached, name: uuid.UUID) -> HttpResponseBase:
    """A file of the case, opened piece by piece; saved, never shown or run."""
    found = reached.opened.file(name)
    if found is None:
        return render(request, "404.html", status=404)
    pieces = found.read()
    try:
        first = next(pieces, b"")
    except (store.FileGoneError, sealing.SealingError):
        return _render(request, reached, "damaged", {}, 410)
    response = _saved(request, itertools.chain([first], pieces), found.name, "application/octet-stream")
    response.headers["Content-Length"] = str(found.size)
    return response


@with_case
def copy(request: HttpRequest, reached: Reached) -> HttpResponseBase:
    """Everything that the reporter wrote and was told, as one archive, made while it is sent."""
    return _saved(request, pieces_of_copy(FollowedCase(reached.opened)), "copy.zip", "application/zip")


@reporter_page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The opened case is gone here and in the browser; what the browser kept of the portal too."""
    response = HttpResponseRedirect(reverse("home"), status=303)
    end_follow(request, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _write(request: HttpRequest, reached: Reached) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        files = form.cleaned_data["attachments"]
        try:
            write_as_reporter(
                reached.opened,
                text=form.cleaned_data["message"],
                files=files,
                item_id=form.item_id(reached.opened.case, files),
            )
        except store.FileGoneError:
            form.forget_missing()
        else:
            return _done(request, reached)
    return _page(request, reached, form, 422)


def _done(request: HttpRequest, reached: Reached, fragment: str = LATEST) -> HttpResponse:
    """After an act: the page of the case, by a redirect wherever the browser has the cookie."""
    return _page(request, reached) if reached.code else let_in(request, reached, fragment)


def _page(request: HttpRequest, reached: Reached, form: MessageForm | None = None, status: int = 200) -> HttpResponse:
    return _render(request, reached, "case", {"form": form or MessageForm()}, status)


def _render(request: HttpRequest, reached: Reached, name: str, known: dict[str, object], status: int) -> HttpResponse:
    followed = FollowedCase(reached.opened)
    context = {"followed": followed, "case": followed.case, "code": reached.code, **known}
    response = render(request, f"complaints/follow/{name}.html", context, status=status)
    give_cookie(request, reached, response)
    return response


def _saved(request: HttpRequest, pieces: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """A file that browsers save. Sent as it is: packed on the way it would lose its length."""
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
