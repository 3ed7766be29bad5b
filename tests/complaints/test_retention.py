"""The end of a case: at its day everything that opens it is gone, and a count remains."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from complaints import store
from complaints.choices import Act, Outcome, Refusal, State
from complaints.conflict import Accused
from complaints.models import Attachment, Case, CaseLogEntry, ChannelSettings, Grant, Item, KeySession, Tombstone
from complaints.opened import open_for_officer
from complaints.services import retention
from complaints.services.acts import answer_reporter, close_case, refuse_case, reopen_case, withdraw_case
from complaints.services.filing import Filed, Submission, file_report
from complaints.services.officers import make_recovery
from complaints.services.retention import destroy_case, ended_cases
from complaints.sessions import start_vault
from complaints.uploads import SealedUpload, SealingUploadHandler
from tests.races import at_once

from .conftest import REPORT, Desk

FileCase = Callable[..., Filed]
FINISHED_ON, ENDS = dt.date(2026, 1, 31), dt.date(2027, 1, 31)
"""Twelve months: the time of keeping of what was not taken up or withdrawn."""


def finish(desk: Desk, filed: Filed, state: State, day: dt.date = FINISHED_ON) -> Case:
    """End a case as officers do, on `day`."""
    opened = open_for_officer(filed.case, desk.vaults["integrity"])
    by = desk.officer("integrity")
    if state == State.CLOSED:
        answer_reporter(opened, by=by, text="รับเรื่องแล้ว")
        Case.objects.filter(pk=filed.case.pk).update(state=State.IN_PROGRESS)
        close_case(opened, by=by, outcome=Outcome.CORRECTED, text="แก้ไขแล้ว")
    elif state == State.REFUSED:
        refuse_case(opened, by=by, refusal=Refusal.COURT, text="อยู่ในศาล")
    else:
        withdraw_case(opened)
    early = day - dt.timedelta(days=20)
    Case.objects.filter(pk=filed.case.pk).update(
        finished_on=day, filed_on=early, due_on=early + dt.timedelta(days=15), answered_on=None
    )
    return Case.objects.get(pk=filed.case.pk)


def upload(content: bytes) -> SealedUpload:
    """A file as it arrives with a form."""
    handler = SealingUploadHandler(None)
    try:
        handler.new_file("attachments", "a.txt", "text/plain", len(content), None, {})
    except Exception as stop:
        assert type(stop).__name__ == "StopFutureHandlers"
    handler.receive_data_chunk(content, 0)
    sealed = handler.file_complete(len(content))
    assert isinstance(sealed, SealedUpload)
    return sealed


def run(day: dt.date) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("apply_retention", date=day, stdout=out)
    return out.getvalue()


def everything_in_the_database() -> str:
    """Every row of every table as text, bytes in hex."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [f"{table} {row[0]}" for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("state", "months"), [(State.CLOSED, 120), (State.REFUSED, 12), (State.WITHDRAWN, 12)]
)  # fmt: skip
def test_each_end_has_its_own_time_of_keeping(desk: Desk, file_case: FileCase, state: State, months: int) -> None:
    case = finish(desk, file_case(), state)
    end = dt.date(FINISHED_ON.year + months // 12, 1, 31)
    assert case.pk not in set(ended_cases(end - dt.timedelta(days=1)))
    assert case.pk in set(ended_cases(end))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (dt.date(2027, 3, 31), 1, dt.date(2027, 2, 28)),
        (dt.date(2028, 3, 30), 1, dt.date(2028, 2, 29)),
        (dt.date(2027, 1, 15), 12, dt.date(2026, 1, 15)),
        (dt.date(2027, 1, 1), 1, dt.date(2026, 12, 1)),
        (dt.date(2027, 12, 31), 120, dt.date(2017, 12, 31)),
        (dt.date(2027, 12, 31), 60_000, dt.date(1, 1, 31)),
    ],
)
def test_months_before(day: dt.date, months: int, before: dt.date) -> None:
    assert retention._months_before(day, months) == before


def test_the_municipality_sets_the_months(desk: Desk, file_case: FileCase) -> None:
    ChannelSettings.objects.create(pk=1, keep_withdrawn_months=24)
    finish(desk, file_case(), State.WITHDRAWN)
    assert not list(ended_cases(ENDS))
    assert list(ended_cases(dt.date(2028, 1, 31)))


