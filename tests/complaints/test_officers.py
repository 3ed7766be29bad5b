"""Officers come and go: confirmed by another, given complaints, and never leaving one that nobody can open."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from complaints import sealing
from complaints.choices import Act, OfficerState
from complaints.conflict import Accused
from complaints.models import Case, CaseLogEntry, Grant, Officer
from complaints.opened import open_for_officer
from complaints.services import filing
from complaints.services.acts import share_case
from complaints.services.filing import Filed, NoRecipientError
from complaints.services.officers import (
    OfficerError,
    cases_only_of,
    confirm_officer,
    control_number,
    make_recovery,
    remove_officer,
    set_up_vault,
)
from complaints.sessions import VAULT_COOKIE
from organization.choices import Role
from tests.factories import UserFactory
from tests.races import at_once, begin, wait_until_blocked

from .conftest import PASSPHRASE, Desk, open_vault_of

OFFICERS = "/complaints/desk/officers/"
FileCase = Callable[..., Filed]


def newcomer(**known: object) -> Officer:
    """A third person with the role, whose vault waits."""
    person = UserFactory(username="third", role=Role.INTEGRITY_OFFICER, **known)
    return set_up_vault(person, PASSPHRASE)


def confirm_by_page(client: Client, officer: Officer, **other: str):  # type: ignore[no-untyped-def]
    """Send the form of the confirmation."""
    given = {"key": bytes(officer.public_key).hex(), "compared": "on"} | other
    return client.post(f"{OFFICERS}{officer.pk}/confirm/", given)


def test_the_list_says_who_waits_who_works_and_who_has_left(desk: Desk) -> None:
    newcomer(first_name="สมหญิง")
    remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
    page = desk.client("integrity").get(OFFICERS)
    assert [len(page.context[part]) for part in ("waiting", "working", "gone")] == [1, 1, 1]
    assert "สมหญิง" in page.content.decode()


def test_missing_shares_are_told_until_there_are_some(desk: Desk) -> None:
    warning = 'href="/complaints/desk/recovery/">'
    client = desk.client("integrity")
    assert client.get(OFFICERS).content.decode().count(warning) == 2
    make_recovery(needed=2, total=3, by=desk.vaults["integrity"])
    assert client.get(OFFICERS).content.decode().count(warning) == 1


def test_who_lost_role_or_account_is_shown_to_be_removed(desk: Desk) -> None:
    client = desk.client("integrity")
    desk.cast.integrity2.groups.clear()
    (row,) = [row for row in client.get(OFFICERS).context["working"] if not row.is_me]
    assert not row.has_access
    assert client.post(f"{OFFICERS}{row.officer.pk}/remove/").status_code == 302
    assert desk.officer("integrity2").state == OfficerState.LEFT


def test_another_officer_confirms_after_comparing(desk: Desk) -> None:
    officer, client = newcomer(), desk.client("integrity")
    page = client.get(f"{OFFICERS}{officer.pk}/confirm/").content.decode()
    assert control_number(officer) in page
    assert confirm_by_page(client, officer, compared="").status_code == 422
    assert desk.officer("third").state == OfficerState.PENDING
    assert confirm_by_page(client, officer)["Location"] == f"{OFFICERS}{officer.pk}/cases/"
    now = desk.officer("third")
    assert (now.state, now.confirmed_by_id, now.is_external) == (
        OfficerState.ACTIVE, desk.officer("integrity").pk, False,
    )  # fmt: skip


def test_an_external_recipient_is_marked_when_confirmed(desk: Desk, file_case: FileCase) -> None:
    officer = newcomer()
    confirm_by_page(desk.client("integrity"), officer, is_external="on")
    usual = file_case()
    about_all = file_case(accused=Accused(name="", position="นายกเทศมนตรี"))
    assert not Grant.objects.filter(case=usual.case, officer=officer).exists()
    assert list(Grant.objects.filter(case=about_all.case).values_list("officer", flat=True)) == [officer.pk]


def test_a_vault_replaced_while_the_page_was_read_is_not_confirmed(desk: Desk) -> None:
    """The administrator who opens the account of the newcomer cannot slip a vault of their own in."""
    officer, client = newcomer(), desk.client("integrity")
    client.get(f"{OFFICERS}{officer.pk}/confirm/")
    set_up_vault(officer.user, "a passphrase of somebody else")
    assert confirm_by_page(client, officer)["Location"] == OFFICERS
    assert desk.officer("third").state == OfficerState.PENDING


def test_nobody_confirms_themselves(desk: Desk) -> None:
    with pytest.raises(OfficerError):
        confirm_officer(desk.officer("integrity"), by=desk.vaults["integrity"])
    assert desk.client("integrity").get(f"{OFFICERS}{desk.officer('integrity').pk}/confirm/").status_code == 404


def test_complaints_are_given_and_open_for_who_got_them(desk: Desk, file_case: FileCase) -> None:
    mine = [file_case(narrative=f"เรื่องที่ {number}") for number in range(3)]
    third = open_vault_of(UserFactory(username="third", role=Role.INTEGRITY_OFFICER))
    confirm_officer(third.officer, by=desk.vaults["integrity"])
    client, path = desk.client("integrity"), f"{OFFICERS}{third.officer.pk}/cases/"
    assert {case.pk for case in client.get(path).context["offered"]} == {filed.case.pk for filed in mine}
    client.post(path, {"case": [mine[0].case.reference, mine[1].case.reference]})
    assert Grant.objects.filter(officer=third.officer).count() == 2
    opened = open_for_officer(mine[0].case, third)
    assert opened.letters[0].content["narrative"] == "เรื่องที่ 0"
    assert [case.pk for case in client.get(path).context["offered"]] == [mine[2].case.pk]
    assert CaseLogEntry.objects.filter(act=Act.SHARE, detail=str(third.officer.user_id)).count() == 2


def test_complaints_about_a_person_are_not_offered_to_them(desk: Desk, file_case: FileCase) -> None:
    about = file_case(accused_name="สมชาย ใจดี", accused=Accused(name="สมชาย ใจดี"))
    person = UserFactory(username="third", first_name="สมชาย", last_name="ใจดี", role=Role.INTEGRITY_OFFICER)
    confirm_officer(set_up_vault(person, PASSPHRASE), by=desk.vaults["integrity"])
    client, path = desk.client("integrity"), f"{OFFICERS}{desk.officer('third').pk}/cases/"
    page = client.get(path)
    assert (page.context["offered"], page.context["withheld"]) == ([], 1)
    client.post(path, {"case": [about.case.reference]})
    assert not Grant.objects.filter(officer__user=person).exists()


def test_nobody_gives_what_they_do_not_hold(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    Grant.objects.filter(officer=desk.officer("integrity")).delete()
    third = newcomer()
    confirm_officer(third, by=desk.vaults["integrity"])
    desk.client("integrity").post(f"{OFFICERS}{third.pk}/cases/", {"case": [filed.case.reference]})
    assert not Grant.objects.filter(officer=third).exists()


def test_the_last_holder_cannot_leave(desk: Desk, file_case: FileCase) -> None:
    filed = file_case()
    Grant.objects.filter(case=filed.case, officer=desk.officer("integrity2")).delete()
    client, path = desk.client("integrity"), f"{OFFICERS}{desk.officer('integrity').pk}/remove/"
    assert cases_only_of(desk.officer("integrity")) == 1
    assert client.get(path).context["alone"] == 1
    assert client.post(path).status_code == 422
    assert desk.officer("integrity").state == OfficerState.ACTIVE
    opened = open_for_officer(filed.case, desk.vaults["integrity"])
    share_case(opened, by=desk.officer("integrity"), to=desk.officer("integrity2"))
    left = client.post(path)
    assert left.status_code == 302
    assert left.cookies[VAULT_COOKIE].value == ""
    assert desk.officer("integrity").sealed_private_key is None
    assert not Grant.objects.filter(officer=desk.officer("integrity")).exists()


def test_an_officer_whose_account_is_closed_does_not_count_as_holder(desk: Desk, file_case: FileCase) -> None:
    file_case()
    assert cases_only_of(desk.officer("integrity")) == 0
    desk.cast.integrity2.is_active = False
    desk.cast.integrity2.save()
    assert cases_only_of(desk.officer("integrity")) == 1


def test_a_removed_officer_reads_nothing_more(desk: Desk, file_case: FileCase) -> None:
    file_case()
    gone = desk.client("integrity2")
    remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
    assert gone.get(OFFICERS)["Location"] == "/complaints/desk/vault/"
    assert not Case.objects.visible_to(desk.cast.integrity2).exists()


def test_cases_go_to_no_officer_whose_role_was_taken_away(desk: Desk, file_case: FileCase) -> None:
    desk.cast.integrity2.groups.clear()
    filed = file_case()
    assert list(filed.case.grants.values_list("officer__user__username", flat=True)) == ["integrity"]


def test_where_nobody_is_left_the_server_admits_an_officer(desk: Desk, file_case: FileCase) -> None:
    """One officer, no shares, the passphrase lost: what was sealed stays closed, a new account opens the channel."""
    filed = file_case()
    old = _alone(desk)
    with pytest.raises(OfficerError, match="holds_cases"):
        set_up_vault(old.user, PASSPHRASE)
    old.user.groups.clear()
    officer = newcomer()
    assert officer.state == OfficerState.PENDING
    with pytest.raises(NoRecipientError):
        file_case()
    call_command("admit_officer", "third", stdout=io.StringIO())
    assert desk.officer("third").state == OfficerState.ACTIVE
    assert Grant.objects.filter(case=filed.case, officer=old).exists()
    assert not Grant.objects.filter(case=filed.case, officer=officer).exists()
    assert file_case().case.grants.count() == 1
    entry = CaseLogEntry.objects.get(act=Act.OFFICER_CONFIRMED, by=None)
    assert entry.detail == str(officer.user_id)


@pytest.mark.parametrize(
    ("name", "reason"), [("integrity", "no vault that waits"), ("third", "confirm others"), ("nobody", "no such user")]
)
def test_the_server_admits_nobody_past_the_officers(desk: Desk, name: str, reason: str) -> None:
    newcomer()
    with pytest.raises(CommandError, match=reason):
        call_command("admit_officer", name)
    assert desk.officer("third").state == OfficerState.PENDING


def test_nobody_removes_an_officer_who_still_works(desk: Desk, file_case: FileCase) -> None:
    """The accused officer does not do away with the one who holds the case about them."""
    make_recovery(needed=2, total=3, by=desk.vaults["integrity"])
    accused, holder = desk.officer("integrity2"), desk.officer("integrity")
    file_case(accused=Accused(officers=frozenset({accused.pk})))
    client, path = desk.client("integrity2"), f"{OFFICERS}{holder.pk}/remove/"
    assert path not in client.get(OFFICERS).content.decode()
    assert "<form method" not in client.get(path).content.decode().partition("<main")[2].partition("</main")[0]
    assert client.post(path).status_code == 422
    with pytest.raises(OfficerError, match="has_access"):
        remove_officer(holder, by=accused.user)
    holder.user.groups.clear()  # the administrator helps: still nobody else holds it but the shares
    assert client.post(path).status_code == 422
    with pytest.raises(OfficerError, match="holds_cases"):
        remove_officer(holder, by=accused.user)
    assert Grant.objects.filter(officer=holder).count() == 1


# An officer leaves while a complaint is being filed to them alone ---------------------------------------------


def _alone(desk: Desk) -> Officer:
    remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
    return desk.officer("integrity")


def _leave_without_waiting(officer: Officer) -> None:
    """What `remove_officer` does, with the weak lock that every other act takes."""
    with transaction.atomic():
        current = Officer.objects.select_for_update(no_key=True).get(pk=officer.pk)
        assert not cases_only_of(current)
        current.state, current.left_on, current.sealed_private_key = OfficerState.LEFT, current.joined_on, None
        current.save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [False, True])
def test_an_officer_leaves_between_the_grant_and_the_commit(
    desk: Desk, file_case: FileCase, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Without the strong lock they leave a case behind that nobody opens; with it they wait, and must stay."""
    officer = _alone(desk)
    leave = (lambda: remove_officer(officer, by=desk.cast.integrity)) if guarded else (
        lambda: _leave_without_waiting(officer)
    )  # fmt: skip
    results = []
    append = filing.append_entry

    def leaving_meanwhile(*args: object, **kwargs: object) -> object:
        results.append(begin(leave))  # the grant is written, the transaction still open
        wait_until_blocked(results[0])  # for the officer's row, or, without the guard, when its look is behind it
        return append(*args, **kwargs)

    monkeypatch.setattr(filing, "append_entry", leaving_meanwhile)
    filed = file_case()
    if guarded:
        with pytest.raises(OfficerError, match="holds_cases"):
            results[0].result()
    else:
        results[0].result()
    holds = Officer.objects.receiving().filter(grants__case=filed.case).exists()
    assert holds is guarded


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [False, True])
def test_an_officer_leaves_between_sealing_and_writing(
    desk: Desk, file_case: FileCase, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """Without the look after the grants the case is sealed to a revoked key; with it, it goes to who is there now."""
    officer = _alone(desk)
    second = open_vault_of(UserFactory(username="third", role=Role.INTEGRITY_OFFICER))
    seal = filing._seal

    def left_after_sealing(*args: object, **known: object) -> object:
        parts = seal(*args, **known)
        if Officer.objects.filter(pk=officer.pk, state=OfficerState.ACTIVE).exists():
            confirm_officer(second.officer, by=desk.vaults["integrity"])
            remove_officer(officer, by=desk.cast.integrity)
        return parts

    monkeypatch.setattr(filing, "_seal", left_after_sealing)
    if not guarded:
        monkeypatch.setattr(filing, "_write", _write_without_looking)
    filed = file_case()
    second.officer.refresh_from_db()
    if guarded:
        assert open_for_officer(filed.case, second).letters
    else:
        assert not Officer.objects.receiving().filter(grants__case=filed.case).exists()


@transaction.atomic
def _write_without_looking(parts, submission) -> None:  # type: ignore[no-untyped-def]
    parts.case.save(force_insert=True)
    Grant.objects.bulk_create(parts.grants)


@pytest.mark.django_db(transaction=True)
def test_a_vault_replaced_between_sealing_and_writing_gets_no_grant_of_the_old_key(
    desk: Desk, file_case: FileCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = _alone(desk)
    seal, replaced = filing._seal, []

    def replaced_after_sealing(*args: object, **known: object) -> object:
        parts = seal(*args, **known)
        if not replaced:
            replaced.append(set_up_vault(officer.user, "another passphrase of the tests"))
        return parts

    monkeypatch.setattr(filing, "_seal", replaced_after_sealing)
    filed = file_case()
    grant = Grant.objects.get(case=filed.case)
    from complaints.services.officers import unlock_vault

    now = desk.officer("integrity")
    pair = sealing.KeyPair.of(unlock_vault(now, "another passphrase of the tests"))
    assert len(sealing.open_sealed(pair, grant.sealed_keys, f"case {filed.case.pk}/grant")) == 64


def test_nobody_left_means_nothing_is_stored(desk: Desk, file_case: FileCase) -> None:
    remove_officer(_alone(desk), by=desk.cast.integrity)
    with pytest.raises(NoRecipientError):
        file_case()
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_giving_and_leaving_at_once_never_wait_for_each_other(desk: Desk, file_case: FileCase) -> None:
    for _round in range(5):
        filed = file_case()
        third = open_vault_of(UserFactory(role=Role.INTEGRITY_OFFICER))
        confirm_officer(third.officer, by=desk.vaults["integrity"])
        opened = open_for_officer(filed.case, desk.vaults["integrity"])
        results = at_once(
            lambda opened=opened, third=third: share_case(opened, by=desk.officer("integrity"), to=third.officer),
            lambda third=third: remove_officer(third.officer, by=third.officer.user),
        )
        assert results[0] is None or isinstance(results[0], ValueError), results
        assert results[1] is None, results
        assert not Grant.objects.filter(officer=third.officer).exists()
