"""Two officers, two tabs, two borrowers at the same moment: each race first without its guard, then closed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pgtrigger
import pytest
from django.db import connection, transaction
from django.db.models import F

from assets.choices import AssetKind, Decision, LoanState
from assets.errors import RefusedError
from assets.models import Asset, Handover, Incident, Loan, LoanEntry, LoanLine
from assets.services import decisions
from assets.services.decisions import approve_extension, approve_loan, refuse_loan
from assets.services.handovers import Pieces, hand_out, take_back
from assets.services.register import retire_asset
from assets.services.requests import ask_extension, cancel_loan, change_loan, request_loans
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .factories import DAY, AssetFactory, approved, handed_out, mark, requested, wish

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def without_exclusion() -> Iterator[None]:
    """The database without the constraint that no single thing is promised twice."""
    constraint = next(item for item in LoanLine._meta.constraints if item.name == "loan_line_not_lent_twice")
    with connection.schema_editor() as editor:
        editor.remove_constraint(LoanLine, constraint)
    try:
        yield
    finally:
        LoanLine.objects.update(held=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(LoanLine, constraint)


def hold(loan: Loan) -> int:
    """What an approval writes, without any look at what is free."""
    return loan.lines.update(held=F("quantity"))


def unguarded_hold(loan: Loan) -> int:
    with pgtrigger.ignore("assets.LoanLine:within_quantity"):
        return hold(loan)


def held(asset: Asset) -> int:
    return sum(asset.lines.values_list("held", flat=True))


def outcome(found: list[Any]) -> tuple[int, list[str]]:
    """How many were done, and the codes of the refusals; anything else that was raised is a fault."""
    codes = [item.code for item in found if isinstance(item, RefusedError)]
    faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
    assert not faults, faults
    return len(found) - len(codes), sorted(codes)


class TestTheSameThingApprovedTwice:
    @pytest.fixture
    def two(self, cast: Cast, projector: Asset) -> tuple[Loan, Loan]:
        return requested(cast.staff, projector), requested(cast.staff2, projector, start=2)

    def test_open_without_the_guard(self, two: tuple[Loan, Loan], projector: Asset) -> None:
        """Each looks, sees nothing of the other's, and promises."""
        with without_exclusion():
            with transaction.atomic():
                assert held(projector) == 0
                unguarded_hold(two[0])
                begin(lambda: unguarded_hold(two[1])).result(timeout=30)
            assert held(projector) == 2, "one projector, promised twice"

    def test_the_database_alone_closes_it(self, two: tuple[Loan, Loan], projector: Asset) -> None:
        with transaction.atomic():
            hold(two[0])
            late = begin(lambda: hold(two[1]))
            assert wait_until_blocked(late)
        with pytest.raises(Exception, match="loan_line_not_lent_twice"):
            late.result(timeout=30)
        assert held(projector) == 1

    def test_the_approver_reads_a_sentence(self, two: tuple[Loan, Loan], cast: Cast, projector: Asset) -> None:
        approve = [lambda loan=loan: approve_loan(loan, by=cast.head, revision=1) for loan in two]
        done, codes = outcome(at_once(*approve))
        assert (done, codes, held(projector)) == (1, ["taken"], 1)
        assert sorted(Loan.objects.values_list("state", flat=True)) == [LoanState.APPROVED, LoanState.REQUESTED]

    def test_the_same_though_nothing_is_looked_at_before(
        self, two: tuple[Loan, Loan], cast: Cast, projector: Asset
    ) -> None:
        """The sentence of the constraint itself, where the look before it saw nothing."""
        with mock.patch.object(decisions, "refusals", lambda *_words, **_more: iter(())):
            done, codes = outcome(
                at_once(*[lambda loan=loan: approve_loan(loan, by=cast.head, revision=1) for loan in two])
            )
        assert (done, codes, held(projector)) == (1, ["loan_line_not_lent_twice"], 1)

    def test_two_windows_of_one_approver(self, waiting_loan: Loan, cast: Cast) -> None:
        done, codes = outcome(at_once(*[lambda: approve_loan(waiting_loan, by=cast.head, revision=1)] * 3))
        assert (done, codes) == (1, ["state", "state"])
        assert LoanEntry.objects.filter(act="approve").count() == 1


