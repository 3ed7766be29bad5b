"""Recovery shares: made once, printed, and enough of them bring every complaint back."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from complaints import sealing
from complaints.choices import OfficerState
from complaints.conflict import Accused
from complaints.models import Case, ChannelKeys, Grant, Officer
from complaints.opened import open_for_officer
from complaints.services.acts import answer_reporter
from complaints.services.filing import Filed
from complaints.services.officers import (
    OfficerError,
    confirm_officer,
    cover_cases,
    make_recovery,
    recover_cases,
    set_up_vault,
    unlock_vault,
)
from complaints.sessions import OpenVault
from complaints.views import vault as views
from organization.choices import Role
from tests.factories import UserFactory
from tests.races import at_once

from .conftest import PASSPHRASE, Desk

RECOVERY, RECOVER, SHEETS = (
    "/complaints/desk/recovery/",
    "/complaints/desk/recover/",
    "/complaints/desk/recovery/shares.pdf",
)
FileCase = Callable[..., Filed]


@pytest.fixture(autouse=True)
def _fresh_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "tries", views.Window(views.TRIES_IN_TEN_MINUTES, 600))


def made(desk: Desk, needed: int = 2, total: int = 3) -> list[str]:
    """The shares that `integrity` makes."""
    now = ChannelKeys.objects.values_list("recovery_public", flat=True).first()
    return make_recovery(needed=needed, total=total, by=desk.vaults["integrity"], instead_of=now and bytes(now))


def typed(shares: list[str]) -> dict[str, str]:
    """The form of recovery."""
    return {f"share{number}": share for number, share in enumerate(shares, 1)}


def replace_all(desk: Desk) -> None:
    """Both officers have lost their passphrases and set up new vaults."""
    for name in ("integrity", "integrity2"):
        set_up_vault(getattr(desk.cast, name), PASSPHRASE)


def test_shares_are_shown_once_and_nowhere_else(desk: Desk) -> None:
    client = desk.client("integrity")
    page = client.post(RECOVERY, {"needed": 2, "total": 3, "instead_of": ""})
    shares = [text for _number, text, _words in page.context["shares"]]
    assert page.status_code == 200
    assert len(shares) == 3
    assert "no-store" in page["Cache-Control"]
    again = client.get(RECOVERY).content.decode()
    assert not any(share in again for share in shares)
    keys = ChannelKeys.objects.get()
    assert bytes(keys.recovery_public or b"") == sealing.KeyPair.of(sealing.join_shares(shares[:2])).public
    assert (keys.recovery_needed, keys.recovery_total) == (2, 3)


def test_the_same_form_twice_makes_no_second_set(desk: Desk) -> None:
    """The shares that are in hand must go on being the ones that count."""
    client, form = desk.client("integrity"), {"needed": 2, "total": 3, "instead_of": ""}
    client.post(RECOVERY, form)
    first = ChannelKeys.objects.get().recovery_public
    assert client.post(RECOVERY, form)["Location"] == RECOVERY
    assert ChannelKeys.objects.get().recovery_public == first


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"needed": "1", "total": "3"}, "needed"),
        ({"needed": "4", "total": "3"}, "needed"),
        ({"needed": "2", "total": "10"}, "total"),
        ({"needed": "", "total": "3"}, "needed"),
        ({"needed": "two", "total": "3"}, "needed"),
    ],
)
def test_impossible_numbers_are_told_at_their_field(desk: Desk, form: dict[str, str], field: str) -> None:
    response = desk.client("integrity").post(RECOVERY, form)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not ChannelKeys.objects.exclude(recovery_public=None).exists()


def test_any_two_of_three_bring_everything_back(desk: Desk, file_case: FileCase) -> None:
    before = file_case(narrative="ก่อนทำกุญแจ")
    shares = made(desk)
    after = file_case(narrative="หลังทำกุญแจ")
    for pair in itertools.permutations(shares, 2):
        replace_all(desk)
        client = desk.cast.client("integrity")
        assert client.post(RECOVER, typed(list(pair)))["Location"] == "/complaints/desk/unlock/"
        officer = desk.officer("integrity")
        assert officer.state == OfficerState.ACTIVE
        vault = OpenVault(officer, sealing.KeyPair.of(unlock_vault(officer, PASSPHRASE)))
        told = {
            open_for_officer(filed.case, vault).letters[0].content["narrative"]
            for filed in (before, after)
        }  # fmt: skip
        assert told == {"ก่อนทำกุญแจ", "หลังทำกุญแจ"}


def test_as_people_type_them(desk: Desk, file_case: FileCase) -> None:
    file_case()
    shares = made(desk)
    replace_all(desk)
    numbered = "\n".join(f"{place}. {word.upper()}" for place, word in enumerate(shares[0].split(), 1))
    desk.cast.client("integrity").post(RECOVER, typed([numbered, "  " + shares[2].replace(" ", "  ") + "\n"]))
    assert Grant.objects.filter(officer=desk.officer("integrity")).count() == 1


@pytest.mark.parametrize("mistake", ["word", "swapped", "count", "same", "other set", "empty"])
def test_wrong_shares_are_told_where_they_are_wrong(desk: Desk, file_case: FileCase, mistake: str) -> None:
    file_case()
    first, second, _third = made(desk)
    words = second.split()
    place = next(place for place in range(20, 32) if words[place] != words[place + 1])
    wrong = {
        "word": " ".join([*words[:4], "garuda", *words[5:]]),
        "swapped": " ".join([*words[:place], words[place + 1], words[place], *words[place + 2 :]]),
        "count": " ".join(words[:-1]),
        "same": first,
        "other set": sealing.split_key(bytes(32), needed=2, total=3)[1],
        "empty": "",
    }[mistake]
    replace_all(desk)
    response = desk.cast.client("integrity").post(RECOVER, typed([first, wrong]))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_share2_error"' in page
    assert 'aria-describedby="id_share2_error"' in page
    assert first in page  # what was typed is kept
    assert desk.officer("integrity").state == OfficerState.PENDING
    assert not Grant.objects.exists()


def test_new_shares_take_nothing_from_cases_of_others(desk: Desk, file_case: FileCase) -> None:
    """Who makes shares and does not hold a case leaves it sealed to the old ones, until a holder covers it."""
    old = made(desk)
    theirs = file_case()
    Grant.objects.filter(case=theirs.case, officer=desk.officer("integrity")).delete()
    made(desk, needed=3, total=4)
    assert desk.client("integrity2").get(RECOVERY).context["uncovered"] == 1
    with pytest.raises(OfficerError, match="holds_cases"):
        set_up_vault(desk.cast.integrity2, PASSPHRASE)
    client = desk.cast.client("integrity")
    assert client.post(RECOVER, typed(old[1:]))["Location"] == "/complaints/desk/unlock/"
    assert Grant.objects.filter(case=theirs.case, officer=desk.officer("integrity")).exists()


def test_shares_give_a_waiting_vault_nothing_while_somebody_can_confirm_it(desk: Desk, file_case: FileCase) -> None:
    file_case()
    shares = made(desk)
    third = set_up_vault(UserFactory(username="third", role=Role.INTEGRITY_OFFICER), PASSPHRASE)
    with pytest.raises(OfficerError, match="not_confirmed"):
        recover_cases(shares[:2], to=third)
    client = desk.cast.client("citizen")
    client.force_login(third.user)
    assert client.post(RECOVER, typed(shares[:2])).status_code == 422
    assert desk.officer("third").state == OfficerState.PENDING
    assert not Grant.objects.filter(officer=third).exists()


def test_sound_shares_of_an_older_set_are_refused(desk: Desk, file_case: FileCase) -> None:
    file_case()
    old, _new = made(desk), made(desk)
    replace_all(desk)
    response = desk.cast.client("integrity").post(RECOVER, typed(old[:2]))
    assert response.status_code == 422
    assert desk.officer("integrity").state == OfficerState.PENDING


def test_too_few_shares_say_nothing(desk: Desk) -> None:
    shares = made(desk, needed=3, total=5)
    with pytest.raises(sealing.WrongKeyError):
        sealing.join_shares(shares[:2])


def test_complaints_about_the_officer_do_not_come_back_to_them(desk: Desk, file_case: FileCase) -> None:
    person = UserFactory(username="third", first_name="สมชาย", last_name="ใจดี", role=Role.INTEGRITY_OFFICER)
    about = file_case(accused_name="นายสมชาย ใจดี", accused=Accused(name="นายสมชาย ใจดี"))
    other = file_case()
    shares = made(desk)
    confirm_officer(set_up_vault(person, PASSPHRASE), by=desk.vaults["integrity"])
    client = desk.cast.client("citizen")
    client.force_login(person)
    client.post(RECOVER, typed(shares[:2]))
    got = set(Grant.objects.filter(officer__user=person).values_list("case", flat=True))
    assert got == {other.case.pk}
    assert about.case.pk not in got


def test_another_officer_seals_theirs_to_the_new_shares(desk: Desk, file_case: FileCase) -> None:
    mine, theirs = file_case(), file_case()
    Grant.objects.filter(case=theirs.case, officer=desk.officer("integrity")).delete()
    shares = made(desk)
    client = desk.client("integrity2")
    assert client.get(RECOVERY).context["uncovered"] == 1
    assert client.post(RECOVERY + "cover/")["Location"] == RECOVERY
    assert client.get(RECOVERY).context["uncovered"] == 0
    replace_all(desk)
    desk.cast.client("integrity").post(RECOVER, typed(shares[1:]))
    got = set(Grant.objects.filter(officer=desk.officer("integrity")).values_list("case", flat=True))
    assert got == {mine.case.pk, theirs.case.pk}


def test_nothing_to_cover_while_there_are_no_shares(desk: Desk) -> None:
    with pytest.raises(OfficerError, match="no_recovery"):
        cover_cases(by=desk.vaults["integrity"])
    assert desk.client("integrity").post(RECOVERY + "cover/")["Location"] == RECOVERY


def test_without_shares_recovery_says_so(desk: Desk) -> None:
    response = desk.cast.client("integrity").get(RECOVER)
    assert response.status_code == 200
    assert "form" not in (response.context or {})


def test_the_sheets_have_a_page_for_each_share(desk: Desk) -> None:
    shares = made(desk, needed=2, total=4)
    response = desk.client("integrity").post(SHEETS, {"share": shares})
    content = response.content
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    import io

    from pypdf import PdfReader

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert len(pages) == 4
    for share, page in zip(shares, pages, strict=True):
        assert all(word in page for word in share.split())


@pytest.mark.parametrize("shares", [[], ["not a share"], ["word " * 33] * 3])
def test_sheets_of_nonsense_are_not_made(desk: Desk, shares: list[str]) -> None:
    assert desk.client("integrity").post(SHEETS, {"share": shares})["Location"] == RECOVERY


@pytest.mark.django_db(transaction=True)
def test_two_officers_make_shares_at_once_and_one_set_counts(desk: Desk) -> None:
    results = at_once(
        *(
            lambda vault=vault: make_recovery(needed=2, total=3, by=vault)
            for vault in (desk.vaults["integrity"], desk.vaults["integrity2"])
        )
    )
    (shares,) = [result for result in results if isinstance(result, list)]
    known = ChannelKeys.objects.get()
    assert sealing.KeyPair.of(sealing.join_shares(shares[:2])).public == bytes(known.recovery_public or b"")


@pytest.mark.django_db(transaction=True)
def test_shares_are_made_while_officers_answer(desk: Desk, file_case: FileCase) -> None:
    filed = [file_case() for _number in range(4)]
    opened = [open_for_officer(one.case, desk.vaults["integrity2"]) for one in filed]
    results = at_once(
        lambda: make_recovery(needed=2, total=3, by=desk.vaults["integrity"]),
        *(lambda one=one: answer_reporter(one, by=desk.officer("integrity2"), text="รับเรื่องแล้ว") for one in opened),
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert not Case.objects.filter(recovery_sealed_keys=None).exists()
    assert not Case.objects.filter(answered_on=None).exists()
    assert Officer.objects.receiving().count() == 2
