"""Who may decide, where people could otherwise choose their own judge; and what a late promise must not bar."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from assets.approvers import Seat
from assets.choices import Decision, IncidentKind, LoanState
from assets.errors import RefusedError
from assets.models import Asset, CountItem, Delegation, Extension, Incident, Loan, LoanLine
from assets.services.decisions import approve_extension, approve_loan
from assets.services.requests import ask_extension, request_loans
from ita_portal.fiscal import today
from organization.choices import Role
from organization.models import User

from ..cast import Cast
from .counts import begun
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested, wish


def deputise(cast: Cast, deputy: User) -> None:
    """`deputy` stands in for the head of กองช่าง today."""
    Delegation.objects.create(
        division=cast.head.division, deputy=deputy, start_on=today(), end_on=today(), order="12/2570", made_by=cast.head
    )


def reached(user: User) -> set[int]:
    """Loans that their list shows; the same by both ways in which lists are made, and one by one."""
    seat = Seat.of(user)
    listed = set(Loan.objects.filter(seat.decides()).values_list("pk", flat=True))
    by_branch = [pk for branch in seat.branches() for pk in Loan.objects.filter(branch).values_list("pk", flat=True)]
    assert sorted(by_branch) == sorted(listed)
    assert {loan.pk for loan in Loan.objects.all() if seat.may_decide(loan)} == listed
    return listed


def test_a_deputy_does_not_decide_on_the_loan_of_the_head_who_named_them(cast: Cast, projector: Asset) -> None:
    deputise(cast, cast.staff)
    own, other = requested(cast.head, projector), requested(cast.staff2, AssetFactory())
    assert reached(cast.staff) == {other.pk}
    assert reached(cast.mayor) == {own.pk}
    with pytest.raises(RefusedError) as refused:
        approve_loan(own, by=cast.staff, revision=1)
    assert refused.value.code == "not_yours"
    assert approve_loan(own, by=cast.mayor, revision=1).state == LoanState.APPROVED


def test_a_mayor_who_deputises_sees_each_loan_once(cast: Cast, projector: Asset) -> None:
    deputise(cast, cast.mayor)
    requested(cast.head, projector)
    requested(cast.staff, AssetFactory())
    assert len(reached(cast.mayor)) == 2
    cast.head.groups.clear()
    assert len(reached(cast.mayor)) == 2


def test_nobody_decides_on_a_loan_that_they_entered(cast: Cast, projector: Asset) -> None:
    cast.head.groups.add(Group.objects.get(name=Role.ASSET_OFFICER.value))
    head = User.objects.get(pk=cast.head.pk)
    loan = request_loans(wish(projector), borrower=cast.staff, entered_by=head, form_mark=mark())[0]
    assert reached(head) == set()
    with pytest.raises(RefusedError):
        approve_loan(loan, by=head, revision=1)
    with pytest.raises(IntegrityError, match="loan_not_approved_by_borrower"), transaction.atomic():
        Loan.objects.filter(pk=loan.pk).update(state=LoanState.APPROVED, decided_by=head)


def test_a_promise_nobody_came_for_does_not_bar_more_time(cast: Cast, projector: Asset) -> None:
    late = handed_out(cast.staff, cast.head, cast.assets, projector)
    missed = approved(cast.staff2, cast.head, projector, start=5, days=2)
    shift(late, 10)
    shift(missed, 10)
    asked = ask_extension(late, by=cast.staff, new_due_on=today() + 2 * DAY, reason="งานยังไม่เสร็จ")
    assert approve_extension(asked, by=cast.head).decision == Decision.APPROVED


def shift(loan: Loan, days: int) -> None:
    """As if the loan had been made `days` days earlier."""
    loan.refresh_from_db()
    Loan.objects.filter(pk=loan.pk).update(start_on=loan.start_on - days * DAY, due_on=loan.due_on - days * DAY)
    for line in loan.lines.all():
        line.during = type(line.during)(line.during.lower - days * DAY, line.during.upper - days * DAY, "[)")
        line.save(update_fields=["during"])
    loan.refresh_from_db()


class TestTheDatabaseGuards:
    def test_more_time_is_not_approved_by_the_borrower(self, cast: Cast, loan_out: Loan) -> None:
        asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + DAY, reason="งานยังไม่เสร็จ")
        with pytest.raises(IntegrityError, match="decided by its borrower"), transaction.atomic():
            Extension.objects.filter(pk=asked.pk).update(decision=Decision.APPROVED, decided_by=cast.staff)

    def test_no_fewer_pieces_than_are_promised(self, cast: Cast, chairs: Asset) -> None:
        approved(cast.staff, cast.head, chairs, quantity=6, start=3)
        Asset.objects.filter(pk=chairs.pk).update(quantity=6)
        with pytest.raises(IntegrityError, match="is promised"), transaction.atomic():
            Asset.objects.filter(pk=chairs.pk).update(quantity=5)
        LoanLine.objects.update(held=0)
        Asset.objects.filter(pk=chairs.pk).update(quantity=5)

    @pytest.mark.parametrize("quantity", [0, 1_000_001])
    def test_a_sane_number_of_pieces(self, chairs: Asset, quantity: int) -> None:
        with pytest.raises(IntegrityError, match="asset_quantity_sane"), transaction.atomic():
            Asset.objects.filter(pk=chairs.pk).update(quantity=quantity)

    def test_what_was_decided_about_damage_stays(self, cast: Cast, projector: Asset) -> None:
        found = Incident.objects.create(
            asset=projector, kind=IncidentKind.DAMAGED, noticed_on=today(), noticed_by=cast.assets
        )
        Incident.objects.update(remedy="repaired", decided_on=today(), decided_by=cast.assets)
        with pytest.raises(IntegrityError, match="is decided"), transaction.atomic():
            Incident.objects.update(remedy="", decided_on=None, decided_by=None)
        with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
            found.delete()

    def test_a_closed_count_takes_no_entry(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        type(session).objects.filter(pk=session.pk).update(closed_at=session.opened_at, closed_by=cast.staff2)
        with pytest.raises(IntegrityError, match="the count is closed"), transaction.atomic():
            CountItem.objects.create(
                session=session, asset=AssetFactory(), division=projector.division, place="", expected=1
            )