class TestMorePiecesThanThereAre:
    @pytest.fixture
    def many(self, cast: Cast, chairs: Asset) -> list[Loan]:
        return [requested(cast.staff, chairs, quantity=4, start=number % 3, days=4) for number in range(6)]

    def test_open_without_the_guard(self, many: list[Loan], chairs: Asset) -> None:
        with transaction.atomic():
            unguarded_hold(many[0])
            for loan in many[1:3]:
                begin(lambda loan=loan: unguarded_hold(loan)).result(timeout=30)
        assert held(chairs) == 12, "twelve of ten chairs"

    def test_the_guard_of_the_database_waits_for_the_others(self, many: list[Loan], chairs: Asset) -> None:
        hold(many[0])
        with transaction.atomic():
            hold(many[1])
            late = begin(lambda: hold(many[2]))
            assert wait_until_blocked(late), "the guard counts before the other has said how many it takes"
        with pytest.raises(Exception, match="has 10 pieces"):
            late.result(timeout=30)
        assert held(chairs) == 8

    def test_open_where_the_guard_counts_without_the_lock(self, many: list[Loan], chairs: Asset) -> None:
        """The same guard without `FOR NO KEY UPDATE`: both count before either has written."""
        trigger = next(item for item in LoanLine._meta.triggers if item.name == "within_quantity")
        unlocked = trigger.get_func(LoanLine).replace("FOR NO KEY UPDATE", "")
        assert unlocked != trigger.get_func(LoanLine)
        weak = pgtrigger.Trigger(
            name=trigger.name, when=trigger.when, operation=trigger.operation, declare=trigger.declare, func=unlocked
        )
        weak.install(LoanLine)
        try:
            hold(many[0])
            with transaction.atomic():
                hold(many[1])
                begin(lambda: hold(many[2])).result(timeout=30)
            assert held(chairs) == 12
        finally:
            trigger.install(LoanLine)

    def test_never_more_than_there_are(self, many: list[Loan], cast: Cast, chairs: Asset) -> None:
        done, codes = outcome(
            at_once(*[lambda loan=loan: approve_loan(loan, by=cast.head, revision=1) for loan in many])
        )
        assert (done, set(codes), held(chairs)) == (2, {"taken"}, 8)


class TestHandingOver:
    def test_handed_out_by_two_officers(self, approved_loan: Loan, cast: Cast) -> None:
        pieces = [Pieces(approved_loan.lines.get().pk, 1)]
        done, codes = outcome(
            at_once(*[lambda: hand_out(approved_loan, pieces, by=cast.assets, person="มานะ", form_mark=mark())] * 3)
        )
        assert (done, codes) == (1, ["too_many", "too_many"])
        assert Handover.objects.count() == 1

    def test_handed_out_by_a_double_click(self, approved_loan: Loan, cast: Cast) -> None:
        pieces, form = [Pieces(approved_loan.lines.get().pk, 1)], mark()
        found = at_once(*[lambda: hand_out(approved_loan, pieces, by=cast.assets, person="มานะ", form_mark=form)] * 3)
        assert len({handover.pk for handover in found}) == 1

    def test_one_thing_on_two_loans(self, cast: Cast, projector: Asset) -> None:
        """One loan was to begin after the other; by a correction of the days both could be collected today."""
        first = approved(cast.staff, cast.head, projector, days=1)
        second = approved(cast.staff2, cast.head, projector, start=1)
        Loan.objects.filter(pk=second.pk).update(start_on=first.start_on)
        acts_ = [
            lambda loan=loan: hand_out(
                loan, [Pieces(loan.lines.get().pk, 1)], by=cast.assets, person="มานะ", form_mark=mark()
            )
            for loan in (first, second)
        ]
        done, codes = outcome(at_once(*acts_))
        assert done == 1
        assert codes[0] in ("out", "loan_line_out_once")
        assert projector.lines.filter(out=1).count() == 1

    def test_open_without_the_lock_of_the_loan(self, cast: Cast, chairs: Asset) -> None:
        """Both officers read that four can be handed out, and each adds their four to what they read."""
        loan = approved(cast.staff, cast.head, chairs, quantity=4)
        first, second = loan.lines.get(), loan.lines.get()
        for line in (first, second):
            line.handed += 4
            line.save(update_fields=["handed"])
        assert loan.lines.get().handed == 4, "eight changed hands, four are written down"

    def test_taken_back_by_two_officers(self, loan_out: Loan, cast: Cast) -> None:
        pieces = [Pieces(loan_out.lines.get().pk, 1, "damaged")]
        done, codes = outcome(
            at_once(*[lambda: take_back(loan_out, pieces, by=cast.assets, person="มานะ", form_mark=mark())] * 3)
        )
        assert (done, codes) == (1, ["state", "state"])
        assert Incident.objects.count() == 1

    def test_taken_back_by_a_double_click(self, loan_out: Loan, cast: Cast) -> None:
        pieces, form = [Pieces(loan_out.lines.get().pk, 1, "damaged")], mark()
        found = at_once(*[lambda: take_back(loan_out, pieces, by=cast.assets, person="มานะ", form_mark=form)] * 3)
        assert len({handover.pk for handover in found}) == 1
        assert Incident.objects.count() == 1
        assert LoanEntry.objects.filter(act="finish").count() == 1

    def test_parts_taken_back_by_two_officers(self, cast: Cast, chairs: Asset) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=10)
        pieces = [Pieces(loan.lines.get().pk, 4)]
        done, codes = outcome(
            at_once(*[lambda: take_back(loan, pieces, by=cast.assets, person="มานะ", form_mark=mark())] * 3)
        )
        assert (done, codes, loan.lines.get().out) == (2, ["too_many"], 2)


