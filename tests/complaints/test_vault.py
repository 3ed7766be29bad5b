"""An officer's vault: set up, opened, locked, under another passphrase, replaced."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from complaints.choices import Act, OfficerState
from complaints.models import CaseLogEntry, Grant, KeySession, Officer
from complaints.services.officers import OfficerError, set_up_vault, unlock_vault
from complaints.sessions import VAULT_COOKIE
from complaints.views import vault as views
from tests.cast import Cast
from tests.races import at_once

from .conftest import PASSPHRASE, Desk

SET_UP, UNLOCK, LOCK = "/complaints/desk/vault/", "/complaints/desk/unlock/", "/complaints/desk/lock/"
GOOD = "ช้าง 7 ตะกร้า moonlight"


@pytest.fixture(autouse=True)
def _fresh_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries of one test do not count in another."""
    monkeypatch.setattr(views, "tries", views.Window(views.TRIES_IN_TEN_MINUTES, 600))


def set_up(client: Client, passphrase: str = GOOD, **other: str):  # type: ignore[no-untyped-def]
    """Send the form of a first vault."""
    return client.post(SET_UP, {"passphrase": passphrase, "again": passphrase, "understood": "on"} | other)


def test_the_first_officer_receives_at_once_and_is_led_to_the_shares(cast: Cast) -> None:
    client = cast.client("integrity")
    response = set_up(client)
    assert (response.status_code, response["Location"]) == (302, "/complaints/desk/recovery/")
    assert Officer.objects.get().state == OfficerState.ACTIVE
    assert client.get("/complaints/desk/recovery/").status_code == 200  # the vault is open


def test_the_next_officer_waits_for_another(desk: Desk) -> None:
    Officer.objects.filter(user=desk.cast.integrity2).delete()
    client = desk.cast.client("integrity2")
    assert set_up(client)["Location"] == UNLOCK
    assert desk.officer("integrity2").state == OfficerState.PENDING
    page = client.get(UNLOCK)
    assert page.status_code == 200
    assert VAULT_COOKIE not in client.cookies
    client.post(UNLOCK, {"passphrase": GOOD})
    assert VAULT_COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"passphrase": "short", "again": "short"}, "passphrase"),
        ({"passphrase": "aaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaa"}, "passphrase"),
        ({"passphrase": "qwertyuiop", "again": "qwertyuiop"}, "passphrase"),
        ({"again": GOOD + "!"}, "again"),
        ({"again": ""}, "again"),
        ({"understood": ""}, "understood"),
    ],
)
def test_a_poor_passphrase_is_told_at_its_field(cast: Cast, change: dict[str, str], field: str) -> None:
    given = {"passphrase": GOOD, "again": GOOD, "understood": "on"} | change
    response = cast.client("integrity").post(SET_UP, {name: value for name, value in given.items() if value})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Officer.objects.exists()


def test_the_password_of_the_account_is_no_passphrase(cast: Cast) -> None:
    cast.integrity.set_password(GOOD)
    cast.integrity.save()
    assert set_up(cast.client("integrity")).status_code == 422
    cast.integrity.is_demonstration = True
    cast.integrity.save()
    assert set_up(cast.client("integrity")).status_code == 302


def test_no_page_shows_a_passphrase_again(cast: Cast) -> None:
    response = set_up(cast.client("integrity"), again="another passphrase")
    assert response.status_code == 422
    assert GOOD not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_is_the_first(cast: Cast) -> None:
    at_once(lambda: set_up_vault(cast.integrity, GOOD), lambda: set_up_vault(cast.integrity2, GOOD))
    states = sorted(Officer.objects.values_list("state", flat=True))
    assert states == [OfficerState.ACTIVE, OfficerState.PENDING]


def test_the_passphrase_opens_and_another_does_not(desk: Desk) -> None:
    client = desk.cast.client("integrity")
    wrong = client.post(UNLOCK, {"passphrase": "another one"})
    assert wrong.status_code == 422
    assert 'aria-describedby="id_passphrase_error"' in wrong.content.decode()
    assert VAULT_COOKIE not in client.cookies
    right = client.post(UNLOCK, {"passphrase": PASSPHRASE})
    assert (right.status_code, right["Location"]) == (302, "/complaints/desk/")
    cookie = right.cookies[VAULT_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    assert client.get("/complaints/desk/officers/").status_code == 200


def test_another_keyboard_spelling_of_the_same_words_opens(cast: Cast) -> None:
    officer = set_up_vault(cast.integrity, "ทำดี ที่นี่ 22 ครั้ง")
    assert unlock_vault(officer, "ทำดี ที่นี่ 22 ครั้ง")


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/complaints/desk/officers/", "/complaints/desk/officers/"),
        ("/en/complaints/desk/officers/", "/en/complaints/desk/officers/"),
        ("https://elsewhere.example/complaints/desk/", "/complaints/desk/"),
        ("//elsewhere.example/complaints/desk/", "/complaints/desk/"),
        ("/complaints/desk/../../accounts/logout/", "/complaints/desk/"),
        ("/complaints/desk/\\elsewhere.example", "/complaints/desk/"),
        ("/admin/", "/complaints/desk/"),
        ("javascript:alert(1)", "/complaints/desk/"),
        ("", "/complaints/desk/"),
    ],
)
def test_after_opening_only_the_desk_is_led_to(desk: Desk, wanted: str, led_to: str) -> None:
    client = desk.cast.client("integrity")
    page = client.get(UNLOCK, {"next": wanted})
    assert page.status_code == 200
    assert client.post(UNLOCK, {"passphrase": PASSPHRASE, "next": wanted})["Location"] == led_to


