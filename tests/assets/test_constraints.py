"""What the database itself refuses, by name, from rows written past every act; and that every guard is tried here."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone
from psycopg2.extras import DateRange

from assets.choices import AssetKind, Condition, CountResult, LoanState
from assets.errors import SENTENCES, refusal_of
from assets.models import (
    Asset,
    Counter,
    CountItem,
    CountSession,
    Delegation,
    Extension,
    Handover,
    HandoverLine,
    Incident,
    Loan,
    LoanEntry,
    LoanLine,
    LoanNumber,
    Photo,
    RegisterSettings,
    Surprise,
)
from ita_portal.fiscal import today

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, requested

MONDAY = dt.date(2026, 1, 5)


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


def words_of(error: IntegrityError) -> str:
    return str(refusal_of(error))


def tried_here() -> set[str]:
    """Names of guards in this file: those of `refused("…")`, and of the tables of changes."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def guards() -> dict[str, models.BaseConstraint]:
    return {
        constraint.name: constraint
        for model in apps.get_app_config("assets").get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_of_the_register_is_tried_here_and_has_a_sentence() -> None:
    named = guards()
    assert named
    assert set(named) - tried_here() == set()
    assert not [
        name for name, guard in named.items() if guard.violation_error_message == guard.default_violation_error_message
    ]
    triggers = {trigger.name for model, trigger in pgtrigger.registered() if model._meta.app_label == "assets"}
    assert {"within_quantity", "held_stays", "no_asset_officer", "closed_stays", "loan_kept"} <= triggers


# The register ------------------------------------------------------------------------------------------------

ASSET_CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("asset_kind_known", {"kind": "pair"}),
    ("asset_kind_known", {"condition": "shiny", "kind": AssetKind.QUANTITY}),
    ("asset_acquisition_known", {"acquisition": "found"}),
    ("asset_acquisition_known", {"funds": "pocket"}),
    ("asset_has_number_and_name", {"number": ""}),
    ("asset_has_number_and_name", {"name": ""}),
    ("asset_single_is_one", {"quantity": 2}),
    ("asset_quantity_sane", {"kind": AssetKind.QUANTITY, "quantity": 0}),
    ("asset_broken_within_quantity", {"kind": AssetKind.QUANTITY, "quantity": 3, "broken": 4}),
    ("asset_broken_says_condition", {"broken": 1}),
    ("asset_broken_says_condition", {"condition": Condition.DAMAGED}),
    ("asset_broken_says_condition", {"condition": Condition.LOST, "broken": 0}),
    ("asset_price_not_negative", {"unit_price": Decimal("-0.01")}),
    ("asset_retired_says_why", {"retired_on": MONDAY}),
    ("asset_retired_says_why", {"retired_reason": "ชำรุด"}),
]


@pytest.mark.parametrize(("name", "changes"), ASSET_CHANGES, ids=str)
def test_an_asset(projector: Asset, name: str, changes: dict[str, Any]) -> None:
    with refused(name), transaction.atomic():
        Asset.objects.filter(pk=projector.pk).update(**changes)


def test_an_asset_is_the_only_one_of_its_number_and_label(projector: Asset, truck: Asset) -> None:
    for field in ("number", "label"):
        with refused(field), transaction.atomic():
            Asset.objects.filter(pk=truck.pk).update(**{field: getattr(projector, field)})


def test_one_set_of_rules(db: None) -> None:
    with refused("register_settings_only_one"), transaction.atomic():
        RegisterSettings.objects.create(pk=2)
    for field in ("most_loan_days", "most_days_ahead", "count_days"):
        with refused("register_settings_at_least_a_day"), transaction.atomic():
            RegisterSettings.objects.create(pk=1, **{field: 0})


def test_a_delegation_ends_after_it_begins(cast: Cast) -> None:
    with refused("delegation_ends_after_start"), transaction.atomic():
        Delegation.objects.create(
            deputy=cast.staff, start_on=MONDAY, end_on=MONDAY - DAY, order="1/2569", made_by=cast.mayor
        )


def test_a_picture_is_of_one_thing(cast: Cast, projector: Asset, loan_out: Loan) -> None:
    file = {"file": "x.jpg", "content_type": "image/jpeg", "size": 1, "sha256": "0" * 64, "added_by": cast.assets}
    Photo.objects.create(asset=projector, **file)
    for whose in ({}, {"asset": projector, "handover": loan_out.handovers.get()}):
        with refused("photo_of_one_thing"), transaction.atomic():
            Photo.objects.create(**whose, **file)