def test_open_cases_have_no_end(desk: Desk, file_case: FileCase) -> None:
    file_case()
    assert not list(ended_cases(dt.date(2100, 1, 1)))


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_destroyed_case_is_left_to_open(desk: Desk, file_case: FileCase) -> None:
    make_recovery(needed=2, total=3, by=desk.vaults["integrity"])
    file = upload(b"evidence " * 1000)
    filed = file_report(
        Submission(
            token=os.urandom(32), category="bribery", report=REPORT, accused=Accused(),
            identity={"contact_name": "ผู้แจ้ง"}, files=[file],
        )
    )  # fmt: skip
    stays = file_case()
    case = finish(desk, filed, State.REFUSED)
    grants = [bytes(grant.sealed_keys) for grant in Grant.objects.filter(case=case)]
    letters = [bytes(item.sealed) for item in Item.objects.filter(case=case)]
    sealed_file = Attachment.objects.get(item__case=case)
    keys = [
        case.reference.encode(), bytes(case.public_key), bytes(case.code_sealed_key), bytes(case.code_salt),
        bytes(case.desk_public_key), bytes(case.locator_mark), bytes(case.form_mark),
        bytes(case.recovery_sealed_keys or b""), bytes(sealed_file.sealed), *grants, *letters,
    ]  # fmt: skip
    before = everything_in_the_database()
    assert all(key.hex() in before or key.decode("utf-8", "replace") in before for key in keys)
    assert store.path_of(file.id).exists()

    assert "1 complaints destroyed" in run(ENDS)

    after = everything_in_the_database()
    assert not [key for key in keys if key.hex() in after or key.decode("utf-8", "replace") in after]
    assert str(file.id) not in after
    named = {line.partition(" ")[0] for line in after.splitlines() if str(case.pk) in line}
    assert named == {"complaints_caselogentry"}
    assert not store.path_of(file.id).exists()
    assert Case.objects.get() == stays.case
    assert open_for_officer(stays.case, desk.vaults["integrity"]).letters
    entry = CaseLogEntry.objects.last()
    assert entry is not None
    assert (entry.act, entry.case, entry.by) == (Act.DESTROY, case.pk, None)


def test_a_count_remains(desk: Desk, file_case: FileCase) -> None:
    case = finish(desk, file_case(category="procurement"), State.CLOSED)
    Case.objects.filter(pk=case.pk).update(answered_on=case.due_on)
    run(dt.date(2036, 1, 31))
    stone = Tombstone.objects.get()
    assert (stone.month, stone.finished_month) == (dt.date(2026, 1, 1), dt.date(2026, 1, 1))
    assert (stone.category, stone.state, stone.outcome, stone.answered_in_time) == (
        "procurement", "closed", "corrected", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "finished", "in_time"),
    [(None, 0, None), (None, -1, None), (None, 1, False), (0, 5, True), (1, 5, False)],
)
def test_what_is_counted_as_in_time(answered: int | None, finished: int, in_time: bool | None) -> None:
    due = dt.date(2026, 1, 15)
    case = Case(
        due_on=due, finished_on=due + dt.timedelta(days=finished),
        answered_on=None if answered is None else due + dt.timedelta(days=answered),
    )  # fmt: skip
    assert retention._answered_in_time(case) is in_time


def test_run_again_it_destroys_nothing_more(desk: Desk, file_case: FileCase) -> None:
    finish(desk, file_case(), State.WITHDRAWN)
    assert "1 complaints destroyed" in run(ENDS)
    assert "0 complaints destroyed" in run(ENDS)
    assert Tombstone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_leave_one_count(desk: Desk, file_case: FileCase) -> None:
    case = finish(desk, file_case(), State.WITHDRAWN)
    results = at_once(*(lambda: destroy_case(case.pk, ENDS) for _run in range(4)))
    assert sorted(results) == [False, False, False, True]
    assert Tombstone.objects.count() == 1


def test_a_case_reopened_in_the_meantime_stays(desk: Desk, file_case: FileCase) -> None:
    case = finish(desk, file_case(), State.REFUSED)
    (found,) = ended_cases(ENDS)
    reopen_case(open_for_officer(case, desk.vaults["integrity"]), by=desk.officer("integrity"), text="มีหลักฐานใหม่")
    assert not destroy_case(found, ENDS)
    assert Case.objects.filter(pk=case.pk).exists()
    assert not destroy_case(uuid.uuid4(), ENDS)


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_the_middle_destroys_nothing(
    desk: Desk, file_case: FileCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = finish(desk, file_case(), State.REFUSED)

    def fail(*_args: Any, **_known: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(retention, "append_entry", fail)
    with pytest.raises(RuntimeError):
        destroy_case(case.pk, ENDS)
    assert open_for_officer(Case.objects.get(pk=case.pk), desk.vaults["integrity"]).letters
    assert not Tombstone.objects.exists()


def test_files_that_nobody_filed_are_swept_and_filed_ones_stay(
    desk: Desk, file_case: FileCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, waiting = upload(b"filed"), upload(b"never filed")
    file_report(
        Submission(token=os.urandom(32), category="bribery", report=REPORT, accused=Accused(), files=[kept])
    )  # fmt: skip
    assert "0 sealed files swept" in run(ENDS)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + retention.UNCLAIMED_SECONDS + 60)
    assert "1 sealed files swept" in run(ENDS)
    assert store.path_of(kept.id).exists()
    assert not store._arriving(waiting.id).exists()


def test_what_a_failure_left_of_a_destroyed_case_is_swept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    orphan = upload(b"its case is gone")
    store.keep([orphan.id])
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + retention.UNCLAIMED_SECONDS + 60)
    assert "1 sealed files swept" in run(ENDS)
    assert not store.path_of(orphan.id).exists()


def test_opened_keys_that_have_ended_are_forgotten(desk: Desk) -> None:
    vault = desk.vaults["integrity"]
    start_vault(vault.officer, vault.pair.private)
    KeySession.objects.update(ends_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert "1 opened keys forgotten" in run(ENDS)
    assert not KeySession.objects.exists()