def test_a_locked_page_leads_back_to_itself(desk: Desk) -> None:
    locked = desk.cast.client("integrity").get("/complaints/desk/officers/")
    assert locked["Location"] == f"{UNLOCK}?next=/complaints/desk/officers/"


def test_guessing_ends_after_ten_tries_of_one_person(desk: Desk) -> None:
    client = desk.cast.client("integrity")
    codes = [client.post(UNLOCK, {"passphrase": f"guess {number}"}).status_code for number in range(12)]
    assert codes == [422] * 10 + [429] * 2
    assert client.post(UNLOCK, {"passphrase": PASSPHRASE}).status_code == 429
    assert desk.cast.client("integrity2").post(UNLOCK, {"passphrase": PASSPHRASE}).status_code == 302


def test_locking_ends_the_opened_key_here_and_there(desk: Desk) -> None:
    client = desk.client("integrity")
    kept = client.cookies[VAULT_COOKIE].value
    assert client.get(LOCK).status_code == 405
    assert client.post(LOCK)["Location"] == UNLOCK
    assert not KeySession.objects.exists()
    client.cookies[VAULT_COOKIE] = kept  # somebody who copied the cookie
    assert client.get("/complaints/desk/officers/").status_code == 302


def test_the_cookie_of_one_opens_nothing_for_another(desk: Desk) -> None:
    other = desk.cast.client("integrity2")
    other.cookies[VAULT_COOKIE] = desk.client("integrity").cookies[VAULT_COOKIE].value
    assert other.get("/complaints/desk/officers/").status_code == 302


def test_a_vault_locks_after_silence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from complaints import sessions

    client = desk.client("integrity")
    monkeypatch.setattr(sessions, "VAULT_IDLE", dt.timedelta(seconds=-1))
    assert client.get("/complaints/desk/officers/").status_code == 302


def test_the_role_taken_away_closes_an_open_vault(desk: Desk) -> None:
    client = desk.client("integrity")
    desk.cast.integrity.groups.clear()
    assert client.get("/complaints/desk/officers/").status_code == 403


def test_a_changed_passphrase_locks_everywhere(desk: Desk) -> None:
    here, there = desk.client("integrity"), desk.client("integrity")
    wrong = here.post("/complaints/desk/passphrase/", {"current": "x", "passphrase": GOOD, "again": GOOD})
    assert wrong.status_code == 422
    assert 'id="id_current_error"' in wrong.content.decode()
    changed = here.post("/complaints/desk/passphrase/", {"current": PASSPHRASE, "passphrase": GOOD, "again": GOOD})
    assert changed["Location"] == UNLOCK
    assert there.get("/complaints/desk/officers/").status_code == 302
    assert here.post(UNLOCK, {"passphrase": PASSPHRASE}).status_code == 422
    assert here.post(UNLOCK, {"passphrase": GOOD}).status_code == 302
    assert CaseLogEntry.objects.filter(act=Act.PASSPHRASE_CHANGED).count() == 1


def test_the_same_key_under_the_new_passphrase(desk: Desk, file_case) -> None:  # type: ignore[no-untyped-def]
    file_case()
    desk.client("integrity").post(
        "/complaints/desk/passphrase/", {"current": PASSPHRASE, "passphrase": GOOD, "again": GOOD}
    )
    assert unlock_vault(desk.officer("integrity"), GOOD) == desk.vaults["integrity"].pair.private


def test_replacing_asks_for_the_password_and_two_ticks(desk: Desk, file_case) -> None:  # type: ignore[no-untyped-def]
    file_case()
    cast = desk.cast
    cast.integrity.set_password("the password of the account")
    cast.integrity.save()
    client = cast.client("integrity")
    before = bytes(desk.officer("integrity").public_key)
    assert set_up(client)["Location"] == UNLOCK  # the form of a first vault replaces nothing
    assert set_up(client, lost="on").status_code == 422
    assert set_up(client, lost="on", password="wrong").status_code == 422
    assert bytes(desk.officer("integrity").public_key) == before
    assert Grant.objects.filter(officer__user=cast.integrity).count() == 1
    replaced = set_up(client, lost="on", password="the password of the account")
    assert replaced["Location"] == UNLOCK
    assert desk.officer("integrity").state == OfficerState.PENDING
    assert not Grant.objects.filter(officer__user=cast.integrity).exists()


def test_a_vault_that_alone_holds_a_complaint_is_not_replaced(desk: Desk, file_case) -> None:  # type: ignore[no-untyped-def]
    """The password of the account, which the administrator can set, destroys no complaint."""
    file_case()
    Grant.objects.filter(officer=desk.officer("integrity2")).delete()
    cast, before = desk.cast, bytes(desk.officer("integrity").public_key)
    cast.integrity.set_password("the password of the account")
    cast.integrity.save()
    client = cast.client("integrity")
    assert client.get(SET_UP).context["alone"] == 1
    assert set_up(client, lost="on", password="the password of the account").status_code == 422
    with pytest.raises(OfficerError, match="holds_cases"):
        set_up_vault(cast.integrity, GOOD)
    assert bytes(desk.officer("integrity").public_key) == before
    assert unlock_vault(desk.officer("integrity"), PASSPHRASE)


def test_nobody_but_officers_has_a_vault(desk: Desk) -> None:
    for name in ("admin", "mayor", "head", "secretary"):
        client = desk.cast.client(name)
        assert client.get(SET_UP).status_code == 403
        assert set_up(client).status_code == 403
    assert Officer.objects.count() == 2


def test_pages_of_the_vault_are_kept_by_nobody(desk: Desk) -> None:
    for path in (UNLOCK, SET_UP, "/complaints/desk/officers/"):
        response = desk.client("integrity").get(path)
        assert "no-store" in response["Cache-Control"]
