"""The table of acts and states walked whole: what is in it happens, everything else is refused and changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from assets.choices import ENDED, Act, Condition, Decision, LoanState, Remedy
from assets.errors import RefusedError
from assets.models import Asset, Counter, CountSession, Extension, Handover, Incident, Loan, LoanEntry, LoanLine
from assets.services.chasing import chase_loan
from assets.services.counts import appoint_counter
from assets.services.decisions import approve_extension, approve_loan, refuse_extension, refuse_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.incidents import decide_incident
from assets.services.register import retire_asset
from assets.services.requests import ask_extension, cancel_loan, change_loan
from assets.workflow import APPROVER_ACTS, TRANSITIONS, allows
from ita_portal.fiscal import today

from ..cast import Cast
from .factories import DAY, approved, mark, requested, wish
from .moving import moved

PEOPLE_DO = [act for act in Act if act not in (Act.REQUEST, Act.FINISH)]
"""Asking begins a loan, and the portal ends it: neither is done to a loan that stands somewhere."""


class Stage:
    """A loan of six chairs, brought to a state; and every act on it, each as whoever may do it."""

    def __init__(self, cast: Cast, chairs: Asset) -> None:
        self.cast, self.chairs = cast, chairs

    def loan(self, state: LoanState) -> Loan:
        cast = self.cast
        loan = requested(cast.staff, self.chairs, quantity=6, days=4)
        if state in (LoanState.APPROVED, LoanState.OUT, LoanState.RETURNED):
            loan = approve_loan(loan, by=cast.head, revision=1)
        if state in (LoanState.OUT, LoanState.RETURNED):
            self.hand_out(loan, 4)
            self.take_back(loan, 1, Condition.DAMAGED)
        if state == LoanState.RETURNED:
            self.take_back(loan, 3)
        if state == LoanState.REFUSED:
            loan = refuse_loan(loan, by=cast.head, reason="ใช้ในงานอื่น")
        if state == LoanState.CANCELLED:
            loan = cancel_loan(loan, by=cast.staff)
        loan.refresh_from_db()
        assert loan.state == state
        return loan

    def hand_out(self, loan: Loan, pieces: int = 1) -> Handover:
        parts = [Pieces(loan.lines.get().pk, pieces)]
        return hand_out(loan, parts, by=self.cast.assets, person="มานะ", form_mark=mark())

    def take_back(self, loan: Loan, pieces: int = 1, condition: str = Condition.GOOD) -> Handover:
        parts = [Pieces(loan.lines.get().pk, pieces, condition)]
        return take_back(loan, parts, by=self.cast.assets, person="มานะ", form_mark=mark())

    def extension(self, loan: Loan) -> Extension:
        """A request for more time that waits, whatever the state."""
        return Extension.objects.create(
            loan=loan, old_due_on=loan.due_on, new_due_on=loan.due_on + DAY, reason="ยังไม่เสร็จ", asked_by=loan.borrower
        )

    def act(self, act: Act, loan: Loan) -> Callable[[], object]:
        cast = self.cast
        if act == Act.CHANGE:
            return lambda: change_loan(loan, wish(self.chairs, days=2), by=cast.staff, revision=loan.revision)
        if act == Act.CANCEL:
            return lambda: cancel_loan(loan, by=cast.staff)
        if act == Act.ASK_EXTENSION:
            return lambda: ask_extension(loan, by=cast.staff, new_due_on=loan.due_on + DAY, reason="ยังไม่เสร็จ")
        if act == Act.APPROVE:
            return lambda: approve_loan(loan, by=cast.head, revision=loan.revision)
        if act == Act.REFUSE:
            return lambda: refuse_loan(loan, by=cast.head, reason="ใช้ในงานอื่น")
        if act in (Act.APPROVE_EXTENSION, Act.REFUSE_EXTENSION):
            extension = self.extension(loan)
            if act == Act.APPROVE_EXTENSION:
                return lambda: approve_extension(extension, by=cast.head)
            return lambda: refuse_extension(extension, by=cast.head, answer="มีผู้จองต่อ")
        if act == Act.HAND_OUT:
            return lambda: self.hand_out(loan)
        if act == Act.TAKE_BACK:
            return lambda: self.take_back(loan)
        if act == Act.CHASE:
            late = moved(loan, -9) if loan.state == LoanState.OUT else loan
            return lambda: chase_loan(late, by=cast.assets, note="โทรศัพท์")
        assert act == Act.DECIDE_INCIDENT
        incident = Incident.objects.filter(handover__line__loan=loan).first()
        return lambda: decide_incident(incident, by=cast.assets, remedy=Remedy.REPAIRED, usable_again=True)


@pytest.fixture
def stage(cast: Cast, chairs: Asset) -> Stage:
    return Stage(cast, chairs)


@pytest.mark.parametrize("state", list(LoanState), ids=str)
def test_every_act_in_every_state(stage: Stage, state: LoanState) -> None:
    tried = 0
    for act in PEOPLE_DO:
        loan = stage.loan(state)
        if act == Act.DECIDE_INCIDENT and not allows(act, state):
            # There is nothing to decide: damage is noticed when something comes back, which is refused here.
            assert not Incident.objects.filter(handover__line__loan=loan).exists()
            assert not allows(Act.TAKE_BACK, state)
            continue
        do = stage.act(act, loan)
        before = (LoanEntry.objects.filter(loan=loan).count(), list(LoanLine.objects.filter(loan=loan).values()))
        after = TRANSITIONS[act].get(state)
        if after is None:
            with pytest.raises(RefusedError) as refused:
                do()
            assert refused.value.code == "state", (act, state)
            assert str(loan.get_state_display()) in str(refused.value)
            now = (LoanEntry.objects.filter(loan=loan).count(), list(LoanLine.objects.filter(loan=loan).values()))
            assert now == before
            assert loan == Loan.objects.get(pk=loan.pk)
        else:
            do()
            assert LoanEntry.objects.filter(loan=loan).latest("pk").act == act
        loan.refresh_from_db()
        assert loan.state == (after or state), (act, state)
        tried += 1
        # The chairs are free again for the next act.
        LoanLine.objects.filter(loan=loan).update(held=0, returned=loan.lines.get().handed, lost=0)
        Asset.objects.update(broken=0)
    assert tried >= len(PEOPLE_DO) - 1


def test_the_last_piece_ends_the_loan(stage: Stage) -> None:
    assert TRANSITIONS[Act.FINISH] == {LoanState.OUT: LoanState.RETURNED}
    loan = stage.loan(LoanState.OUT)
    stage.take_back(loan, 2)
    loan.refresh_from_db()
    assert loan.state == LoanState.OUT
    stage.take_back(loan, 1)
    loan.refresh_from_db()
    assert (loan.state, loan.finished_on) == (LoanState.RETURNED, today())
    assert LoanEntry.objects.filter(loan=loan).latest("pk").act == Act.FINISH


def test_the_table_knows_every_act_and_leaves_no_ended_loan() -> None:
    assert set(TRANSITIONS) == set(Act) - {Act.REQUEST}
    assert set(TRANSITIONS) > APPROVER_ACTS
    for act, state in itertools.product(TRANSITIONS, ENDED):
        assert TRANSITIONS[act].get(state, state) == state
        assert act == Act.DECIDE_INCIDENT or not allows(act, state)
    for table in TRANSITIONS.values():
        assert table, "an act that is never possible"


# What the rules name expressly ------------------------------------------------------------------------------


def test_what_was_not_handed_out_does_not_come_back(stage: Stage, cast: Cast) -> None:
    loan = stage.loan(LoanState.APPROVED)
    with pytest.raises(RefusedError) as refused:
        stage.take_back(loan)
    assert refused.value.code == "state"
    out = stage.loan(LoanState.OUT) if stage.chairs.lines.update(held=0) else loan
    with pytest.raises(RefusedError) as refused:
        stage.take_back(out, 4)  # three of six are out
    assert refused.value.code == "too_many"
    other = approved(cast.staff2, cast.head, stage.chairs, quantity=1, start=9)
    with pytest.raises(RefusedError):
        take_back(out, [Pieces(other.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())


@pytest.mark.parametrize("state", ENDED, ids=str)
def test_an_ended_loan_is_not_changed(stage: Stage, cast: Cast, state: LoanState) -> None:
    loan = stage.loan(state)
    before = Loan.objects.filter(pk=loan.pk).values().get()
    for act in set(PEOPLE_DO) - {Act.DECIDE_INCIDENT, Act.APPROVE_EXTENSION, Act.REFUSE_EXTENSION}:
        with pytest.raises(RefusedError) as refused:
            stage.act(act, loan)()
        assert refused.value.code == "state"
    assert Loan.objects.filter(pk=loan.pk).values().get() == before


def test_what_is_out_is_not_handed_out(cast: Cast, projector: Asset) -> None:
    """It is out and overdue; somebody else's days have begun."""
    with time_machine.travel(timezone.now() - 5 * DAY):
        first = approved(cast.staff, cast.head, projector, days=3)
        second = approved(cast.staff2, cast.head, projector, start=4, days=4)
        hand_out(first, [Pieces(first.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    with pytest.raises(RefusedError) as refused:
        hand_out(second, [Pieces(second.lines.get().pk, 1)], by=cast.assets, person="มานี", form_mark=mark())
    assert refused.value.code in ("out", "loan_line_out_once")
    assert second.lines.get().out == 0
    with pytest.raises(RefusedError):
        hand_out(first, [Pieces(first.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())


def test_what_is_out_does_not_leave_the_register(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    with pytest.raises(RefusedError) as refused:
        retire_asset(projector, by=cast.assets, reason="ชำรุด")
    assert refused.value.code == "asset_held_stays"
    projector.refresh_from_db()
    assert projector.retired_on is None


def test_supplies_officers_do_not_count(cast: Cast) -> None:
    session = CountSession.objects.create(
        fiscal_year=2569, order="1/2569", appointed_on=today(), start_on=today(), due_on=today(), made_by=cast.assets
    )
    with pytest.raises(RefusedError) as refused:
        appoint_counter(session, by=cast.assets, user=cast.assets)
    assert refused.value.code == "counter_no_asset_officer"
    assert not Counter.objects.exists()
    assert appoint_counter(session, by=cast.assets, user=cast.staff).user == cast.staff


# Nothing that a page could send gets through to the database's own errors ------------------------------------


@pytest.mark.parametrize("quantity", [0, -1, 11, 10**30])
def test_impossible_numbers_of_pieces(cast: Cast, chairs: Asset, quantity: int) -> None:
    with pytest.raises(RefusedError):
        requested(cast.staff, chairs, quantity=quantity)
    loan = approved(cast.staff, cast.head, chairs, quantity=6)
    line = loan.lines.get()
    for act in (hand_out, take_back):
        with pytest.raises(RefusedError):
            act(loan, [Pieces(line.pk, quantity)], by=cast.assets, person="มานะ", form_mark=mark())


def test_the_same_thing_twice_in_a_form(cast: Cast, projector: Asset, chairs: Asset) -> None:
    for thing in (projector, chairs):
        with pytest.raises(RefusedError):
            requested(cast.staff, thing, thing)
    loan = approved(cast.staff, cast.head, chairs, quantity=6)
    pk = loan.lines.get().pk
    with pytest.raises(RefusedError):
        twice = [Pieces(pk, 4), Pieces(pk, 4, Condition.WORN)]
        hand_out(loan, twice, by=cast.assets, person="มานะ", form_mark=mark())
    assert loan.lines.get().handed == 0
    hand_out(loan, [Pieces(pk, 4), Pieces(pk, 2, Condition.WORN)], by=cast.assets, person="มานะ", form_mark=mark())
    assert loan.lines.get().handed == 6


def test_a_place_that_does_not_exist(cast: Cast, projector: Asset) -> None:
    with pytest.raises(RefusedError):
        requested(cast.staff, projector, use_at="moon")


def test_usable_though_the_register_says_otherwise(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    """A count noted it as damaged while it was out; who takes it back sees that it is not."""
    Asset.objects.filter(pk=projector.pk).update(condition=Condition.DAMAGED, broken=1)
    take_back(loan_out, [Pieces(loan_out.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    projector.refresh_from_db()
    assert (projector.condition, projector.usable) == (Condition.GOOD, 1)


def test_what_waits_is_closed_with_the_loan(stage: Stage, cast: Cast) -> None:
    loan = stage.loan(LoanState.OUT)
    asked = ask_extension(loan, by=cast.staff, new_due_on=loan.due_on + DAY, reason="ยังไม่เสร็จ")
    stage.take_back(loan, 3)
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == (Decision.REFUSED, cast.assets)
