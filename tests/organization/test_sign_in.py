"""Signing in, and the end of guessing."""

import re
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings as django_settings
from django.test import Client, RequestFactory

from organization.sign_in import address_bucket
from tests.cast import Cast
from tests.factories import PASSWORD, UserFactory

LOGIN = "/accounts/login/"
VISITOR = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Browser-Of-A-Visitor/9"}


def try_password(client: Client, password: str, username: str = "staff", path: str = LOGIN, **more: str) -> Any:
    return client.post(path, {"username": username, "password": password}, **VISITOR | more)


def fail(client: Client, times: int, **more: str) -> Any:
    for _time in range(times):
        answer = try_password(client, "wrong", **more)
    return answer


def test_the_right_password_leads_to_the_staff_home(cast: Cast, client: Client) -> None:
    answer = try_password(client, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200


def test_one_is_led_back_to_where_one_wanted_to_go_and_nowhere_else(cast: Cast, client: Client) -> None:
    for wanted, led in (("/measures/shares/", "/measures/shares/"), ("https://evil.example/", "/staff/")):
        answer = client.post(f"{LOGIN}?next={wanted}", {"username": "staff", "password": PASSWORD, "next": wanted})
        assert answer["Location"] == led
        client.logout()


def test_a_wrong_password_keeps_the_name_and_says_no_more_than_needed(cast: Cast, client: Client) -> None:
    known = try_password(client, "wrong").content.decode()
    unknown = try_password(client, "wrong", "nobody").content.decode()
    assert 'value="staff"' in known
    messages = [re.search(r'role="alert".*?</', text, re.S) for text in (known, unknown)]
    assert all(messages)
    assert messages[0][0] == messages[1][0], "whether the name exists is not told"


@pytest.mark.parametrize(("path", "words"), [(LOGIN, "15 นาที"), (f"/en{LOGIN}", "15 minutes")])
def test_five_wrong_passwords_lock_out(cast: Cast, client: Client, path: str, words: str) -> None:
    assert fail(client, 4, path=path).status_code == 200
    answer = fail(client, 1, path=path)
    assert answer.status_code == 429
    assert words in answer.content.decode()
    assert try_password(client, PASSWORD, path=path).status_code == 429, "the right one is too late now"


def test_the_back_office_has_the_same_lock(cast: Cast, client: Client) -> None:
    assert fail(client, 5, username="secretary", path="/admin/login/").status_code == 429
    assert try_password(client, PASSWORD, "secretary").status_code == 429


def test_the_lock_ends_after_a_quarter_of_an_hour(cast: Cast, client: Client) -> None:
    with time_machine.travel("2024-01-10T03:00:00+00:00", tick=False):
        assert fail(client, 5).status_code == 429
    with time_machine.travel("2024-01-10T03:14:00+00:00", tick=False):
        assert try_password(client, PASSWORD).status_code == 429
    with time_machine.travel("2024-01-10T03:30:00+00:00", tick=False):
        assert try_password(client, PASSWORD).status_code == 302


def test_who_guesses_locks_nobody_else_out(cast: Cast, client: Client) -> None:
    fail(client, 5)
    assert try_password(client, PASSWORD, "staff2").status_code == 302
    assert try_password(Client(), PASSWORD, REMOTE_ADDR="198.51.100.4").status_code == 302, "the same name elsewhere"


def test_a_good_sign_in_begins_the_count_anew(cast: Cast, client: Client) -> None:
    fail(client, 4)
    assert try_password(client, PASSWORD).status_code == 302
    client.logout()
    assert fail(client, 4).status_code == 200


def test_nothing_stored_leads_back_to_a_visitor(cast: Cast, client: Client) -> None:
    fail(client, 5)
    try_password(client, PASSWORD, "staff2")
    rows = [*AccessAttempt.objects.values(), *AccessLog.objects.values(), *AccessFailureLog.objects.values()]
    assert rows
    text = str(rows)
    for private in ("203.0.113.77", "Browser-Of-A-Visitor", "wrong", PASSWORD):
        assert private not in text
    for row in rows:
        assert re.fullmatch(r"fd00::[0-9a-f]{1,4}", str(row["ip_address"]))


def test_buckets_are_shared_and_keyed(settings: Any) -> None:
    requests = [RequestFactory().get("/", REMOTE_ADDR=f"10.{n // 250}.{n % 250}.1") for n in range(2000)]
    buckets = {address_bucket(request) for request in requests}
    assert len(buckets) < len(requests), "some share a bucket"
    assert len(buckets) > 1900, "most do not"
    settings.SECRET_KEY = "another key"
    assert address_bucket(requests[0]) not in {*buckets} or len({address_bucket(r) for r in requests} - buckets) > 1000


@pytest.mark.parametrize(
    ("trusted", "same"),
    [(False, True), (True, False)],
)
def test_which_address_counts(settings: Any, trusted: bool, same: bool) -> None:
    """Behind the trusted proxy its own word, the last entry; without one the header is the visitor's invention."""
    settings.PORTAL_TRUSTED_PROXY = trusted
    said = ("1.1.1.1, 203.0.113.5", "1.1.1.1, 203.0.113.6", "9.9.9.9,203.0.113.6")
    requests = [RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=value) for value in said]
    first, second, third = map(address_bucket, requests)
    assert (first == second) is same
    assert second == third, "what a visitor writes before it changes nothing"


def test_who_has_left_is_out_at_once(cast: Cast) -> None:
    client = cast.client("staff")
    assert client.get("/staff/").status_code == 200
    cast.staff.is_active = False
    cast.staff.save()
    assert client.get("/staff/").status_code == 302


def test_a_form_that_was_open_too_long_says_how_to_go_on(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    for path, words in ((LOGIN, 'lang="th"'), (f"/en{LOGIN}", 'lang="en"')):
        answer = try_password(client, PASSWORD, path=path)
        assert answer.status_code == 403
        assert words in answer.content.decode()


def test_signing_out_is_an_act(cast: Cast) -> None:
    client = cast.client("staff")
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/staff/").status_code == 302


def test_changing_the_password(cast: Cast) -> None:
    client = cast.client("staff")
    weak = {"old_password": PASSWORD, "new_password1": "12345", "new_password2": "12345"}
    assert client.post("/accounts/password/", weak).status_code != 302
    fresh = "ม้าแก่กินหญ้า 12 ต้น"
    good = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    assert client.post("/accounts/password/", good).status_code == 302
    assert try_password(Client(), fresh).status_code == 302


def test_a_session_lasts_a_working_day(cast: Cast) -> None:
    with time_machine.travel("2024-01-10T01:00:00+00:00", tick=False):
        client = cast.client("staff")
        assert client.get("/staff/").status_code == 200
    with time_machine.travel("2024-01-10T09:30:00+00:00", tick=False):
        assert client.get("/staff/").status_code == 302
    assert django_settings.SESSION_COOKIE_AGE == 8 * 60 * 60


def test_the_open_session_cookie_is_out_of_reach_of_scripts(db: None, client: Client) -> None:
    UserFactory(username="somebody")
    answer = try_password(client, PASSWORD, "somebody")
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_all_addresses_of_one_ipv6_connection_share_a_bucket() -> None:
    def bucket(address: str) -> str:
        return address_bucket(RequestFactory().get("/", REMOTE_ADDR=address))

    assert bucket("2001:db8:1:2::1") == bucket("2001:db8:1:2:ffff::9")
    assert bucket("2001:db8:1:2::1") != bucket("2001:db8:1:3::1")
    assert bucket("::ffff:203.0.113.7") == bucket("203.0.113.7")
