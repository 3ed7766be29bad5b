"""The whole table of acts and states, through the real services: what changes, and that nothing else does."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from complaints.choices import FINISHED, Act, Body, ItemKind, Outcome, Refusal, State
from complaints.log import first_break
from complaints.models import Case, CaseLogEntry, Grant, Item
from complaints.opened import OpenedCase, open_for_officer
from complaints.services import acts
from complaints.services.filing import Filed
from complaints.workflow import (
    OFFICER_ACTS,
    PORTAL_ACTS,
    REPORTER_ACTS,
    TRANSITIONS,
    ForbiddenActError,
    allows,
    next_state,
)
from ita_portal.fiscal import today

from .conftest import Desk

EXPECTED: dict[Act, dict[str, str]] = {
    Act.ACCEPT: {"received": "in_progress"},
    Act.ASK: {"received": "waiting", "in_progress": "waiting", "waiting": "waiting"},
    Act.ASSIGN: {state: state for state in ("received", "in_progress", "waiting", "referred")},
    Act.REFUSE: dict.fromkeys(("received", "in_progress", "waiting"), "refused"),
    Act.REFER: dict.fromkeys(("received", "in_progress", "waiting"), "referred"),
    Act.CLOSE: dict.fromkeys(("in_progress", "waiting", "referred"), "closed"),
    Act.REOPEN: dict.fromkeys(("referred", "closed", "refused", "withdrawn"), "in_progress"),
    Act.WITHDRAW: dict.fromkeys(("received", "in_progress", "waiting", "referred"), "withdrawn"),
    Act.WRITE: {state.value: state.value for state in State} | {"waiting": "in_progress"},
    Act.DESTROY: {state: state for state in ("closed", "refused", "withdrawn")},
} | {
    act: {state.value: state.value for state in State}
    for act in (Act.ANSWER, Act.NOTE, Act.OPEN_IDENTITY, Act.EXPORT, Act.SHARE, Act.IDENTIFY)
}
"""Written down a second time on purpose: a change of the table is a decision."""

DO: dict[Act, Callable[[OpenedCase, Desk], Any]] = {
    Act.ACCEPT: lambda case, desk: acts.accept_case(case, by=officer(desk)),
    Act.ASK: lambda case, desk: acts.ask_reporter(case, by=officer(desk), text="t"),
    Act.ANSWER: lambda case, desk: acts.answer_reporter(case, by=officer(desk), text="t"),
    Act.NOTE: lambda case, desk: acts.write_note(case, by=officer(desk), text="t"),
    Act.ASSIGN: lambda case, desk: acts.assign_case(case, by=officer(desk), handler=desk.officer("integrity2")),
    Act.REFUSE: lambda case, desk: acts.refuse_case(case, by=officer(desk), refusal=Refusal.COURT, text="t"),
    Act.REFER: lambda case, desk: acts.refer_case(
        case, by=officer(desk), body=Body.NACC, number="1", note="n", text="t"
    ),
    Act.CLOSE: lambda case, desk: acts.close_case(case, by=officer(desk), outcome=Outcome.CORRECTED, text="t"),
    Act.REOPEN: lambda case, desk: acts.reopen_case(case, by=officer(desk), text="t"),
    Act.OPEN_IDENTITY: lambda case, desk: acts.open_identity(case, by=officer(desk), reason="t"),
    Act.EXPORT: lambda case, desk: acts.note_export(case, by=officer(desk), why="t"),
    Act.SHARE: lambda case, desk: acts.share_case(case, by=officer(desk), to=desk.officer("integrity2")),
    Act.WRITE: lambda case, desk: acts.write_as_reporter(case, text="t"),
    Act.IDENTIFY: lambda case, desk: acts.say_who(case, identity={"contact_name": "t"}),
    Act.WITHDRAW: lambda case, desk: acts.withdraw_case(case, text="t"),
}
ANSWERS = {Act.ASK, Act.ANSWER, Act.REFUSE, Act.REFER, Act.CLOSE}
WRITES = {
    Act.ASK: ["message"], Act.ANSWER: ["message"], Act.NOTE: ["note"], Act.REFUSE: ["message"],
    Act.REFER: ["referral", "message"], Act.CLOSE: ["message"], Act.REOPEN: ["note"], Act.OPEN_IDENTITY: ["note"],
    Act.EXPORT: ["note"], Act.WRITE: ["message"], Act.IDENTIFY: ["identity"], Act.WITHDRAW: ["message"],
}  # fmt: skip
DETAILS = {Act.REFUSE: "court", Act.REFER: "nacc", Act.CLOSE: "corrected"}
PAIRS = [(act, state) for act in DO for state in State]
YESTERDAY = today() - dt.timedelta(days=1)


def officer(desk: Desk) -> Any:
    return desk.vaults["integrity"].officer


def put(case: Case, state: State) -> None:
    """Bring a case into a state as it could have come there yesterday."""
    Case.objects.filter(pk=case.pk).update(
        state=state,
        outcome=Outcome.SUBSTANTIATED if state == State.CLOSED else "",
        refusal=Refusal.POLICY if state == State.REFUSED else "",
        finished_on=YESTERDAY if state in FINISHED else None,
        filed_on=YESTERDAY,
    )
    case.refresh_from_db()


def snapshot() -> list[Any]:
    """Everything of the cases in the database."""
    tables: list[type[models.Model]] = [Case, Item, Grant, CaseLogEntry]
    return [
        [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in found]
        for found in (table._default_manager.order_by("pk").values_list() for table in tables)
    ]


def test_the_table_is_the_one_that_was_decided() -> None:
    assert {act: {a.value: b.value for a, b in row.items()} for act, row in TRANSITIONS.items()} == EXPECTED


def test_every_act_belongs_to_somebody() -> None:
    groups = (OFFICER_ACTS, REPORTER_ACTS, PORTAL_ACTS)
    assert sum(len(group) for group in groups) == len(TRANSITIONS)
    assert frozenset().union(*groups) == frozenset(TRANSITIONS)


def test_every_service_is_in_the_table_and_every_act_has_a_service() -> None:
    """Read from the source: no function acts beside `_perform`, none with an act that the table does not know."""
    tree = ast.parse(Path(acts.__file__).read_text(encoding="utf-8"))
    used = {
        node.args[1].attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_perform"
        and isinstance(node.args[1], ast.Attribute)
    }  # fmt: skip
    assert {Act[name] for name in used} == set(DO) == set(TRANSITIONS) - PORTAL_ACTS


@pytest.mark.parametrize(("act", "state"), [(act, state) for act in TRANSITIONS for state in State])
def test_next_state(act: Act, state: State) -> None:
    after = EXPECTED[act].get(state.value)
    assert allows(act, state) is (after is not None)
    if after is None:
        with pytest.raises(ForbiddenActError, match=f"{act.value} in {state.value}"):
            next_state(act, state)
    else:
        assert next_state(act, state) == after


@pytest.mark.parametrize(("act", "state"), PAIRS, ids=lambda part: part.value)
def test_through_the_services(act: Act, state: State, desk: Desk, file_case: Callable[..., Filed]) -> None:
    case = file_case(identity={"contact_name": "ผู้แจ้ง"}).case
    put(case, state)
    opened = open_for_officer(case, desk.vaults["integrity"])
    before, entries, items = snapshot(), CaseLogEntry.objects.count(), Item.objects.count()
    after = EXPECTED[act].get(state.value)
    if after is None:
        with pytest.raises(ForbiddenActError):
            DO[act](opened, desk)
        assert snapshot() == before
        return
    DO[act](opened, desk)
    case = Case.objects.get(pk=case.pk)
    assert case.state == after
    _assert_days(case, act, state)
    if after == State.CLOSED:
        assert case.outcome == (Outcome.CORRECTED if act == Act.CLOSE else Outcome.SUBSTANTIATED)
    else:
        assert case.outcome == ""
    if after == State.REFUSED:
        assert case.refusal == (Refusal.COURT if act == Act.REFUSE else Refusal.POLICY)
    else:
        assert case.refusal == ""
    assert case.has_news is (act in REPORTER_ACTS)
    added = list(Item.objects.order_by("number")[items:])
    assert [item.kind for item in added] == WRITES.get(act, [])
    assert all((item.author is None) is (act in REPORTER_ACTS) for item in added)
    _assert_entry(entries, act, state, after, added)
    assert first_break() is None


def _assert_days(case: Case, act: Act, before: State) -> None:
    assert case.answered_on == (today() if act in ANSWERS else None)
    if case.state not in FINISHED:
        assert case.finished_on is None
    else:
        assert case.finished_on == (YESTERDAY if before in FINISHED else today())


def _assert_entry(entries: int, act: Act, state: State, after: str, added: list[Item]) -> None:
    assert CaseLogEntry.objects.count() == entries + 1
    entry = CaseLogEntry.objects.order_by("number").last()
    assert entry is not None
    assert (entry.act, entry.state_before, entry.state_after) == (act, state, after)
    assert entry.day == today()
    assert (entry.at is None) is (entry.by is None) is (act in REPORTER_ACTS)
    assert entry.content == (hashlib.sha256(bytes(added[0].sealed)).hexdigest() if added else "")
    if act in DETAILS:
        assert entry.detail == DETAILS[act]


def test_the_first_answer_stops_the_clock_once(desk: Desk, file_case: Callable[..., Filed]) -> None:
    case = file_case().case
    Case.objects.filter(pk=case.pk).update(answered_on=YESTERDAY, filed_on=YESTERDAY)
    opened = open_for_officer(case, desk.vaults["integrity"])
    acts.answer_reporter(opened, by=officer(desk), text="again")
    assert opened.case.answered_on == YESTERDAY


def test_of_the_reporters_acts_no_moment_is_kept(desk: Desk, file_case: Callable[..., Filed]) -> None:
    opened = open_for_officer(file_case().case, desk.vaults["integrity"])
    for act in sorted(REPORTER_ACTS):
        DO[act](opened, desk)
    for entry in CaseLogEntry.objects.filter(act__in=[*REPORTER_ACTS, Act.FILE]):
        assert (entry.at, entry.by) == (None, None)
    kinds = {field.name for field in Item._meta.fields if isinstance(field, models.DateTimeField)}
    assert not kinds
    assert not [field for field in Case._meta.fields if isinstance(field, models.DateTimeField)]


def test_an_item_without_a_writer_is_never_one_of_the_desk(desk: Desk, file_case: Callable[..., Filed]) -> None:
    opened = open_for_officer(file_case().case, desk.vaults["integrity"])
    DO[Act.NOTE](opened, desk)
    assert not Item.objects.filter(author=None, kind__in=[ItemKind.NOTE, ItemKind.REFERRAL]).exists()
