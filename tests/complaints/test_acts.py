"""What each act seals, for whom, and what it refuses."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from complaints import sealing
from complaints.choices import Body, ItemKind, Outcome
from complaints.models import Attachment, Case, CaseLogEntry, Grant, Item
from complaints.opened import OpenedCase, open_for_officer, open_for_reporter
from complaints.services import acts
from complaints.services.filing import Filed
from complaints.services.reading import open_by_code
from complaints.sessions import OpenFollow
from organization.models import Division, User

from .conftest import Desk
from .test_races import upload


@pytest.fixture
def filed(file_case: Callable[..., Filed]) -> Filed:
    return file_case(identity={"contact_name": "ผู้แจ้ง"})


@pytest.fixture
def desk_view(desk: Desk, filed: Filed) -> OpenedCase:
    return open_for_officer(filed.case, desk.vaults["integrity"])


@pytest.fixture
def reporter_view(filed: Filed) -> OpenedCase:
    case, private = open_by_code(filed.receipt)
    return open_for_reporter(OpenFollow(case, sealing.KeyPair.of(private)))


def test_the_reporter_reads_messages_and_no_notes(desk: Desk, desk_view: OpenedCase, reporter_view: OpenedCase) -> None:
    by = desk.vaults["integrity"].officer
    acts.write_note(desk_view, by=by, text="among us", files=[upload(b"a note's file")])
    acts.refer_case(desk_view, by=by, body=Body.NACC, number="1/2569", note="for officers", text="for you")
    kinds = [letter.item.kind for letter in reporter_view.letters]
    assert kinds == ["report", "identity", "message"]
    assert reporter_view.letters[-1].content["text"] == "for you"
    with pytest.raises(sealing.WrongKeyError):
        reporter_view.read([ItemKind.NOTE])
    note = Attachment.objects.get()
    assert reporter_view.file(note.pk) is None
    with pytest.raises(sealing.WrongKeyError):
        reporter_view.file(note.pk, [ItemKind.NOTE])
    with pytest.raises(sealing.WrongKeyError):
        _ = reporter_view.both


def test_officers_read_everything_but_the_identity_at_once(desk: Desk, desk_view: OpenedCase) -> None:
    assert [letter.item.kind for letter in desk_view.letters] == ["report"]
    shown = acts.open_identity(desk_view, by=desk.vaults["integrity"].officer, reason="to call the witness")
    assert shown[0].content["contact_name"] == "ผู้แจ้ง"
    entry = CaseLogEntry.objects.get(act="open_identity")
    assert entry.by == desk.cast.integrity
    assert desk_view.letters[-1].content["text"] == "to call the witness"


def test_a_note_moved_to_the_messages_does_not_open(
    desk: Desk, desk_view: OpenedCase, reporter_view: OpenedCase
) -> None:
    """Somebody with the database shows the reporter what was written among officers: it stays sealed."""
    acts.write_note(desk_view, by=desk.vaults["integrity"].officer, text="among us")
    Item.objects.filter(kind="note").update(kind="message")
    with pytest.raises(sealing.WrongKeyError):
        _ = reporter_view.letters


def test_an_item_moved_to_another_case_does_not_open(desk: Desk, file_case: Callable[..., Filed], filed: Filed) -> None:
    other = file_case()
    Item.objects.filter(case=other.case).delete()
    Item.objects.filter(case=filed.case).update(case=other.case)
    with pytest.raises(sealing.WrongKeyError):
        _ = open_for_officer(other.case, desk.vaults["integrity"]).letters


def test_a_grant_moved_to_another_case_opens_nothing(desk: Desk, file_case: Callable[..., Filed], filed: Filed) -> None:
    other = file_case()
    grant = Grant.objects.get(case=other.case, officer=desk.officer("integrity"))
    Grant.objects.filter(case=filed.case, officer=grant.officer).update(sealed_keys=bytes(grant.sealed_keys))
    with pytest.raises(sealing.WrongKeyError):
        open_for_officer(filed.case, desk.vaults["integrity"])


def test_files_come_back_as_they_went_in(desk: Desk, desk_view: OpenedCase, reporter_view: OpenedCase) -> None:
    content = os.urandom(200_000)
    acts.write_as_reporter(reporter_view, text="more", files=[upload(content), upload(b"two")])
    files = desk_view.read([ItemKind.MESSAGE])[0].files
    assert [b"".join(file.read()) for file in files] == [content, b"two"]
    assert [file.name for file in files] == ["a.txt", "a.txt"]


def test_who_may_handle_a_case(desk: Desk, desk_view: OpenedCase) -> None:
    by = desk.vaults["integrity"].officer
    acts.assign_case(desk_view, by=by, handler=desk.officer("integrity2"))
    assert desk_view.case.handler == desk.officer("integrity2")
    Grant.objects.filter(officer__user__username="integrity2").delete()
    with pytest.raises(Grant.DoesNotExist):
        acts.assign_case(desk_view, by=by, handler=desk.officer("integrity2"))


def test_sharing_opens_it_for_the_other(desk: Desk, desk_view: OpenedCase) -> None:
    Grant.objects.filter(officer__user__username="integrity2").delete()
    other = desk.vaults["integrity2"]
    with pytest.raises(Grant.DoesNotExist):
        open_for_officer(desk_view.case, other)
    acts.share_case(desk_view, by=desk.vaults["integrity"].officer, to=desk.officer("integrity2"))
    assert open_for_officer(desk_view.case, other).letters[0].content["narrative"]


def test_sharing_with_one_who_receives_nothing_leaves_nothing(desk: Desk, desk_view: OpenedCase) -> None:
    Grant.objects.filter(officer__user__username="integrity2").delete()
    to = desk.officer("integrity2")
    User.objects.filter(username="integrity2").update(is_active=False)
    with pytest.raises(ValueError, match="receives no cases"):
        acts.share_case(desk_view, by=desk.vaults["integrity"].officer, to=to)
    assert not Grant.objects.filter(officer=to).exists()
    assert not CaseLogEntry.objects.filter(act="share").exists()


def test_a_renamed_division_still_leaves_its_officers_out(desk: Desk, file_case: Callable[..., Filed]) -> None:
    """Who was left out at filing stays out, whatever is renamed or moved later."""
    from complaints.conflict import Accused
    from complaints.services.officers import confirm_officer
    from organization.choices import Role
    from tests.factories import UserFactory

    from .conftest import open_vault_of

    works = Division.objects.get(name="กองช่าง")
    vault = open_vault_of(UserFactory(username="works", role=Role.INTEGRITY_OFFICER, division=works))
    confirm_officer(vault.officer, by=desk.vaults["integrity"])
    vault.officer.refresh_from_db()
    filed = file_case(
        accused=Accused(position="ผู้อำนวยการ", division=works), accused_position="ผู้อำนวยการ", accused_division="กองช่าง"
    )
    assert not Grant.objects.filter(case=filed.case, officer=vault.officer).exists()
    Division.objects.filter(pk=works.pk).update(name="กองโยธา")
    opened = open_for_officer(filed.case, desk.vaults["integrity"])
    with pytest.raises(ValueError, match="about this officer"):
        acts.share_case(opened, by=desk.vaults["integrity"].officer, to=vault.officer)


def test_what_an_officer_has_open_follows_the_case(desk: Desk, desk_view: OpenedCase) -> None:
    by = desk.vaults["integrity"].officer
    assert len(desk_view.letters) == 1
    acts.accept_case(desk_view, by=by)
    acts.answer_reporter(desk_view, by=by, text="x")
    assert len(desk_view.letters) == 2
    acts.close_case(desk_view, by=by, outcome=Outcome.UNSUBSTANTIATED, text="y")
    assert desk_view.case.state == "closed"
    assert Case.objects.get().outcome == "unsubstantiated"
