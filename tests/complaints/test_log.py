"""The log holds, and whatever is done to it shows: at its place, also when the database's own guard is off."""

from __future__ import annotations

import io
from collections.abc import Callable

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.utils import InternalError

from complaints import log
from complaints.choices import Act
from complaints.log import append_entry, chain_end, entry_digest, first_break
from complaints.models import CaseLogEntry, LogHead
from complaints.services.filing import Filed
from tests.races import at_once

from .conftest import Desk

FileCase = Callable[..., Filed]
IGNORED = "complaints.CaseLogEntry:log_only_grows"


@pytest.fixture
def entries(desk: Desk, file_case: FileCase) -> list[CaseLogEntry]:
    """Some acts, one after the other."""
    for _number in range(5):
        file_case()
    return list(CaseLogEntry.objects.order_by("number"))


def run(**options: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("verify_case_log", stdout=out, **options)
    return out.getvalue()


def broken_row() -> str:
    """What the command says when it fails."""
    with pytest.raises(CommandError) as failed:
        run()
    assert failed.value.returncode == 1
    return str(failed.value)


def test_an_untouched_log_holds(entries: list[CaseLogEntry]) -> None:
    assert run() == f"The log holds: {len(entries)} entries, end digest {entries[-1].digest}\n"


@pytest.mark.django_db
def test_an_empty_log_holds() -> None:
    assert "0 entries" in run()


@pytest.mark.parametrize(
    "act", ["UPDATE complaints_caselogentry SET detail = 'x'", "DELETE FROM complaints_caselogentry"]
)
def test_the_database_refuses_changes(entries: list[CaseLogEntry], act: str) -> None:
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)
    assert first_break() is None


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (2, {"detail": "changed"}), (2, {"act": Act.CLOSE.value}), (2, {"by": None}), (2, {"at": None}),
        (4, {"case": None}), (4, {"content": "0" * 64}), (4, {"state_after": "closed"}), (4, {"day": "2020-01-01"}),
    ],
)  # fmt: skip
def test_a_changed_row_shows(entries: list[CaseLogEntry], number: int, change: dict[str, object]) -> None:
    with pgtrigger.ignore(IGNORED):
        CaseLogEntry.objects.filter(number=number).update(**change)
    assert broken_row() == f"The log does not hold. Row {number}: it was changed."


def test_a_changed_row_with_a_fitting_digest_shows_at_the_next(entries: list[CaseLogEntry]) -> None:
    with pgtrigger.ignore(IGNORED):
        row = CaseLogEntry.objects.get(number=3)
        row.detail = "changed"
        row.digest = entry_digest(row)
        row.save()
    assert broken_row() == "The log does not hold. Row 4: it does not follow the entry before."


def test_a_deleted_row_shows(entries: list[CaseLogEntry]) -> None:
    with pgtrigger.ignore(IGNORED):
        CaseLogEntry.objects.filter(number=3).delete()
    assert broken_row() == "The log does not hold. Row 3: entry 3 is missing."


@pytest.mark.django_db(transaction=True)
def test_a_deleted_row_shows_also_where_the_trigger_is_off(entries: list[CaseLogEntry]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_caselogentry DISABLE TRIGGER ALL")
        try:
            cursor.execute("DELETE FROM complaints_caselogentry WHERE number = 1")
        finally:
            cursor.execute("ALTER TABLE complaints_caselogentry ENABLE TRIGGER ALL")
    assert broken_row() == "The log does not hold. Row 1: entry 1 is missing."


def test_an_inserted_row_shows(entries: list[CaseLogEntry]) -> None:
    with pgtrigger.ignore(IGNORED):
        for entry in reversed(entries[3:]):
            CaseLogEntry.objects.filter(number=entry.number).update(number=F("number") + 1)
        added = CaseLogEntry(number=4, day=entries[2].day, act=Act.NOTE, previous=entries[2].digest)
        added.digest = entry_digest(added)
        added.save(force_insert=True)
        LogHead.objects.update(number=F("number") + 1)
    assert broken_row() == "The log does not hold. Row 5: it does not follow the entry before."


def test_a_row_added_past_the_end_shows(entries: list[CaseLogEntry]) -> None:
    last = entries[-1]
    added = CaseLogEntry(number=last.number + 1, day=last.day, act=Act.NOTE, previous=last.digest)
    added.digest = entry_digest(added)
    added.save(force_insert=True)
    assert f"Row {added.number}: it was added without the end of the chain" in broken_row()


def test_a_cut_end_shows(entries: list[CaseLogEntry]) -> None:
    with pgtrigger.ignore(IGNORED):
        CaseLogEntry.objects.filter(number__gt=3).delete()
    assert broken_row() == "The log does not hold. Row 4: entries at the end are missing."


def test_a_log_made_anew_shows_against_a_digest_that_was_noted(entries: list[CaseLogEntry]) -> None:
    """Whoever rules the database can chain everything anew; what they cannot change is a note on paper."""
    _count, noted = chain_end()
    assert "holds" in run(contains=noted)
    with pgtrigger.ignore(IGNORED):
        CaseLogEntry.objects.filter(number__gt=3).delete()
    LogHead.objects.update(number=3, digest=entries[2].digest)
    assert "holds" in run()
    with pytest.raises(CommandError, match="made anew"):
        run(contains=noted)


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_at_once_leave_a_chain_without_a_gap() -> None:
    def write() -> None:
        with transaction.atomic():
            append_entry(Act.VAULT_SET_UP)

    assert at_once(*[write] * 16) == [None] * 16
    assert list(CaseLogEntry.objects.values_list("number", flat=True)) == list(range(1, 17))
    assert first_break() is None


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_writers_meet_at_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race that the lock closes: all read the same end, and all but one are refused."""

    def unlocked() -> object:
        return LogHead.objects.all()

    with transaction.atomic():
        append_entry(Act.VAULT_SET_UP)
    monkeypatch.setattr(log.LogHead.objects, "select_for_update", unlocked)

    def write() -> None:
        with transaction.atomic():
            append_entry(Act.VAULT_SET_UP)

    results = at_once(*[write] * 16)
    refused = [result for result in results if isinstance(result, IntegrityError)]
    assert refused
    assert len(refused) + results.count(None) == 16


@pytest.mark.django_db(transaction=True)
def test_the_walk_does_not_stumble_over_officers_at_work() -> None:
    def write() -> None:
        for _number in range(30):
            with transaction.atomic():
                append_entry(Act.VAULT_SET_UP)

    def walk() -> list[object]:
        return [first_break() for _walk in range(30)]

    results = at_once(write, write, walk)
    assert results[2] == [None] * 30