WHAT_MOVES: dict[str, Callable[[Asset], object]] = {
    "retired": lambda asset: Asset.objects.filter(pk=asset.pk).update(retired_on=MONDAY, retired_reason="ชำรุด"),
    "another kind": lambda asset: Asset.objects.filter(pk=asset.pk).update(kind=AssetKind.QUANTITY),
}


@pytest.mark.parametrize("what", WHAT_MOVES)
def test_what_is_held_stays_in_the_register(approved_loan: Loan, projector: Asset, what: str) -> None:
    with refused("is held") as found, transaction.atomic():
        WHAT_MOVES[what](projector)
    assert words_of(found.value) == str(SENTENCES["asset_held_stays"])
    approved_loan.lines.update(held=0)
    assert WHAT_MOVES[what](projector) == 1


def test_what_is_held_is_not_deleted(approved_loan: Loan, projector: Asset) -> None:
    with refused("is held"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assets_asset WHERE id = %s", [projector.pk])


def test_what_a_loan_names_is_not_deleted_either(waiting_loan: Loan, projector: Asset) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assets_asset WHERE id = %s", [projector.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# Loans -------------------------------------------------------------------------------------------------------

LOAN_CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("loan_ends_after_start", {"due_on": F("start_on") - DAY}),
    ("loan_state_known", {"use_at": "moon"}),
    ("loan_says_purpose", {"purpose": ""}),
    ("loan_off_site_says_where", {"use_at": "off_site", "location": ""}),
    ("loan_decided_by_somebody", {"state": LoanState.APPROVED}),
    ("loan_decided_by_somebody", {"state": LoanState.OUT}),
    ("loan_decided_by_somebody", {"state": LoanState.REFUSED, "finished_on": MONDAY, "reason": "ใช้งานอื่น"}),
    ("loan_not_approved_by_borrower", {"state": LoanState.APPROVED, "decided_by": F("borrower")}),
    ("loan_ended_has_day", {"state": LoanState.CANCELLED}),
    ("loan_ended_has_day", {"finished_on": MONDAY}),
]


@pytest.mark.parametrize(("name", "changes"), LOAN_CHANGES, ids=str)
def test_a_loan(waiting_loan: Loan, name: str, changes: dict[str, Any]) -> None:
    with refused(name), transaction.atomic():
        Loan.objects.filter(pk=waiting_loan.pk).update(**changes)


def test_a_state_that_does_not_exist(cast: Cast, waiting_loan: Loan) -> None:
    with refused("loan_state_known"), transaction.atomic():
        Loan.objects.filter(pk=waiting_loan.pk).update(state="borrowed", decided_by=cast.head)


def test_a_refused_loan_says_why(cast: Cast, waiting_loan: Loan) -> None:
    with refused("loan_refused_says_why"), transaction.atomic():
        Loan.objects.filter(pk=waiting_loan.pk).update(
            state=LoanState.REFUSED, decided_by=cast.head, finished_on=MONDAY, reason=""
        )


def test_a_loan_that_was_decided_does_not_wait(cast: Cast, waiting_loan: Loan) -> None:
    with refused("loan_decided_by_somebody"), transaction.atomic():
        Loan.objects.filter(pk=waiting_loan.pk).update(decided_by=cast.head)


def test_a_loan_is_the_only_one_of_its_number(waiting_loan: Loan, truck_waiting: Loan) -> None:
    with refused("loan_number_once"), transaction.atomic():
        Loan.objects.filter(pk=truck_waiting.pk).update(number=waiting_loan.number)
    for field in ("public_id", "form_mark"):
        with refused(field), transaction.atomic():
            Loan.objects.filter(pk=truck_waiting.pk).update(**{field: getattr(waiting_loan, field)})
    assert LoanNumber.objects.get(fiscal_year=waiting_loan.fiscal_year).last == 2


LINE_CHANGES: list[tuple[str, dict[str, int]]] = [
    ("loan_line_at_least_one", {"quantity": 0}),
    ("loan_line_pieces_add_up", {"held": 4}),
    ("loan_line_pieces_add_up", {"held": 3, "handed": 4}),
    ("loan_line_pieces_add_up", {"held": 1, "handed": 2}),
    ("loan_line_pieces_add_up", {"handed": 1, "returned": 1, "lost": 1}),
    ("loan_line_pieces_add_up", {"returned": 1}),
    ("assets_loanline_held_check", {"held": -1}),
]


