"""Opened keys between two requests: neither the cookie nor the row opens anything alone, and both end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from complaints import sessions
from complaints.models import KeySession
from complaints.services.filing import Filed
from complaints.services.reading import open_by_code
from complaints.sessions import FOLLOW_COOKIE, VAULT_COOKIE
from organization.models import User

from .conftest import PASSPHRASE, Desk

NOON = dt.datetime(2026, 1, 5, 5, 0, tzinfo=dt.UTC)


def browser(user: User, response: HttpResponse | None = None) -> HttpRequest:
    """A request of this person, with the cookies that an answer gave."""
    request = RequestFactory().get("/")
    request.user = user
    if response is not None:
        request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    return request


@pytest.fixture
def opened(desk: Desk) -> HttpResponse:
    """The answer that gave `integrity` the cookie of their opened vault."""
    vault = desk.vaults["integrity"]
    response = HttpResponse()
    token = sessions.start_vault(vault.officer, vault.pair.private)
    sessions.set_vault_cookie(RequestFactory().get("/"), response, token)
    return response


class TestVault:
    def test_it_opens_for_its_officer(self, desk: Desk, opened: HttpResponse) -> None:
        found = sessions.open_vault(browser(desk.cast.integrity, opened))
        assert found is not None
        assert found.pair.private == desk.vaults["integrity"].pair.private

    def test_the_cookie_is_for_this_portal_and_no_script(self, opened: HttpResponse) -> None:
        cookie = opened.cookies[VAULT_COOKIE]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")

    def test_not_for_somebody_else(self, desk: Desk, opened: HttpResponse) -> None:
        assert sessions.open_vault(browser(desk.cast.integrity2, opened)) is None
        assert sessions.open_vault(browser(desk.cast.admin, opened)) is None

    def test_silence_locks_it(self, desk: Desk) -> None:
        vault = desk.vaults["integrity"]
        with time_machine.travel(NOON, tick=False) as clock:
            response = HttpResponse()
            token = sessions.start_vault(vault.officer, vault.pair.private)
            sessions.set_vault_cookie(browser(desk.cast.integrity), response, token)
            request = browser(desk.cast.integrity, response)
            clock.shift(sessions.VAULT_IDLE)
            assert sessions.open_vault(request) is not None
            clock.shift(2)
            assert sessions.open_vault(request) is None
            assert sessions.locks_at(request) is None

    def test_a_long_day_ends_it_however_busy(self, desk: Desk) -> None:
        vault = desk.vaults["integrity"]
        with time_machine.travel(NOON, tick=False) as clock:
            token = sessions.start_vault(vault.officer, vault.pair.private)
            for _quarter in range(16):
                response = HttpResponse()
                sessions.set_vault_cookie(browser(desk.cast.integrity), response, token)
                assert sessions.open_vault(browser(desk.cast.integrity, response)) is not None
                clock.shift(sessions.VAULT_LONGEST / 16)
            sessions.set_vault_cookie(browser(desk.cast.integrity), response, token)
            assert sessions.open_vault(browser(desk.cast.integrity, response)) is None
            clock.shift(1)
            sessions.start_vault(vault.officer, vault.pair.private)
            assert KeySession.objects.count() == 1, "what has ended is swept away"

    def test_a_tampered_cookie_opens_nothing(self, desk: Desk, opened: HttpResponse) -> None:
        value = opened.cookies[VAULT_COOKIE].value
        token = value.split(":")[0]
        again = signing.TimestampSigner(salt="another").sign(token)
        for wrong in (
            "",
            "x",
            token,
            value[:-1],
            f"A{value[1:]}",
            again,
            value.replace(":", ""),
            "ก",
            "::",
            value * 100,
        ):
            request = browser(desk.cast.integrity)
            request.COOKIES = {VAULT_COOKIE: wrong}
            assert sessions.open_vault(request) is None, wrong

    def test_the_cookie_without_the_row_opens_nothing(self, desk: Desk, opened: HttpResponse) -> None:
        KeySession.objects.all().delete()
        assert sessions.open_vault(browser(desk.cast.integrity, opened)) is None

    def test_the_row_without_the_cookie_opens_nothing(self, desk: Desk, opened: HttpResponse) -> None:
        """Who holds the database and the server's secrets can sign any token, but knows none."""
        row = KeySession.objects.get()
        for guess in (bytes(row.mark), bytes(row.wrapped_key)[:32], b""):
            import base64

            token = base64.urlsafe_b64encode(guess).decode()
            response = HttpResponse()
            sessions.set_vault_cookie(browser(desk.cast.integrity), response, token)
            assert sessions.open_vault(browser(desk.cast.integrity, response)) is None
        assert desk.vaults["integrity"].pair.private not in bytes(row.wrapped_key)

    def test_a_tampered_row_is_a_locked_vault_and_no_fault(self, desk: Desk, opened: HttpResponse) -> None:
        KeySession.objects.update(wrapped_key=b"\0" * 72)
        assert sessions.open_vault(browser(desk.cast.integrity, opened)) is None

    def test_locked_here_and_everywhere(self, desk: Desk, opened: HttpResponse) -> None:
        vault = desk.vaults["integrity"]
        sessions.start_vault(vault.officer, vault.pair.private)
        response = HttpResponse()
        sessions.end_vault(browser(desk.cast.integrity, opened), response)
        assert KeySession.objects.count() == 1
        assert response.cookies[VAULT_COOKIE].value == ""
        sessions.end_vaults_of(vault.officer)
        assert not KeySession.objects.exists()

    def test_locking_after_a_long_silence_takes_the_key_away_too(self, desk: Desk) -> None:
        vault = desk.vaults["integrity"]
        with time_machine.travel(NOON, tick=False) as clock:
            response = HttpResponse()
            token = sessions.start_vault(vault.officer, vault.pair.private)
            sessions.set_vault_cookie(browser(desk.cast.integrity), response, token)
            clock.shift(sessions.VAULT_IDLE * 2)
            sessions.end_vault(browser(desk.cast.integrity, response), HttpResponse())
            assert not KeySession.objects.exists()

    def test_an_officer_who_left_has_no_open_vault(self, desk: Desk, opened: HttpResponse) -> None:
        from complaints.models import Officer

        Officer.objects.filter(user__username="integrity").update(state="pending")
        assert sessions.open_vault(browser(desk.cast.integrity, opened)) is None

    def test_signing_out_locks_it(self, desk: Desk) -> None:
        client = desk.client("integrity")
        assert KeySession.objects.count() == 1
        assert client.post("/accounts/logout/").status_code == 302
        assert not KeySession.objects.exists()


