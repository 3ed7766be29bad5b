"""Opened keys between two requests.

The browser's cookie holds a random token, the database the key wrapped under it: neither opens anything alone. An
officer's lasts until they lock, say nothing for a while or the day's work is long; a reporter's half an hour to an
hour: it ends at a full half hour, so that the row does not tell at which second somebody came.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from nacl.utils import random

from . import sealing
from .models import Case, KeySession, Officer


def _host_only(name: str) -> str:
    """The name of a cookie: in production browsers take it from this host over TLS alone, from no neighbour."""
    return f"__Host-{name}" if settings.PORTAL_PRODUCTION else name


VAULT_COOKIE, FOLLOW_COOKIE = _host_only("vault"), _host_only("follow")
VAULT_IDLE = dt.timedelta(minutes=15)
VAULT_LONGEST = dt.timedelta(hours=4)
FOLLOW_STEP = dt.timedelta(minutes=30)
"""A reporter's key is kept for at least one, and less than two."""
_SALT = "complaints.vault"


@dataclass(frozen=True, slots=True, repr=False)
class OpenVault:
    """An officer with their opened key, for this request."""

    officer: Officer
    pair: sealing.KeyPair


@dataclass(frozen=True, slots=True, repr=False)
class OpenFollow:
    """A case with its opened key, for this request of the reporter."""

    case: Case
    pair: sealing.KeyPair


def start_vault(officer: Officer, private: bytes) -> str:
    """Keep an officer's opened key; the token for the cookie."""
    return _start(private, timezone.now() + VAULT_LONGEST, officer=officer)


def start_follow(case: Case, private: bytes) -> str:
    """Keep a reporter's opened key; the token for the cookie."""
    return _start(private, _next_half_hour(timezone.now() + FOLLOW_STEP), case=case)


def set_vault_cookie(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Give the browser the token, with the moment it was last used; called anew by each page of the desk."""
    _set(request, response, VAULT_COOKIE, signing.TimestampSigner(salt=_SALT).sign(token))


def set_follow_cookie(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Give the reporter's browser the token, until it is closed."""
    _set(request, response, FOLLOW_COOKIE, token)


def vault_token(request: HttpRequest) -> str | None:
    """The token of the cookie, unless it was silent for longer than VAULT_IDLE."""
    return _signed_token(request, max_age=VAULT_IDLE)


def open_vault(request: HttpRequest) -> OpenVault | None:
    """The opened vault of who is signed in, or None where it is locked."""
    token = vault_token(request)
    if token is None or not request.user.is_authenticated:
        return None
    found = _find(token).filter(officer__user=request.user.pk, officer__state="active").select_related("officer__user")
    row = found.first()
    pair = _pair(token, row)
    if row is None or row.officer is None or pair is None:
        return None
    return OpenVault(row.officer, pair)


def locks_at(request: HttpRequest) -> dt.datetime | None:
    """When the opened vault locks by itself, if nothing is done from now on; None where it is locked."""
    token = vault_token(request)
    ends_at = _find(token).values_list("ends_at", flat=True).first() if token else None
    return min(ends_at, timezone.now() + VAULT_IDLE) if ends_at else None


def open_follow(request: HttpRequest) -> OpenFollow | None:
    """The opened case of a reporter's browser, or None."""
    token = request.COOKIES.get(FOLLOW_COOKIE, "")
    row = _find(token).filter(case__isnull=False).select_related("case").first() if token else None
    pair = _pair(token, row)
    if row is None or row.case is None or pair is None:
        return None
    return OpenFollow(row.case, pair)


def end_vault(request: HttpRequest, response: HttpResponse) -> None:
    """Lock: the opened key is gone here and in the browser."""
    token = _signed_token(request)  # also one that was silent for long: its key need not wait for its end
    if token:
        _find(token).delete()
    response.delete_cookie(VAULT_COOKIE, samesite="Strict")


def end_vaults_of(officer: Officer) -> None:
    """Lock everywhere."""
    KeySession.objects.filter(officer=officer).delete()


def end_follow(request: HttpRequest, response: HttpResponse) -> None:
    """Leave: the opened case is gone here and in the browser."""
    token = request.COOKIES.get(FOLLOW_COOKIE, "")
    if token:
        _find(token).delete()
    response.delete_cookie(FOLLOW_COOKIE, samesite="Strict")


def _next_half_hour(moment: dt.datetime) -> dt.datetime:
    past = (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) % FOLLOW_STEP
    return moment + FOLLOW_STEP - past if past else moment


def _start(private: bytes, ends_at: dt.datetime, **whose: Officer | Case) -> str:
    KeySession.objects.filter(ends_at__lt=timezone.now()).delete()
    token = base64.urlsafe_b64encode(random(32)).decode()
    wrapped = sealing.wrap(_key(token), private, "key session")
    KeySession.objects.create(mark=_mark(token), wrapped_key=wrapped, ends_at=ends_at, **whose)
    return token


def _find(token: str):  # type: ignore[no-untyped-def]
    return KeySession.objects.filter(mark=_mark(token), ends_at__gt=timezone.now())


def _signed_token(request: HttpRequest, max_age: dt.timedelta | None = None) -> str | None:
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(request.COOKIES.get(VAULT_COOKIE, ""), max_age=max_age)
    except signing.BadSignature:
        return None


def _pair(token: str, row: KeySession | None) -> sealing.KeyPair | None:
    """The opened key of a row; none where there is no row or it was tampered with."""
    if row is None:
        return None
    try:
        return sealing.KeyPair.of(sealing.unwrap(_key(token), row.wrapped_key, "key session"))
    except sealing.WrongKeyError:
        return None


def _raw(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token.encode())[:64]
    except (binascii.Error, ValueError):
        return b""


def _mark(token: str) -> bytes:
    return hashlib.blake2b(_raw(token), digest_size=16, person=b"ITA1 mark").digest()


def _key(token: str) -> bytes:
    return hashlib.blake2b(_raw(token), digest_size=32, person=b"ITA1 key").digest()


def _set(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    secure = settings.PORTAL_PRODUCTION or request.is_secure()
    response.set_cookie(name, value, httponly=True, samesite="Strict", secure=secure)


def lock_at_sign_out(sender: Any, request: HttpRequest | None, **_signal: Any) -> None:
    """Who signs out locks the vault of this browser, too."""
    token = _signed_token(request) if request is not None else None
    if token:
        _find(token).delete()