@pytest.mark.parametrize(("name", "changes"), LINE_CHANGES, ids=str)
def test_the_pieces_of_a_line(cast: Cast, chairs: Asset, name: str, changes: dict[str, int]) -> None:
    line = requested(cast.staff, chairs, quantity=3).lines.get()
    with refused(name), transaction.atomic():
        LoanLine.objects.filter(pk=line.pk).update(**changes)


def test_a_thing_is_in_a_loan_once(waiting_loan: Loan, projector: Asset) -> None:
    days = DateRange(MONDAY, MONDAY, "[]")
    with refused("loan_line_asset_once"), transaction.atomic():
        LoanLine.objects.create(loan=waiting_loan, asset=projector, position=2, during=days)


def test_a_single_thing_is_promised_once(cast: Cast, projector: Asset) -> None:
    """Days are whole days and both ends count: the day of return is not the next one's first day."""
    requested(cast.staff, projector)
    free = requested(cast.staff2, projector, start=3)
    touching = requested(cast.staff2, projector, start=2)
    LoanLine.objects.exclude(loan__in=[free, touching]).update(held=1)
    with refused("loan_line_not_lent_twice") as found, transaction.atomic():
        LoanLine.objects.filter(loan=touching).update(held=1)
    assert words_of(found.value) == str(SENTENCES["loan_line_not_lent_twice"])
    assert LoanLine.objects.filter(loan=free).update(held=1) == 1
    # Nobody gets round it by saying that it is not a single thing, nor by moving its days.
    LoanLine.objects.filter(loan=touching).update(single=False)
    assert LoanLine.objects.get(loan=touching).single
    with refused("loan_line_not_lent_twice"), transaction.atomic():
        LoanLine.objects.filter(loan=touching).update(held=1, single=False)
    with refused("loan_line_not_lent_twice"), transaction.atomic():
        LoanLine.objects.filter(loan=free).update(during=DateRange(today() + 2 * DAY, today() + 4 * DAY, "[]"))


def test_a_single_thing_is_out_once(cast: Cast, projector: Asset) -> None:
    handed_out(cast.staff, cast.head, cast.assets, projector)
    later = approved(cast.staff2, cast.head, projector, start=5)
    with refused("loan_line_out_once") as found, transaction.atomic():
        later.lines.update(handed=1)
    assert words_of(found.value) == str(SENTENCES["loan_line_out_once"])


def test_no_more_pieces_are_promised_or_out_than_there_are(cast: Cast, chairs: Asset) -> None:
    approved(cast.staff, cast.head, chairs, quantity=7)
    second = requested(cast.staff2, chairs, quantity=3, start=2)
    third = requested(cast.staff2, chairs, quantity=1, start=2)
    second.lines.update(held=F("quantity"))
    with refused("has 10 pieces") as found, transaction.atomic():
        third.lines.update(held=1)
    assert words_of(found.value) == str(SENTENCES["loan_line_within_quantity"])
    # What is promised for other days, and is out now all the same, leaves fewer to give.
    LoanLine.objects.exclude(loan=third).update(handed=F("quantity"))
    third.lines.update(held=1, during=DateRange(today() + 9 * DAY, today() + 9 * DAY, "[]"))
    with refused("loan_line_within_quantity|has 10 pieces"), transaction.atomic():
        third.lines.update(handed=1)


def test_pieces_that_are_broken_are_not_promised(cast: Cast, chairs: Asset) -> None:
    loan = requested(cast.staff, chairs, quantity=8)
    Asset.objects.filter(pk=chairs.pk).update(broken=3)
    with refused("has 7 pieces"), transaction.atomic():
        loan.lines.update(held=F("quantity"))


def test_what_left_the_register_is_not_promised(waiting_loan: Loan, projector: Asset) -> None:
    Asset.objects.filter(pk=projector.pk).update(retired_on=MONDAY, retired_reason="ชำรุด")
    with refused("is retired") as found, transaction.atomic():
        waiting_loan.lines.update(held=1)
    assert words_of(found.value) == str(SENTENCES["loan_line_asset_retired"])


def test_more_time(cast: Cast, loan_out: Loan) -> None:
    base = {"loan": loan_out, "asked_by": cast.staff, "reason": "งานยังไม่เสร็จ", "old_due_on": MONDAY}
    Extension.objects.create(new_due_on=MONDAY + DAY, **base)
    with refused("extension_one_waits"), transaction.atomic():
        Extension.objects.create(new_due_on=MONDAY + 2 * DAY, **base)
    changes: list[tuple[str, dict[str, Any]]] = [
        ("extension_is_longer", {"new_due_on": MONDAY}),
        ("extension_decided_by_somebody", {"decision": "approved"}),
        ("extension_decided_by_somebody", {"decided_by": cast.head}),
        ("extension_says_why", {"reason": ""}),
        ("extension_says_why", {"decision": "perhaps", "decided_by": cast.head}),
    ]
    for name, change in changes:
        with refused(name), transaction.atomic():
            Extension.objects.update(**change)


