"""Filing and acting at the same moment: nothing is lost, nothing is there twice, nobody is counted on who leaves."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from complaints import sealing, store
from complaints.conflict import Accused
from complaints.log import first_break
from complaints.models import Attachment, Case, CaseLogEntry, ChannelKeys, Grant, Item, Officer
from complaints.opened import open_for_officer, opened_with
from complaints.sealing import receipt as receipts
from complaints.services import filing
from complaints.services.acts import accept_case, answer_reporter, refuse_case, write_as_reporter, write_note
from complaints.services.filing import Filed, NoRecipientError, Submission, file_report
from complaints.services.officers import OfficerError, make_recovery, recover_cases, remove_officer
from complaints.services.reading import open_by_code
from complaints.uploads import SealedUpload, seal_uploads
from complaints.workflow import ForbiddenActError
from tests.races import at_once, begin, wait_until_blocked

from .conftest import REPORT, Desk

pytestmark = pytest.mark.django_db(transaction=True)


def upload(content: bytes = b"evidence") -> SealedUpload:
    """A file as it lies sealed in the store after it arrived."""
    request = RequestFactory().post("/", {"attachments": SimpleUploadedFile("a.txt", content)})
    seal_uploads(request)
    found = request.FILES["attachments"]
    assert isinstance(found, SealedUpload)
    return found


def form(token: bytes | None = None, **more: Any) -> Submission:
    return Submission(
        token=token or os.urandom(32),
        category="bribery",
        report=dict(REPORT),
        accused=more.pop("accused", Accused()),
        **more,
    )


def files_in_store() -> list[Path]:
    return [path for path in store.root().glob("*/*") if path.is_file()]


class TestTheSameFormTwice:
    def test_open_without_the_guard(self, desk: Desk) -> None:
        """The same words filed twice are two cases, where nothing marks the form."""
        first = file_report(form())
        second = file_report(form())
        assert first.case != second.case

    def test_one_case_and_the_same_code_for_both(self, desk: Desk) -> None:
        token = os.urandom(32)
        found = at_once(*[lambda: file_report(form(token))] * 4)
        assert all(isinstance(filed, Filed) for filed in found), found
        assert len({filed.receipt.code for filed in found}) == 1
        assert len({filed.proof for filed in found}) == 1
        assert [filed.is_new for filed in found].count(True) == 1
        assert Case.objects.count() == 1
        assert CaseLogEntry.objects.filter(act="file").count() == 1
        assert open_by_code(found[0].receipt)[0] == Case.objects.get()

    def test_one_after_the_other(self, desk: Desk) -> None:
        token = os.urandom(32)
        first, again = file_report(form(token)), file_report(form(token))
        assert (first.is_new, again.is_new) == (True, False)
        assert (again.receipt, again.proof, again.case) == (first.receipt, first.proof, first.case)

    def test_with_the_files_of_one_ticket(self, desk: Desk) -> None:
        """Two taps on the corrected form name the same file: the slower one finds it moved, and that is well."""
        token, file = os.urandom(32), upload()
        tickets = [SealedUpload.of_ticket(file.ticket()) for _tap in range(2)]
        found = at_once(*[lambda one=one: file_report(form(token, files=[one])) for one in tickets])
        assert all(isinstance(filed, Filed) for filed in found), found
        assert len({filed.receipt.code for filed in found}) == 1
        assert Attachment.objects.count() == 1
        assert store.path_of(file.id).exists()

    def test_with_files_sent_twice(self, desk: Desk) -> None:
        token = os.urandom(32)
        sent = [upload(), upload()]
        found = at_once(*[lambda one=one: file_report(form(token, files=[one])) for one in sent])
        assert all(isinstance(filed, Filed) for filed in found), found
        assert Attachment.objects.count() == 1

    def test_an_officer_ticked_afterwards_makes_another_case(self, desk: Desk) -> None:
        """Who goes back and ticks whom it is about must not get the receipt of a case that this officer reads."""
        token = os.urandom(32)
        first = file_report(form(token))
        accused = desk.officer("integrity2")
        second = file_report(form(token, accused=Accused(officers=frozenset({accused.pk}))))
        assert second.is_new
        assert second.receipt.code != first.receipt.code
        assert not Grant.objects.filter(case=second.case, officer=accused).exists()

    def test_a_changed_form_makes_another_case(self, desk: Desk) -> None:
        token = os.urandom(32)
        file_report(form(token))
        assert file_report(form(token, identity={"contact_name": "x"})).is_new
        assert file_report(form(token, files=[upload()])).is_new
        assert Case.objects.count() == 3


class TestLocators:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(receipts, "LOCATOR_DIGITS", 1)
        monkeypatch.setattr(filing, "_MOST_ATTEMPTS", 500)

    def test_open_without_the_guard(self, desk: Desk) -> None:
        """Ten locators, eleven forms: two of them begin with the same one."""
        keys = filing.own_keys()
        marks = [sealing.derive_receipt(bytes([n] * 32), 0, keys.check).mark(keys.check) for n in range(11)]
        assert len(set(marks)) < 11

    def test_every_case_gets_its_own(self, desk: Desk) -> None:
        filed = [file_report(form()) for _each in range(8)]
        assert len({one.receipt.locator for one in filed}) == 8
        for one in filed:
            assert open_by_code(one.receipt)[0] == one.case

    def test_at_the_same_moment_too_and_with_files(self, desk: Desk) -> None:
        """Who loses a locator tries the next one, and their file is still theirs."""
        sent = [form(files=[upload(bytes([n]) * 10)]) for n in range(6)]
        found = at_once(*[lambda one=one: file_report(one) for one in sent])
        assert all(isinstance(filed, Filed) for filed in found), found
        assert len({filed.receipt.locator for filed in found}) == 6
        assert Attachment.objects.count() == 6
        for filed in found:
            opened = open_for_officer(filed.case, desk.vaults["integrity"])
            assert len(b"".join(opened.letters[0].files[0].read())) == 10

    def test_the_database_refuses_a_second_one(self, desk: Desk) -> None:
        one, other = file_report(form()), file_report(form())
        with pytest.raises(IntegrityError, match="locator_mark"), transaction.atomic():
            Case.objects.filter(pk=other.case.pk).update(locator_mark=bytes(one.case.locator_mark))


class TestFailures:
    def test_a_failure_after_the_files_were_moved_leaves_no_case(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = upload()
        sent = form(files=[file])

        def fail(*_all: Any, **_more: Any) -> None:
            raise RuntimeError("the disk of the database is full")

        with monkeypatch.context() as broken:
            broken.setattr(filing, "append_entry", fail)
            with pytest.raises(RuntimeError):
                file_report(sent)
        assert not Case.objects.exists()
        assert not Item.objects.exists()
        assert not Grant.objects.exists()
        assert store.path_of(file.id).exists(), "moved before the commit, so that what is committed is there"
        # The same form again is filed, with the file that had been moved.
        filed = file_report(sent)
        assert filed.is_new
        assert Attachment.objects.get().pk == file.id

    def test_what_was_never_filed_is_swept(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        kept, lost, waiting = upload(), upload(), upload()
        file_report(form(files=[kept]))
        store.keep([lost.id])
        known = set(Attachment.objects.values_list("pk", flat=True))
        assert store.sweep(known, older_than=time.time() - 3600) == 0, "nothing that came just now"
        assert store.sweep(known, older_than=time.time() + 3600) == 2
        assert [path.name for path in files_in_store()] == [str(kept.id)]
        assert not store.has_arrived(waiting.id)

    def test_a_file_that_is_gone_leaves_nothing(self, desk: Desk) -> None:
        there, gone = upload(), upload()
        store.discard(gone.id)
        with pytest.raises(store.FileGoneError):
            file_report(form(files=[there, gone]))
        assert not Case.objects.exists()
        assert store.has_arrived(there.id)
        assert not store.path_of(there.id).exists()

    def test_a_ticket_is_used_once(self, desk: Desk) -> None:
        """A file belongs to one case: its ticket does not bring it into another one."""
        file = upload()
        filed = file_report(form(files=[file]))
        with pytest.raises(store.FileGoneError):
            file_report(form(files=[file]))
        assert Case.objects.get() == filed.case
        opened = open_for_officer(filed.case, desk.vaults["integrity"])
        with pytest.raises(store.FileGoneError):
            write_as_reporter(opened, text="again", files=[file])
        assert Item.objects.count() == 1

    def test_nobody_left_in_the_middle_leaves_nothing(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Both officers leave after the form was sealed to them and before it is written."""
        real = filing._write

        def late(*everything: Any) -> None:
            Officer.objects.update(state="left", sealed_private_key=None, left_on="2026-01-05")
            real(*everything)

        monkeypatch.setattr(filing, "_write", late)
        file = upload()
        with pytest.raises(NoRecipientError):
            file_report(form(files=[file]))
        assert not Case.objects.exists()
        assert not Attachment.objects.exists()

    def test_an_officer_with_a_new_vault_gets_no_grant_that_nobody_opens(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = filing._write
        changed = sealing.new_pair()

        def late(*everything: Any) -> None:
            Officer.objects.filter(user__username="integrity2").update(public_key=changed.public)
            real(*everything)

        with monkeypatch.context() as patched:
            patched.setattr(filing, "_write", late)
            filed = file_report(form())
        assert [grant.officer.user.username for grant in Grant.objects.filter(case=filed.case)] == ["integrity"]


class TestWhoLeaves:
    def test_open_without_the_guard(self, desk: Desk) -> None:
        """A grant alone does not hold its officer: the foreign key takes its lock at the commit only."""
        case = file_report(form()).case
        with transaction.atomic():
            Grant.objects.filter(case=case).delete()
            Grant.objects.create(case=case, officer=desk.officer("integrity"), sealed_keys=b"x")

            def leave() -> Officer:
                with transaction.atomic():
                    return Officer.objects.select_for_update().get(user__username="integrity")

            assert begin(leave).result(timeout=30).state == "active", "not hindered by the grant that is written"

    def test_closed_who_leaves_waits_for_the_case(self, desk: Desk) -> None:
        with transaction.atomic():
            filing.hold_officers([desk.officer("integrity").pk])
            leaving = begin(lambda: remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2))
            assert wait_until_blocked(leaving)
        leaving.result(timeout=30)
        assert desk.officer("integrity2").state == "left"

    def test_two_who_leave_at_once_do_not_lose_a_case(self, desk: Desk) -> None:
        """Each counts on the other to keep it: the second one must stay."""
        file_report(form())
        found = at_once(
            lambda: remove_officer(desk.officer("integrity"), by=desk.cast.integrity),
            lambda: remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2),
        )
        assert [type(one) for one in found].count(OfficerError) == 1, found
        assert Officer.objects.receiving().count() == 1
        assert Grant.objects.filter(officer__in=Officer.objects.receiving()).count() == 1

    def test_acts_and_leaving_do_not_block_each_other(self, desk: Desk) -> None:
        filed = file_report(form())
        opened = open_for_officer(filed.case, desk.vaults["integrity"])
        for _round in range(5):
            found = at_once(
                lambda: write_note(opened, by=desk.officer("integrity"), text="x"),
                lambda: remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2),
            )
            unexpected = [one for one in found if isinstance(one, Exception) and not isinstance(one, OfficerError)]
            assert not unexpected
        assert first_break() is None