class TestTheSameForm:
    def test_a_request_sent_twice_is_one(self, cast: Cast, projector: Asset, truck: Asset) -> None:
        form, what = mark(), wish(projector, truck)
        found = at_once(*[lambda: request_loans(what, borrower=cast.staff, entered_by=cast.staff, form_mark=form)] * 4)
        assert all(isinstance(item, list) for item in found), found
        assert Loan.objects.count() == len({loan.pk for loans in found for loan in loans}) == 1

    def test_numbers_have_no_gaps_and_no_doubles(self, cast: Cast, projector: Asset) -> None:
        requests = [
            lambda: request_loans(wish(projector), borrower=cast.staff, entered_by=cast.staff, form_mark=mark())
        ] * 6
        assert outcome(at_once(*requests)) == (6, [])
        assert sorted(Loan.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


class TestTwoDifferentActs:
    """Whichever comes first; the other reads a sentence, and what is written down fits together."""

    def test_approved_and_cancelled(self, waiting_loan: Loan, cast: Cast, projector: Asset) -> None:
        found = at_once(
            lambda: approve_loan(waiting_loan, by=cast.head, revision=1),
            lambda: cancel_loan(waiting_loan, by=cast.staff),
        )
        outcome(found)
        waiting_loan.refresh_from_db()
        assert (waiting_loan.state, held(projector)) == (LoanState.CANCELLED, 0)

    def test_approved_and_refused(self, waiting_loan: Loan, cast: Cast, projector: Asset) -> None:
        found = at_once(
            lambda: approve_loan(waiting_loan, by=cast.head, revision=1),
            lambda: refuse_loan(waiting_loan, by=cast.head, reason="ใช้งานอื่น"),
        )
        assert outcome(found) == (1, ["state"])
        waiting_loan.refresh_from_db()
        assert held(projector) == (waiting_loan.state == LoanState.APPROVED)

    def test_approved_and_changed(self, waiting_loan: Loan, cast: Cast, projector: Asset) -> None:
        """What was approved is what was read: either the old days, or nothing yet."""
        before = waiting_loan.due_on
        found = at_once(
            lambda: approve_loan(waiting_loan, by=cast.head, revision=1),
            lambda: change_loan(waiting_loan, wish(projector, days=9), by=cast.staff, revision=1),
        )
        done, codes = outcome(found)
        waiting_loan.refresh_from_db()
        assert done == 1
        assert codes[0] in ("state", "changed")
        assert (waiting_loan.state == LoanState.APPROVED) == (waiting_loan.due_on == before)

    def test_more_time_and_the_next_one(self, loan_out: Loan, cast: Cast, projector: Asset) -> None:
        following = requested(cast.staff2, projector, start=4)
        asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + 3 * DAY, reason="งานยังไม่เสร็จ")
        found = at_once(
            lambda: approve_extension(asked, by=cast.head), lambda: approve_loan(following, by=cast.head, revision=1)
        )
        assert outcome(found) == (1, ["taken"])
        asked.refresh_from_db()
        following.refresh_from_db()
        assert (asked.decision == Decision.APPROVED) != (following.state == LoanState.APPROVED)

    def test_more_time_and_coming_back(self, loan_out: Loan, cast: Cast, projector: Asset) -> None:
        asked = ask_extension(loan_out, by=cast.staff, new_due_on=loan_out.due_on + DAY, reason="งานยังไม่เสร็จ")
        pieces = [Pieces(loan_out.lines.get().pk, 1)]
        found = at_once(
            lambda: approve_extension(asked, by=cast.head),
            lambda: take_back(loan_out, pieces, by=cast.assets, person="มานะ", form_mark=mark()),
        )
        outcome(found)
        assert isinstance(found[1], Handover)
        loan_out.refresh_from_db()
        asked.refresh_from_db()
        assert (loan_out.state, held(projector)) == (LoanState.RETURNED, 0)
        assert asked.decision != Decision.WAITING

    def test_more_time_asked_for_in_two_windows(self, loan_out: Loan, cast: Cast) -> None:
        until = loan_out.due_on + DAY
        found = at_once(*[lambda: ask_extension(loan_out, by=cast.staff, new_due_on=until, reason="ยังไม่เสร็จ")] * 2)
        faults = [item for item in found if isinstance(item, Exception) and not isinstance(item, RefusedError)]
        assert not faults
        assert loan_out.extensions.count() == 1

    def test_retired_and_approved(self, waiting_loan: Loan, cast: Cast, projector: Asset) -> None:
        found = at_once(
            lambda: retire_asset(projector, by=cast.assets, reason="ชำรุด"),
            lambda: approve_loan(waiting_loan, by=cast.head, revision=1),
        )
        done, codes = outcome(found)
        assert done == 1
        assert codes[0] in ("asset_held_stays", "not_lendable")
        projector.refresh_from_db()
        assert (projector.retired_on is None) == bool(held(projector))

    def test_retired_after_a_promise_that_is_still_being_written(
        self, waiting_loan: Loan, cast: Cast, projector: Asset
    ) -> None:
        with transaction.atomic():
            hold(waiting_loan)
            late = begin(lambda: retire_asset(projector, by=cast.assets, reason="ชำรุด"))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError) as refused:
            late.result(timeout=30)
        assert refused.value.code == "asset_held_stays"

    def test_retired_and_promised_without_the_guard(self, waiting_loan: Loan, projector: Asset) -> None:
        with transaction.atomic():
            unguarded_hold(waiting_loan)
            retired = Asset.objects.filter(pk=projector.pk)
            begin(lambda: retired.update(retired_on=waiting_loan.start_on, retired_reason="ชำรุด")).result(timeout=30)
        projector.refresh_from_db()
        assert projector.retired_on, "out of the register, and promised"
        assert held(projector) == 1

    def test_another_kind_while_it_is_promised(self, waiting_loan: Loan, projector: Asset) -> None:
        with transaction.atomic():
            hold(waiting_loan)
            kind = Asset.objects.filter(pk=projector.pk)
            late = begin(lambda: kind.update(kind=AssetKind.QUANTITY, quantity=5))
            assert wait_until_blocked(late)
        with pytest.raises(Exception, match="is held"):
            late.result(timeout=30)

    def test_promised_while_it_becomes_another_kind(self, waiting_loan: Loan, projector: Asset) -> None:
        with transaction.atomic():
            Asset.objects.filter(pk=projector.pk).update(kind=AssetKind.QUANTITY, quantity=5)
            late = begin(lambda: hold(waiting_loan))
            assert wait_until_blocked(late)
        late.result(timeout=30)
        line = waiting_loan.lines.get()
        assert (line.held, line.single) == (1, False)