def test_a_handover(cast: Cast, loan_out: Loan) -> None:
    base = {"loan": loan_out, "officer": cast.assets, "day": MONDAY}
    for kind, person in (("out", ""), ("lost", "มานะ")):
        with refused("handover_names_person"), transaction.atomic():
            Handover.objects.create(kind=kind, person=person, form_mark="a", **base)
    handover, line = loan_out.handovers.get(), loan_out.lines.get()
    for quantity, condition in ((0, "good"), (1, "shiny")):
        with refused("handover_line_of_something"), transaction.atomic():
            HandoverLine.objects.create(handover=handover, line=line, quantity=quantity, condition=condition)
    with refused("form_mark"), transaction.atomic():
        Handover.objects.create(kind="back", person="มานะ", form_mark=handover.form_mark, **base)


def test_damage_and_loss(cast: Cast, projector: Asset) -> None:
    Incident.objects.create(asset=projector, kind="damaged", noticed_on=MONDAY, noticed_by=cast.assets)
    decided = {"decided_on": MONDAY, "decided_by": cast.assets}
    changes: list[tuple[str, dict[str, Any]]] = [
        ("incident_kind_known", {"kind": "stolen"}),
        ("incident_kind_known", {"quantity": 0}),
        ("incident_decided_by_somebody", {"remedy": "repaired"}),
        ("incident_decided_by_somebody", decided),
        ("incident_decided_by_somebody", {"remedy": "forgotten", **decided}),
        ("incident_paid_says_amount", {"remedy": "paid", "amount": 0, **decided}),
    ]
    for name, change in changes:
        with refused(name), transaction.atomic():
            Incident.objects.update(**change)


def test_a_payment_without_an_amount(cast: Cast, projector: Asset) -> None:
    """No amount at all is no amount above zero."""
    made = Incident.objects.create(asset=projector, kind="lost", noticed_on=MONDAY, noticed_by=cast.assets)
    with refused("incident_paid_says_amount"), transaction.atomic():
        Incident.objects.filter(pk=made.pk).update(remedy="paid", decided_on=MONDAY, decided_by=cast.assets)


KEPT = ["loanentry", "handover", "handoverline"]


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("statement", ["UPDATE assets_{} SET id = id", "DELETE FROM assets_{}"])
def test_what_was_written_down_stays(loan_out: Loan, table: str, statement: str) -> None:
    assert LoanEntry.objects.filter(loan=loan_out).exists()
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_a_loan_is_never_deleted(waiting_loan: Loan) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assets_loan")


# The count ---------------------------------------------------------------------------------------------------


@pytest.fixture
def count(cast: Cast) -> CountSession:
    return CountSession.objects.create(
        fiscal_year=2568, order="1/2568", appointed_on=MONDAY, start_on=MONDAY, due_on=MONDAY, made_by=cast.assets,
        opened_at=timezone.now(),
    )  # fmt: skip


def test_a_count(cast: Cast, count: CountSession) -> None:
    changes: list[tuple[str, dict[str, Any]]] = [
        ("count_year_buddhist", {"fiscal_year": 2026}),
        ("count_days_in_order", {"start_on": MONDAY - DAY}),
        ("count_days_in_order", {"due_on": MONDAY - DAY}),
        ("count_closed_by_somebody", {"closed_at": timezone.now()}),
        ("count_closed_by_somebody", {"closed_by": cast.assets}),
        ("count_closed_by_somebody", {"closed_by": cast.assets, "closed_at": timezone.now(), "opened_at": None}),
    ]
    for name, change in changes:
        with refused(name), transaction.atomic():
            CountSession.objects.update(**change)
    with refused("fiscal_year"), transaction.atomic():
        CountSession.objects.create(
            fiscal_year=2568, order="2", appointed_on=MONDAY, start_on=MONDAY, due_on=MONDAY, made_by=cast.assets
        )


def test_who_counts(cast: Cast, count: CountSession) -> None:
    Counter.objects.create(session=count, user=cast.staff, chairs=True)
    with refused("counter_once"), transaction.atomic():
        Counter.objects.create(session=count, user=cast.staff)
    with refused("counter_one_chair"), transaction.atomic():
        Counter.objects.create(session=count, user=cast.head, chairs=True)
    with refused("is an asset officer") as found, transaction.atomic():
        Counter.objects.create(session=count, user=cast.assets)
    assert found.value.__cause__.diag.constraint_name == "counter_no_asset_officer"  # type: ignore[union-attr]
    with refused("is an asset officer"), transaction.atomic():
        Counter.objects.update(user=cast.assets)