class TestRecovery:
    def test_shares_made_while_a_case_is_written(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is sealed to the shares that hold when it is committed."""
        real, shares = filing._write, []

        def late(*everything: Any) -> None:
            if not shares:
                old = ChannelKeys.objects.get().recovery_public
                shares.extend(make_recovery(needed=2, total=2, by=desk.vaults["integrity"], instead_of=old))
            real(*everything)

        make_recovery(needed=2, total=2, by=desk.vaults["integrity"])
        monkeypatch.setattr(filing, "_write", late)
        filed = file_report(form())
        pair = sealing.KeyPair.of(sealing.join_shares(shares))
        both = sealing.open_sealed(pair, filed.case.recovery_sealed_keys or b"", f"case {filed.case.pk}/recovery")
        assert opened_with(filed.case, both).letters

    def test_new_shares_wait_for_the_case_that_is_written(self, desk: Desk) -> None:
        filing.own_keys()
        with transaction.atomic():
            filing._hold_recovery(None)
            making = begin(lambda: make_recovery(needed=2, total=2, by=desk.vaults["integrity"]))
            assert wait_until_blocked(making)
        assert len(making.result(timeout=30)) == 2

    def test_what_only_old_shares_open_does_not_count_as_safe(self, desk: Desk) -> None:
        """Held by one officer, sealed to older shares: this officer cannot leave."""
        first = make_recovery(needed=2, total=2, by=desk.vaults["integrity"])
        filed = file_report(form())
        Grant.objects.filter(case=filed.case, officer__user__username="integrity").delete()
        old = ChannelKeys.objects.get().recovery_public
        make_recovery(needed=2, total=2, by=desk.vaults["integrity"], instead_of=old)
        with pytest.raises(OfficerError, match="holds_cases"):
            remove_officer(desk.officer("integrity2"), by=desk.cast.integrity2)
        assert recover_cases(first, to=desk.officer("integrity")) == 1, "nothing else opens it: they still do"


class TestActs:
    def test_two_officers_at_once_one_of_them_is_told(self, desk: Desk) -> None:
        filed = file_report(form())
        views = {name: open_for_officer(Case.objects.get(pk=filed.case.pk), desk.vaults[name]) for name in desk.vaults}
        found = at_once(
            lambda: accept_case(views["integrity"], by=desk.officer("integrity")),
            lambda: accept_case(views["integrity2"], by=desk.officer("integrity2")),
        )
        assert [type(one) for one in found].count(ForbiddenActError) == 1
        assert CaseLogEntry.objects.filter(act="accept").count() == 1

    def test_answer_and_refusal_at_once_both_hold(self, desk: Desk) -> None:
        from complaints.choices import Refusal

        filed = file_report(form())
        views = {name: open_for_officer(Case.objects.get(pk=filed.case.pk), desk.vaults[name]) for name in desk.vaults}
        found = at_once(
            lambda: answer_reporter(views["integrity"], by=desk.officer("integrity"), text="a"),
            lambda: refuse_case(views["integrity2"], by=desk.officer("integrity2"), refusal=Refusal.COURT, text="b"),
        )
        assert all(isinstance(one, Case) for one in found), found
        assert Case.objects.get().state == "refused"
        assert Case.objects.get().refusal == "court"
        assert sorted(Item.objects.values_list("number", flat=True)) == [1, 2, 3]

    def test_messages_at_once_get_different_numbers(self, desk: Desk) -> None:
        filed = file_report(form())

        def write(text: str) -> Case:
            return write_as_reporter(open_for_officer(Case.objects.get(), desk.vaults["integrity"]), text=text)

        found = at_once(*[lambda n=n: write(str(n)) for n in range(5)])
        assert all(isinstance(one, Case) for one in found), found
        letters = open_for_officer(filed.case, desk.vaults["integrity"]).letters
        assert [letter.item.number for letter in letters] == [1, 2, 3, 4, 5, 6]
        assert sorted(letter.content["text"] for letter in letters[1:]) == ["0", "1", "2", "3", "4"]

    def test_open_without_the_lock_two_take_the_same_number(self, desk: Desk) -> None:
        case = file_report(form()).case
        with pytest.raises(IntegrityError, match="item_number_once"), transaction.atomic():
            Item.objects.create(case=case, number=1, kind="message", written_on="2026-01-05", sealed=b"x")

    def test_the_same_message_twice_at_once(self, desk: Desk) -> None:
        file_report(form())
        same = uuid.uuid4()

        def write() -> Case:
            opened = open_for_officer(Case.objects.get(), desk.vaults["integrity"])
            return write_as_reporter(opened, text="once", item_id=same)

        found = at_once(write, write)
        assert all(isinstance(one, Case) for one in found), found
        assert Item.objects.filter(kind="message").count() == 1

    def test_the_log_stays_one_chain(self, desk: Desk) -> None:
        acts: list[Callable[[], Any]] = [lambda: file_report(form()) for _each in range(5)]
        found = at_once(*acts)
        assert all(isinstance(one, Filed) for one in found), found
        assert first_break() is None
        assert CaseLogEntry.objects.filter(act="file").count() == 5


def test_what_is_acknowledged_is_on_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database does not wait for the disk; a case is written as if it did."""
    seen = []
    real = filing.append_entry

    def watch(*everything: Any, **more: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            seen.append(cursor.fetchone()[0])
        return real(*everything, **more)

    monkeypatch.setattr(filing, "append_entry", watch)
    file_report(form())
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        seen.append(cursor.fetchone()[0])
    assert seen == ["on", "off"]
