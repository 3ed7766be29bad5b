"""The acts on a loan, from asking to bringing back."""

import pytest

from assets.choices import Condition, IncidentKind, LoanState, Remedy
from assets.errors import RefusedError
from assets.models import Asset, Incident, Loan
from assets.services.decisions import approve_extension, approve_loan, refuse_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.incidents import decide_incident
from assets.services.register import retire_asset
from assets.services.requests import ask_extension, cancel_loan, change_loan, request_loans

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested, wish


def test_a_loan_from_asking_to_the_end(cast: Cast, projector: Asset) -> None:
    loan = requested(cast.staff, projector)
    assert (loan.reference, loan.state, loan.owner) == (
        f"1/{loan.fiscal_year}",
        LoanState.REQUESTED,
        projector.division,
    )
    loan = approve_loan(loan, by=cast.head, revision=loan.revision)
    line = loan.lines.get()
    assert (loan.state, line.held) == (LoanState.APPROVED, 1)
    hand_out(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    line.refresh_from_db()
    assert line.out == 1
    take_back(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    loan.refresh_from_db()
    line.refresh_from_db()
    assert (loan.state, line.held, line.out) == (LoanState.RETURNED, 0, 0)
    acts = list(loan.entries.values_list("act", "by__username"))
    assert acts == [
        ("request", "staff"),
        ("approve", "head"),
        ("hand_out", "assets"),
        ("take_back", "assets"),
        ("finish", "assets"),
    ]


def test_a_request_holds_nothing_and_an_approval_does(cast: Cast, projector: Asset) -> None:
    first, second = requested(cast.staff, projector), requested(cast.staff2, projector)
    approve_loan(first, by=cast.head, revision=1)
    with pytest.raises(RefusedError) as refused:
        approve_loan(second, by=cast.head, revision=1)
    assert refused.value.code == "taken"
    with pytest.raises(RefusedError):
        requested(cast.staff2, projector, start=2)
    assert requested(cast.staff2, projector, start=3).state == LoanState.REQUESTED


def test_who_approves(cast: Cast, projector: Asset, truck_waiting: Loan) -> None:
    inside = requested(cast.staff, projector)
    for person in (cast.staff, cast.staff2, cast.assets, cast.admin, cast.mayor):
        with pytest.raises(RefusedError):
            approve_loan(inside, by=person, revision=1)
    with pytest.raises(RefusedError):
        approve_loan(truck_waiting, by=cast.head, revision=1)
    assert approve_loan(truck_waiting, by=cast.mayor, revision=1).decided_as
    own = requested(cast.head, AssetFactory())
    with pytest.raises(RefusedError) as refused:
        approve_loan(own, by=cast.head, revision=1)
    assert refused.value.code == "own"
    assert approve_loan(own, by=cast.mayor, revision=1).state == LoanState.APPROVED


def test_what_was_changed_is_read_again(cast: Cast, waiting_loan: Loan, projector: Asset) -> None:
    change_loan(waiting_loan, wish(projector, days=5), by=cast.staff, revision=1)
    with pytest.raises(RefusedError) as refused:
        approve_loan(waiting_loan, by=cast.head, revision=1)
    assert refused.value.code == "changed"
    approve_loan(waiting_loan, by=cast.head, revision=2)
    with pytest.raises(RefusedError):
        change_loan(waiting_loan, wish(projector), by=cast.staff, revision=2)


def test_damage_and_loss(cast: Cast, chairs: Asset) -> None:
    loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=6)
    line = loan.lines.get()
    back = [Pieces(line.pk, 3), Pieces(line.pk, 1, Condition.DAMAGED, "ขาหัก"), Pieces(line.pk, 1, Condition.LOST)]
    take_back(loan, back, by=cast.assets, person="มานะ", form_mark=mark())
    chairs.refresh_from_db()
    line.refresh_from_db()
    assert (line.returned, line.lost, line.out, chairs.usable) == (4, 1, 1, 8)
    assert set(Incident.objects.values_list("kind", "quantity")) == {(IncidentKind.DAMAGED, 1), (IncidentKind.LOST, 1)}
    take_back(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURNED
    broken = Incident.objects.get(kind=IncidentKind.DAMAGED)
    decide_incident(broken, by=cast.assets, remedy=Remedy.REPAIRED, usable_again=True)
    chairs.refresh_from_db()
    assert chairs.usable == 9


def test_part_of_a_loan_is_handed_out(cast: Cast, chairs: Asset) -> None:
    loan = approved(cast.staff, cast.head, chairs, quantity=6)
    line = loan.lines.get()
    hand_out(loan, [Pieces(line.pk, 4)], by=cast.assets, person="มานะ", form_mark=mark())
    with pytest.raises(RefusedError):
        hand_out(loan, [Pieces(line.pk, 3)], by=cast.assets, person="มานะ", form_mark=mark())
    take_back(loan, [Pieces(line.pk, 4)], by=cast.assets, person="มานะ", form_mark=mark())
    line.refresh_from_db()
    assert (line.held, line.loan.state) == (0, LoanState.RETURNED)


def test_a_form_sent_twice_is_done_once(cast: Cast, projector: Asset) -> None:
    form = mark()
    people = {"borrower": cast.staff, "entered_by": cast.staff}
    first = request_loans(wish(projector), **people, form_mark=form)
    assert request_loans(wish(projector), **people, form_mark=form) == first
    loan = approve_loan(first[0], by=cast.head, revision=1)
    line, form = loan.lines.get(), mark()
    for _again in range(2):
        hand_out(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=form)
    form = mark()
    for _again in range(2):
        take_back(loan, [Pieces(line.pk, 1)], by=cast.assets, person="มานะ", form_mark=form)
    assert (loan.handovers.count(), Loan.objects.count()) == (2, 1)


def test_more_time(cast: Cast, loan_out: Loan, projector: Asset) -> None:
    other = approved(cast.staff2, cast.head, projector, start=5, days=2)
    with pytest.raises(RefusedError) as refused:
        ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + 4 * DAY, reason="งานยังไม่เสร็จ")
    assert refused.value.code == "taken"
    with pytest.raises(RefusedError):
        ask_extension(loan_out, by=cast.staff2, new_due_on=loan_out.due_on + DAY, reason="งานยังไม่เสร็จ")
    asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + 2 * DAY, reason="งานยังไม่เสร็จ")
    approve_extension(asked, by=cast.head)
    loan_out.refresh_from_db()
    assert loan_out.due_on == other.start_on - DAY


def test_what_is_promised_stays_in_the_register(cast: Cast, approved_loan: Loan, projector: Asset) -> None:
    with pytest.raises(RefusedError) as refused:
        retire_asset(projector, by=cast.assets, reason="ชำรุดเสื่อมสภาพ")
    assert refused.value.code == "asset_held_stays"
    cancel_loan(approved_loan, by=cast.staff)
    assert retire_asset(projector, by=cast.assets, reason="ชำรุดเสื่อมสภาพ").retired_on


def test_a_refusal_says_why(cast: Cast, waiting_loan: Loan) -> None:
    with pytest.raises(RefusedError):
        refuse_loan(waiting_loan, by=cast.head, reason=" ")
    assert refuse_loan(waiting_loan, by=cast.head, reason="ใช้ในงานอื่น").finished_on
