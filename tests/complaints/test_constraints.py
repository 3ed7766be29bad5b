"""What the database itself refuses, by the constraint's name; and that every constraint is tried here."""

from __future__ import annotations

import ast
import datetime as dt
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from complaints.channel import own_keys
from complaints.choices import Outcome, Refusal, State
from complaints.models import (
    Attachment,
    Case,
    CaseLogEntry,
    ChannelKeys,
    ChannelSettings,
    Grant,
    Item,
    KeySession,
    LogHead,
    Officer,
    PosterCheck,
    PosterPlace,
    Tombstone,
)
from complaints.services.filing import Filed

from .conftest import Desk

DAY = dt.date(2026, 1, 5)


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


def test_every_constraint_of_the_channel_is_tried_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    tried = {
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refused"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    tried |= {name for name, _changes in CASE_CHANGES}
    named = {
        constraint.name
        for model in apps.get_app_config("complaints").get_models()
        for constraint in model._meta.constraints
    }
    assert named
    assert named - tried == set()


CASE_CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("case_state_known", {"state": "lost"}),
    ("case_category_known", {"category": "else"}),
    ("case_channel_known", {"channel": "fax"}),
    ("case_closed_has_outcome", {"state": State.CLOSED, "finished_on": DAY}),
    ("case_closed_has_outcome", {"state": State.CLOSED, "finished_on": DAY, "outcome": "nonsense"}),
    ("case_closed_has_outcome", {"outcome": Outcome.CORRECTED}),
    ("case_refused_has_reason", {"state": State.REFUSED, "finished_on": DAY}),
    ("case_refused_has_reason", {"state": State.REFUSED, "finished_on": DAY, "refusal": "nonsense"}),
    ("case_refused_has_reason", {"refusal": Refusal.COURT}),
    ("case_finished_has_day", {"state": State.WITHDRAWN}),
    ("case_finished_has_day", {"finished_on": DAY}),
    ("case_due_after_filing", {"due_on": dt.date(2000, 1, 1)}),
]


@pytest.mark.parametrize(("name", "changes"), CASE_CHANGES, ids=str)
def test_a_case(file_case: Callable[..., Filed], name: str, changes: dict[str, Any]) -> None:
    case = file_case().case
    with refused(name), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**changes)


@pytest.mark.parametrize("field", ["reference", "locator_mark", "form_mark"])
def test_a_case_is_the_only_one_of_its_marks(file_case: Callable[..., Filed], field: str) -> None:
    one, other = file_case().case, file_case().case
    with refused(field), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(**{field: getattr(one, field)})


def test_a_grant_once(desk: Desk, file_case: Callable[..., Filed]) -> None:
    case = file_case().case
    with refused("grant_once"), transaction.atomic():
        Grant.objects.create(case=case, officer=desk.officer("integrity"), sealed_keys=b"x")


def test_an_item(file_case: Callable[..., Filed]) -> None:
    case = file_case().case
    base = {"case": case, "written_on": DAY, "sealed": b"x"}
    with refused("item_number_once"), transaction.atomic():
        Item.objects.create(number=1, kind="message", **base)
    with refused("item_kind_known"), transaction.atomic():
        Item.objects.create(number=2, kind="rumour", **base)
    for kind in ("note", "referral"):
        with refused("item_of_the_desk_has_author"), transaction.atomic():
            Item.objects.create(number=2, kind=kind, **base)


def test_an_attachment_number_once(file_case: Callable[..., Filed]) -> None:
    item = Item.objects.get(case=file_case().case)
    base = {"item": item, "number": 0, "sealed": b"x", "sealed_digest": b"x", "bucket": 1}
    Attachment.objects.create(id=uuid.uuid4(), **base)
    with refused("attachment_number_once"), transaction.atomic():
        Attachment.objects.create(id=uuid.uuid4(), **base)


def test_an_officer(desk: Desk) -> None:
    officers = Officer.objects.filter(user__username="integrity")
    with refused("officer_state_known"), transaction.atomic():
        officers.update(state="asleep")
    for changes in (
        {"state": "left"},
        {"state": "left", "left_on": DAY},
        {"left_on": DAY},
        {"sealed_private_key": None},
    ):
        with refused("officer_left_has_no_key"), transaction.atomic():
            officers.update(**changes)
    officers.update(state="left", left_on=DAY, sealed_private_key=None)


