"""Guessing passwords is stopped without keeping anybody's address.

django-axes wants an address to count by. It is given a bucket: 16 bits of a keyed digest, in the form of an
address. Some 65,000 addresses share each bucket, so that nobody, not even with the key, can turn one back.
"""

import hashlib
import hmac
from typing import Any

from axes.models import AccessBase
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LOCKED_OUT_STATUS = 429


def address_bucket(request: HttpRequest) -> str:
    """A stand-in for the visitor's address, `fd00::xxxx`."""
    address = request.META.get("REMOTE_ADDR", "")
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    return f"fd00::{digest[:4]}"


def forget_visitor(sender: type, instance: Any, **_signal: Any) -> None:
    """Blank what django-axes would note of the visitor's browser, before it is saved."""
    if issubclass(sender, AccessBase):
        instance.user_agent = ""
        instance.http_accept = ""
        if hasattr(instance, "get_data"):
            instance.get_data = instance.post_data = ""


def locked_out(request: HttpRequest, _credentials: dict[str, Any] | None = None, *_args: Any) -> HttpResponse:
    """The page after too many wrong passwords: how long to wait and what to do."""
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "organization/locked_out.html", {"minutes": minutes}, status=LOCKED_OUT_STATUS)