class TestFollow:
    @pytest.fixture
    def following(self, file_case: Callable[..., Filed]) -> HttpRequest:
        case, private = open_by_code(file_case().receipt)
        response = HttpResponse()
        sessions.set_follow_cookie(RequestFactory().get("/"), response, sessions.start_follow(case, private))
        request = RequestFactory().get("/")
        request.COOKIES = {FOLLOW_COOKIE: response.cookies[FOLLOW_COOKIE].value}
        return request

    def test_it_opens_and_ends(self, following: HttpRequest) -> None:
        found = sessions.open_follow(following)
        assert found is not None
        assert found.pair.public == bytes(found.case.public_key)
        sessions.end_follow(following, HttpResponse())
        assert sessions.open_follow(following) is None
        assert not KeySession.objects.exists()

    def test_half_an_hour_to_an_hour_and_the_row_tells_no_second(self, following: HttpRequest) -> None:
        now, ends = timezone.now(), KeySession.objects.get(case__isnull=False).ends_at
        assert (ends.minute % 30, ends.second, ends.microsecond) == (0, 0, 0)
        assert dt.timedelta(minutes=29) < ends - now < dt.timedelta(minutes=60)
        with time_machine.travel(ends - dt.timedelta(seconds=1)):
            assert sessions.open_follow(following) is not None
        with time_machine.travel(ends + dt.timedelta(seconds=1)):
            assert sessions.open_follow(following) is None

    def test_in_production_the_cookies_are_of_this_host_alone(self, settings: Any) -> None:
        settings.PORTAL_PRODUCTION = True
        assert sessions._host_only("vault") == "__Host-vault"
        response = HttpResponse()
        sessions._set(HttpRequest(), response, "__Host-follow", "x")
        cookie = response.cookies["__Host-follow"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")

    @pytest.mark.parametrize("cookie", ["", "x", "ก", "=" * 50, "A" * 44, "\x00"])
    def test_another_cookie_opens_nothing(self, following: HttpRequest, cookie: str) -> None:
        following.COOKIES = {FOLLOW_COOKIE: cookie}
        assert sessions.open_follow(following) is None

    def test_a_reporters_cookie_opens_no_vault_and_the_reverse(
        self, desk: Desk, opened: HttpResponse, following: HttpRequest
    ) -> None:
        token = following.COOKIES[FOLLOW_COOKIE]
        response = HttpResponse()
        sessions.set_vault_cookie(following, response, token)
        assert sessions.open_vault(browser(desk.cast.integrity, response)) is None
        following.COOKIES = {FOLLOW_COOKIE: opened.cookies[VAULT_COOKIE].value.split(":")[0]}
        assert sessions.open_follow(following) is None

    def test_a_destroyed_case_is_not_open(self, following: HttpRequest) -> None:
        found = sessions.open_follow(following)
        assert found is not None
        found.case.delete()
        assert sessions.open_follow(following) is None


def test_the_session_of_the_sign_in_holds_nothing_of_the_vault(desk: Desk) -> None:
    client = Client()
    client.force_login(desk.cast.integrity)
    client.post("/complaints/desk/unlock/", {"passphrase": PASSPHRASE})
    assert set(client.session.keys()) <= {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}
