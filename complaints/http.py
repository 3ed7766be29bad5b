"""What every page of the channel has in common: nothing is cached, kept or logged of what it says.

`reporter_page` is for who reports: no account, no cookie needed. `desk_page` is for integrity officers with an opened
vault. Both answer a failure of the portal without a word of what the request held.
"""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from . import bodies
from .locked import locked_page
from .models import Officer
from .sessions import VAULT_COOKIE, open_vault, set_vault_cookie, vault_token
from .uploads import SealingUploadHandler, drop_uploads, forget_unclaimed, seal_uploads

View = Callable[..., HttpResponse]
DESK_PERMISSION = "complaints.work_on_cases"
_log = logging.getLogger("portal.complaints")


def reporter_page(view: View | None = None, *, takes_files: bool = False) -> Any:
    """A page for who reports. A form sent from another website is refused, without needing a cookie for it.

    takes_files: files in the request are sealed as they arrive; elsewhere they are dropped.
    """
    if view is None:
        return functools.partial(reporter_page, takes_files=takes_files)

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            if _comes_from_elsewhere(request):
                return _unlogged(private(render(request, "403_csrf.html", status=403)))
            answer = _guarded(_taken_in(view, bodies.reporters, takes_files), request, *args, **kwargs)
        else:
            answer = _guarded(view, request, *args, **kwargs)
        return _unlogged(private(answer))

    return login_not_required(csrf_exempt(page))


def officer_page(view: View | None = None, *, takes_files: bool = False) -> Any:
    """A page for whoever has the role; the vault may be locked or not there yet. takes_files: as above."""
    if view is None:
        return functools.partial(officer_page, takes_files=takes_files)

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(DESK_PERMISSION):
            raise PermissionDenied
        guarded = csrf_protect(view)
        if request.method == "POST":  # taken in before the check of the form's token reads the request
            guarded = _taken_in(guarded, bodies.officers, takes_files)
        return private(_guarded(guarded, request, *args, **kwargs))

    return csrf_exempt(page)


def desk_page(view: View | None = None, *, takes_files: bool = False) -> Any:
    """A page for an officer with an opened vault, handed over as `vault`. Others are led to set it up or open it.

    What they typed is carried along (`complaints.locked`).
    """
    if view is None:
        return functools.partial(desk_page, takes_files=takes_files)

    @officer_page(takes_files=takes_files)
    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        vault = open_vault(request)
        if vault is None:
            officer = Officer.objects.filter(user=request.user.pk).exclude(state="left").first()
            target = reverse("complaints:unlock" if officer else "complaints:vault_set_up")
            if officer and officer.state == "active" and request.method == "POST":
                locked = locked_page(request)
            else:
                locked = redirect(f"{target}?next={request.path}" if officer and request.method == "GET" else target)
            if VAULT_COOKIE in request.COOKIES:
                locked.delete_cookie(VAULT_COOKIE, samesite="Strict")
            return locked
        response = view(request, *args, vault=vault, **kwargs)
        token = vault_token(request)
        if token is not None and VAULT_COOKIE not in response.cookies:
            set_vault_cookie(request, response, token)  # used just now: the silence begins anew
        return response

    return page


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no browser, no proxy, no search engine."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _taken_in(view: View, places: bodies.Places, takes_files: bool) -> View:
    """The view once the form has arrived; afterwards no file stays that nobody knows of."""

    def whole(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        (seal_uploads if takes_files else drop_uploads)(request)
        try:
            bodies.take_in(request, places)
        except bodies.NoPlaceError:
            return _busy(request)
        try:
            return view(request, *args, **kwargs)
        finally:
            forget_unclaimed(request)

    return whole


def _busy(request: HttpRequest) -> HttpResponse:
    said = {
        "title": _("Many people are sending something at this moment"),
        "message": _(
            "Nothing was received yet. Go back in your browser: what you wrote is still there. Wait a minute, then "
            "send it again."
        ),
    }
    response = render(request, "message.html", said, status=503)
    response.headers["Retry-After"] = "60"
    return response


def _unlogged(response: HttpResponse) -> HttpResponse:
    """No line in the log says at which minute somebody's form had a mistake: Django logs what it was not told of."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that another website sent this form. Programs that say nothing are let through."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != request.get_host()
    except ValueError:  # no browser writes such an origin
        return True


def _guarded(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Run the view; an unforeseen failure is logged by its kind and place alone: its message could hold content."""
    request.encoding = "utf-8"  # as every form here is, whatever the sender says: not every name of one reads text
    try:
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied):
        _forget_uploads(request)
        raise
    except (SuspiciousOperation, BadRequest, MultiPartParserError):  # Django would log address and moment
        _forget_uploads(request)
        return _unlogged(render(request, "400.html", status=400))
    except UnreadablePostError:  # the connection broke: nobody waits for an answer
        _forget_uploads(request)
        return HttpResponse(status=400)
    except Exception as error:
        _forget_uploads(request)
        where = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith(str(settings.BASE_DIR)) and "site-packages" not in frame.filename
        ]
        place = f"{Path(where[-1].filename).name}:{where[-1].lineno}" if where else "?"
        _log.error("%s at %s", type(error).__name__, place, extra={"status_code": 500})
        return render(request, "500.html", status=500)


def _forget_uploads(request: HttpRequest) -> None:
    """Of what came with a request that failed nothing stays, a file cut off in the middle included."""
    for handler in request.upload_handlers:
        if isinstance(handler, SealingUploadHandler):
            handler.close()