class TestNobodyWaitsInACircle:
    """Loans of the same things, named in opposite orders."""

    @pytest.fixture
    def crossed(self, cast: Cast) -> list[Loan]:
        things = [AssetFactory(kind=AssetKind.QUANTITY, quantity=50) for _thing in range(5)]
        return [requested(cast.staff, *(things if turn % 2 else things[::-1])) for turn in range(6)]

    def test_approvals(self, crossed: list[Loan], cast: Cast) -> None:
        found = at_once(*[lambda loan=loan: approve_loan(loan, by=cast.head, revision=1) for loan in crossed])
        assert outcome(found) == (6, [])

    def test_deadlock_without_the_order(self, crossed: list[Loan]) -> None:
        """The circle itself: each holds what the other wants next."""
        first, last = (crossed[0].lines.get(position=place) for place in (1, 5))
        other_first, other_last = (crossed[1].lines.get(position=place) for place in (1, 5))

        def then(one: LoanLine, two: LoanLine, signal: Callable[[], None]) -> None:
            with transaction.atomic():
                LoanLine.objects.filter(pk=one.pk).update(held=1)
                signal()
                LoanLine.objects.filter(pk=two.pk).update(held=1)

        with pytest.raises(Exception, match="deadlock"), transaction.atomic():
            LoanLine.objects.filter(pk=first.pk).update(held=1)
            late = begin(lambda: then(other_first, other_last, lambda: None))
            assert wait_until_blocked(late)
            LoanLine.objects.filter(pk=last.pk).update(held=1)
            late.result(timeout=30)

    def test_handovers(self, crossed: list[Loan], cast: Cast) -> None:
        for loan in crossed:
            approve_loan(loan, by=cast.head, revision=1)
        pieces = {loan.pk: [Pieces(line.pk, 1) for line in loan.lines.all()] for loan in crossed}

        def give(loan: Loan) -> Handover:
            return hand_out(loan, pieces[loan.pk], by=cast.assets, person="มานะ", form_mark=mark())

        def take(loan: Loan) -> Handover:
            return take_back(loan, pieces[loan.pk][::-1], by=cast.assets, person="มานะ", form_mark=mark())

        assert outcome(at_once(*[lambda loan=loan: give(loan) for loan in crossed])) == (6, [])
        assert outcome(at_once(*[lambda loan=loan: take(loan) for loan in crossed])) == (6, [])
        assert set(Loan.objects.values_list("state", flat=True)) == {LoanState.RETURNED}