def test_what_is_counted(cast: Cast, count: CountSession, chairs: Asset) -> None:
    item = CountItem.objects.create(session=count, asset=chairs, division=chairs.division, expected=10)
    with refused("count_item_once"), transaction.atomic():
        CountItem.objects.create(session=count, asset=chairs, division=chairs.division, expected=10)
    done = {"counted_by": cast.staff, "counted_at": timezone.now(), "condition": Condition.GOOD}
    changes: list[tuple[str, dict[str, Any]]] = [
        ("count_result_known|count_missing_is_fewer", {"result": "stolen", "found": 10, **done}),
        ("count_result_known", {"result": CountResult.FOUND, "found": 10, **done, "condition": "shiny", "damaged": 1}),
        ("count_item_counted_by_somebody", {"result": CountResult.FOUND, "found": 10}),
        ("count_item_counted_by_somebody", {"found": 1}),
        ("count_missing_is_fewer", {"result": CountResult.MISSING, "found": 10, **done}),
        ("count_missing_is_fewer", {"result": CountResult.FOUND, "found": 0, **done}),
        ("count_wrong_place_says_where", {"result": CountResult.WRONG_PLACE, "found": 10, **done}),
        ("count_damaged_says_condition", {"result": CountResult.FOUND, "found": 10, "damaged": 1, **done}),
        (
            "count_damaged_says_condition",
            {"result": CountResult.FOUND, "found": 9, **done, "damaged": 10, "condition": Condition.DAMAGED},
        ),
    ]
    for name, change in changes:
        with refused(name), transaction.atomic():
            CountItem.objects.filter(pk=item.pk).update(**change)


def test_what_nobody_expected_is_noted_once(cast: Cast, count: CountSession) -> None:
    base = {"session": count, "description": "พัดลม", "found_place": "ห้องประชุม", "counted_by": cast.staff}
    Surprise.objects.create(number="416-50-9999", form_mark="a", **base)
    with refused("surprise_number_once"), transaction.atomic():
        Surprise.objects.create(number="416-50-9999", form_mark="b", **base)
    with refused("form_mark"), transaction.atomic():
        Surprise.objects.create(form_mark="a", **base)


def test_a_closed_count_stays(cast: Cast, count: CountSession, chairs: Asset) -> None:
    CountItem.objects.create(session=count, asset=chairs, division=chairs.division, expected=10)
    CountSession.objects.update(closed_at=timezone.now(), closed_by=cast.assets)
    done = {"counted_by": cast.staff, "counted_at": timezone.now(), "result": CountResult.FOUND, "found": 10}
    for act in (
        lambda: CountItem.objects.update(**done),
        lambda: Counter.objects.create(session=count, user=cast.staff),
        lambda: Surprise.objects.create(
            session=count, description="พัดลม", found_place="โถง", counted_by=cast.staff, form_mark="a"
        ),
    ):
        with pytest.raises(IntegrityError) as found, transaction.atomic():
            act()
        assert found.value.__cause__.diag.constraint_name == "count_closed_stays"  # type: ignore[union-attr]


# Sentences ---------------------------------------------------------------------------------------------------


def test_forms_say_it_before_the_database_does(cast: Cast) -> None:
    """Validation shows the sentence of the guard, not its name."""
    asset = AssetFactory.build(
        category=None, division=cast.staff.division, kind=AssetKind.SINGLE, quantity=2, unit_price=Decimal(-1)
    )
    with pytest.raises(ValidationError) as found:
        asset.validate_constraints()
    sentences = {str(guard.violation_error_message) for name, guard in guards().items() if name.startswith("asset_")}
    assert set(found.value.messages) <= sentences
    assert len(found.value.messages) == 2


def test_every_guard_that_an_act_can_meet_has_a_sentence() -> None:
    met = {"loan_line_not_lent_twice", "loan_line_out_once", "loan_line_within_quantity", "loan_line_asset_retired"}
    assert met | {"asset_held_stays", "count_closed_stays"} <= set(SENTENCES)


def test_an_error_of_something_else_is_not_explained_away(waiting_loan: Loan) -> None:
    with pytest.raises(IntegrityError) as found, transaction.atomic():
        Loan.objects.filter(pk=waiting_loan.pk).update(purpose="")
    with pytest.raises(IntegrityError):
        refusal_of(found.value)
