"""Days are days in Bangkok, both ends included; numbers of loans follow the fiscal year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine

from assets.choices import LoanState
from assets.errors import RefusedError
from assets.models import Asset, Delegation, Handover, Loan, LoanNumber, RegisterSettings
from assets.services.decisions import approve_extension, approve_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.register import retire_asset
from assets.services.requests import Wish, ask_extension, request_loans
from assets.stock import Want, check_days, claims_of, late_pieces
from ita_portal.fiscal import BANGKOK, today

from ..cast import Cast
from .factories import DAY, approved, mark, requested, wish

DUE = dt.date(2026, 1, 7)
"""A Wednesday."""


@contextmanager
def at(day: dt.date, hour: int, minute: int = 0) -> Iterator[None]:
    """That moment in Bangkok: in the first seven hours of a day it is still the day before in UTC."""
    moment = dt.datetime.combine(day, dt.time(hour, minute), BANGKOK)
    with time_machine.travel(moment, tick=False):
        assert today() == day
        yield


@pytest.fixture
def due_on_wednesday(cast: Cast, projector: Asset) -> Loan:
    """Out since Monday, to be back on Wednesday."""
    with at(DUE - 2 * DAY, 9):
        loan = approved(cast.staff, cast.head, projector)
        hand_out(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
        loan.refresh_from_db()
    return loan


@pytest.mark.parametrize(
    ("day", "hour", "minute", "late"),
    [
        (DUE - DAY, 23, 30, 0),
        (DUE, 0, 30, 0),
        (DUE, 6, 59, 0),
        (DUE, 7, 1, 0),
        (DUE, 23, 30, 0),
        (DUE + DAY, 0, 30, 1),
        (DUE + DAY, 23, 30, 1),
        (DUE + 2 * DAY, 0, 1, 2),
    ],
)
def test_late_from_the_day_after(due_on_wednesday: Loan, day: dt.date, hour: int, minute: int, late: int) -> None:
    loan, asset = due_on_wednesday, due_on_wednesday.lines.get().asset
    with at(day, hour, minute):
        assert loan.days_late() == late
        assert list(Loan.objects.overdue()) == ([loan] if late else [])
        assert (asset.pk in late_pieces([asset.pk])) is bool(late)
        assert [claim.end for claim in claims_of([asset.pk])[asset.pk]] == ([None] if late else [DUE])


def test_what_is_overdue_is_promised_to_nobody(due_on_wednesday: Loan, cast: Cast, projector: Asset) -> None:
    with at(DUE, 23, 59):
        far = requested(cast.staff2, projector, start=5)
    with at(DUE + DAY, 0, 1):
        for act in (
            lambda: requested(cast.staff2, projector, start=9),
            lambda: approve_loan(far, by=cast.head, revision=1),
        ):
            with pytest.raises(RefusedError) as refused:
                act()
            assert refused.value.code == "overdue"
            assert str(cast.staff) not in str(refused.value)
        back = [Pieces(due_on_wednesday.lines.get().pk, 1)]
        take_back(due_on_wednesday, back, by=cast.assets, person="มานะ", form_mark=mark())
        assert approve_loan(far, by=cast.head, revision=1).state == LoanState.APPROVED


def test_both_ends_are_included(due_on_wednesday: Loan, cast: Cast, projector: Asset) -> None:
    assert due_on_wednesday.days == 3
    with at(DUE, 0, 30):
        with pytest.raises(RefusedError):
            requested(cast.staff2, projector, days=1)
        assert requested(cast.staff2, projector, start=1, days=1).days == 1


@pytest.mark.parametrize(("hour", "minute"), [(0, 1), (23, 59)])
def test_handed_out_from_the_first_day_to_the_last(cast: Cast, projector: Asset, hour: int, minute: int) -> None:
    def give(loan: Loan) -> Handover:
        return hand_out(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())

    with at(DUE - DAY, 12):
        loan = approved(cast.staff, cast.head, projector, start=1, days=2)
    for day, code in ((DUE - DAY, "early"), (DUE + 2 * DAY, "past")):
        with at(day, hour, minute), pytest.raises(RefusedError) as refused:
            give(loan)
        assert refused.value.code == code
    with at(DUE + DAY, hour, minute):
        assert give(loan).day == DUE + DAY


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (dt.datetime(2026, 9, 30, 23, 59, tzinfo=BANGKOK), "1/2569"),
        (dt.datetime(2026, 10, 1, 0, 1, tzinfo=BANGKOK), "1/2570"),
        (dt.datetime(2026, 10, 1, 7, 1, tzinfo=BANGKOK), "1/2570"),
        (dt.datetime(2026, 12, 31, 23, 59, tzinfo=BANGKOK), "1/2570"),
        (dt.datetime(2027, 1, 1, 0, 1, tzinfo=BANGKOK), "1/2570"),
    ],
)
def test_the_number_is_of_the_fiscal_year(cast: Cast, projector: Asset, moment: dt.datetime, number: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert requested(cast.staff, projector).reference == number


def test_numbers_begin_again_at_midnight(cast: Cast, projector: Asset) -> None:
    with at(dt.date(2026, 9, 30), 23, 59):
        assert [requested(cast.staff, projector).reference for _again in range(2)] == ["1/2569", "2/2569"]
    with at(dt.date(2026, 10, 1), 0, 1):
        assert requested(cast.staff, projector).reference == "1/2570"
    assert dict(LoanNumber.objects.values_list("fiscal_year", "last")) == {2569: 2, 2570: 1}


def test_a_loan_over_the_end_of_the_year_keeps_its_number(cast: Cast, projector: Asset) -> None:
    with at(dt.date(2026, 9, 30), 12):
        loan = approved(cast.staff, cast.head, projector)
    with at(dt.date(2026, 10, 1), 0, 30):
        hand_out(loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark())
    loan.refresh_from_db()
    assert loan.reference == "1/2569"


@pytest.mark.parametrize(("hour", "minute"), [(0, 30), (23, 30)])
class TestTodayIsBangkoks:
    def test_a_request_begins_today_at_the_earliest(self, cast: Cast, projector: Asset, hour: int, minute: int) -> None:
        with at(DUE, hour, minute):
            assert requested(cast.staff, projector, days=1).start_on == DUE
            with pytest.raises(RefusedError) as refused:
                requested(cast.staff, projector, start=-1)
            assert refused.value.code == "past"

    def test_how_far_and_how_long(self, cast: Cast, projector: Asset, hour: int, minute: int) -> None:
        rules = RegisterSettings(pk=1, most_loan_days=10, most_days_ahead=5)
        with at(DUE, hour, minute):
            check_days(DUE + 5 * DAY, DUE + 14 * DAY, rules)
            for start, due, code in ((6, 6, "too_far"), (5, 15, "too_long"), (1, 0, "order")):
                with pytest.raises(RefusedError) as refused:
                    check_days(DUE + start * DAY, DUE + due * DAY, rules)
                assert refused.value.code == code

    def test_more_time_until_today(self, due_on_wednesday: Loan, cast: Cast, hour: int, minute: int) -> None:
        with at(DUE + DAY, hour, minute):
            with pytest.raises(RefusedError):
                ask_extension(due_on_wednesday, by=cast.staff, new_due_on=DUE, reason="ยังไม่เสร็จ")
            assert ask_extension(due_on_wednesday, by=cast.staff, new_due_on=DUE + DAY, reason="ยังไม่เสร็จ")

    def test_days_that_are_written_down(
        self, due_on_wednesday: Loan, cast: Cast, projector: Asset, hour: int, minute: int
    ) -> None:
        with at(DUE, hour, minute):
            pieces = [Pieces(due_on_wednesday.lines.get().pk, 1)]
            assert take_back(due_on_wednesday, pieces, by=cast.assets, person="มานะ", form_mark=mark()).day == DUE
            due_on_wednesday.refresh_from_db()
            assert due_on_wednesday.finished_on == DUE
            assert retire_asset(projector, by=cast.assets, reason="ชำรุด").retired_on == DUE

    def test_a_delegation_holds_on_its_days(self, cast: Cast, projector: Asset, hour: int, minute: int) -> None:
        Delegation.objects.create(
            division=projector.division, deputy=cast.staff2, start_on=DUE, end_on=DUE, order="1/2569",
            made_by=cast.head,
        )  # fmt: skip
        with at(DUE - DAY, hour, minute):
            loan = request_loans(
                Wish([Want(projector)], DUE, DUE + 2 * DAY, purpose="ประชุม", use_at="on_site"),
                borrower=cast.staff, entered_by=cast.staff, form_mark=mark(),
            )[0]  # fmt: skip
        for day in (DUE - DAY, DUE + DAY):
            with at(day, hour, minute), pytest.raises(RefusedError):
                approve_loan(loan, by=cast.staff2, revision=1)
        with at(DUE, hour, minute):
            assert approve_loan(loan, by=cast.staff2, revision=1).decided_as

    def test_the_last_day_can_still_be_approved(self, cast: Cast, projector: Asset, hour: int, minute: int) -> None:
        with at(DUE, hour, minute):
            loan, late = requested(cast.staff, projector, days=2), requested(cast.staff, projector, days=1)
        with at(DUE + DAY, hour, minute):
            assert approve_loan(loan, by=cast.head, revision=1).state == LoanState.APPROVED
            with pytest.raises(RefusedError) as refused:
                approve_loan(late, by=cast.head, revision=1)
            assert refused.value.code == "past"


def test_a_promise_that_nobody_collected_is_in_nobodys_way(cast: Cast, projector: Asset) -> None:
    """Its last day has passed: what is approved from then on is held from that day, and may be prolonged."""
    with at(DUE - 2 * DAY, 9):
        left = requested(cast.staff, projector)
        following = requested(cast.staff2, projector, start=2, days=4)
        approve_loan(left, by=cast.head, revision=1)
        with pytest.raises(RefusedError):
            approve_loan(following, by=cast.head, revision=1)
    with at(DUE + DAY, 9):
        approve_loan(following, by=cast.head, revision=1)
        assert following.lines.get().during.lower == DUE + DAY
        with pytest.raises(RefusedError):
            ask_extension(left, by=cast.staff, new_due_on=DUE + 2 * DAY, reason="มารับช้า")
        more = ask_extension(following, by=cast.staff2, new_due_on=DUE + 5 * DAY, reason="ยังไม่เสร็จ")
        approve_extension(more, by=cast.head)
        during = following.lines.get().during
        assert (during.lower, during.upper) == (DUE + DAY, DUE + 6 * DAY)


def test_wishes_are_whole_days(projector: Asset) -> None:
    with at(DUE, 0, 30):
        during = wish(projector, days=1).during
        assert (during.lower, during.upper, during.upper_inc) == (DUE, DUE, True)
