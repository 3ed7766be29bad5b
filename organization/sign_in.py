"""Guessing passwords is stopped without keeping anybody's address.

django-axes wants an address to count by. It is given a bucket: 16 bits of a keyed digest, in the form of an
address. Some 65,000 addresses share each bucket, so that nobody, not even with the key, can turn one back.
"""

import hashlib
import hmac
import ipaddress
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessBase
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LOCKED_OUT_STATUS = 429


class PortalBackend(ModelBackend):
    """Django's own, and: demonstration accounts exist for the demonstration only, even with a right password."""

    def user_can_authenticate(self, user: Any) -> bool:
        """False for who has left, and for the demonstration cast where PORTAL_DEMO is off."""
        return super().user_can_authenticate(user) and (settings.PORTAL_DEMO or not user.is_demonstration)


def address_bucket(request: HttpRequest) -> str:
    """A stand-in for the visitor's address, `fd00::xxxx`."""
    digest = hmac.new(settings.SECRET_KEY.encode(), one_visitor(request).encode(), hashlib.sha256).hexdigest()
    return f"fd00::{digest[:4]}"


def one_visitor(request: HttpRequest) -> str:
    """The visitor's address, for counting in memory only: never kept, never logged.

    Of IPv6 its /64, which is what one connection is given: a guesser has all of it to change through.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PORTAL_TRUSTED_PROXY:
        # The last entry is the proxy's own word; those before it are the visitor's, who may write anything.
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known) >> 64 << 64, 64)))


class ForgetfulHandler(AxesDatabaseHandler):
    """Counts by name and bucket alone: what a browser says of itself is neither looked up nor kept."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
        """Count a wrong password."""
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **more)


def forget_visitor(sender: type, instance: Any, **_signal: Any) -> None:
    """Blank whatever else django-axes would note of the visitor, before it is saved."""
    if issubclass(sender, AccessBase):
        instance.user_agent = ""
        instance.http_accept = ""
        if hasattr(instance, "get_data"):
            instance.get_data = instance.post_data = ""


def locked_out(request: HttpRequest, _credentials: dict[str, Any] | None = None, *_args: Any) -> HttpResponse:
    """The page after too many wrong passwords: how long to wait and what to do."""
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "organization/locked_out.html", {"minutes": minutes}, status=LOCKED_OUT_STATUS)