def test_an_officer_who_wrote_is_not_deleted(desk: Desk, file_case: Callable[..., Filed]) -> None:
    file_case()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_officer")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_opened_key_is_of_one(desk: Desk, file_case: Callable[..., Filed]) -> None:
    case, officer = file_case().case, desk.officer("integrity")
    ends = dt.datetime.now(dt.UTC)
    for whose in ({}, {"case": case, "officer": officer}):
        with refused("key_session_of_officer_or_case"), transaction.atomic():
            KeySession.objects.create(mark=os.urandom(16), wrapped_key=b"x", ends_at=ends, **whose)


def test_one_set_of_settings_keys_and_ends(db: None) -> None:
    with refused("channel_settings_only_one"), transaction.atomic():
        ChannelSettings.objects.create(pk=2)
    with refused("channel_keys_only_one"), transaction.atomic():
        ChannelKeys.objects.create(pk=2, check_key=b"x", signing_seed=b"x")
    with refused("log_head_only_one"), transaction.atomic():
        LogHead.objects.create(pk=2)


@pytest.mark.parametrize("days", [0, 91])
def test_a_sane_time_limit(db: None, days: int) -> None:
    with refused("channel_answer_days_sane"), transaction.atomic():
        ChannelSettings.objects.create(pk=1, answer_days=days)


@pytest.mark.parametrize("kept", [{"keep_closed_months": 11}, {"keep_refused_months": 5}, {"keep_withdrawn_months": 5}])
def test_finished_cases_are_kept_for_some_time(db: None, kept: dict[str, int]) -> None:
    with refused("channel_keeps_long_enough"), transaction.atomic():
        ChannelSettings.objects.create(pk=1, **kept)


@pytest.mark.parametrize(
    ("public", "needed", "total"), [(b"x", 1, 3), (b"x", 3, 2), (None, 2, 3), (b"x", None, None), (b"x", 2, None)]
)
def test_shares_are_k_of_n(db: None, public: bytes | None, needed: int | None, total: int | None) -> None:
    own_keys()
    changes = {"recovery_public": public, "recovery_needed": needed, "recovery_total": total}
    with refused("channel_recovery_k_of_n"), transaction.atomic():
        ChannelKeys.objects.filter(pk=1).update(**changes)


def test_a_tombstone_tells_months_of_finished_cases(db: None) -> None:
    base = {
        "month": dt.date(2026, 1, 1),
        "finished_month": dt.date(2026, 2, 1),
        "channel": "online",
        "category": "other",
    }
    Tombstone.objects.create(state="closed", outcome="corrected", **base)
    with refused("tombstone_of_finished"), transaction.atomic():
        Tombstone.objects.create(state="received", **base)
    for day in ({"month": DAY}, {"finished_month": DAY}):
        with refused("tombstone_keeps_months_only"), transaction.atomic():
            Tombstone.objects.create(state="closed", **(base | day))


@pytest.mark.parametrize(
    "statement", ["UPDATE complaints_caselogentry SET act = 'note'", "DELETE FROM complaints_caselogentry"]
)
def test_the_log_only_grows(desk: Desk, file_case: Callable[..., Filed], statement: str) -> None:
    file_case()
    assert CaseLogEntry.objects.exists()
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_place_of_the_poster_and_what_was_seen_there(desk: Desk) -> None:
    by = desk.officer("integrity").user
    with refused("poster_place_has_name"), transaction.atomic():
        PosterPlace.objects.create(name="", kind="board", added_on=DAY, added_by=by)
    with refused("poster_place_kind_known"), transaction.atomic():
        PosterPlace.objects.create(name="ที่ใดที่หนึ่ง", kind="nonsense", added_on=DAY, added_by=by)
    place = PosterPlace.objects.create(name="บอร์ดหน้าสำนักงาน", kind="board", added_on=DAY, added_by=by)
    PosterCheck.objects.create(place=place, day=DAY, by=by)
    with refused("poster_checked_once_a_day"), transaction.atomic():
        PosterCheck.objects.create(place=place, day=DAY, by=by)
    with refused("poster_photo_whole"), transaction.atomic():
        PosterCheck.objects.create(place=place, day=DAY + dt.timedelta(days=1), by=by, photo_type="image/jpeg")
