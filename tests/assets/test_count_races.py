"""Several counters at once, and who closes while others count. Each race is shown open first, without its guard."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.choices import CountResult
from assets.errors import RefusedError
from assets.models import Asset, CountItem, CountSession, Incident, Surprise
from assets.services import counting
from assets.services.counting import Finding, count_item, note_surprise
from assets.services.counts import appoint_counter, close_count, make_chair, make_count, open_count
from assets.services.handovers import Pieces, hand_out
from tests.races import at_once, begin, wait_until_blocked

from ..cast import Cast
from .counts import ORDER, begun, entry, prepared, year_that_ended
from .factories import AssetFactory, approved, mark

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(found: list[Any]) -> list[str]:
    assert all(isinstance(one, RefusedError) or not isinstance(one, Exception) for one in found), found
    return [one.code for one in found if isinstance(one, RefusedError)]


class TestTheSameAsset:
    def test_open_without_the_guard(self, cast: Cast, projector: Asset) -> None:
        """Read, then save: the slower one overwrites what the other wrote, and nobody is told."""
        session = begun(cast)
        both_have_read = threading.Barrier(2)

        def naively(by: Any, result: str, found: int) -> None:
            item = CountItem.objects.get(session=session, asset=projector)
            assert item.result == CountResult.PENDING
            both_have_read.wait()
            item.result, item.found, item.counted_by, item.counted_at = result, found, by, timezone.now()
            item.save()

        found = at_once(
            lambda: naively(cast.staff, CountResult.FOUND, 1), lambda: naively(cast.staff2, CountResult.MISSING, 0)
        )
        assert found == [None, None]

    def test_one_entry_and_the_other_is_told(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        item = entry(session, projector)
        acts = [(cast.staff, CountResult.FOUND), (cast.staff2, CountResult.MISSING)] * 4
        found = at_once(
            *[lambda by=by, result=result: count_item(item, Finding(result), by=by, revision=0) for by, result in acts]
        )
        saved = entry(session, projector)
        assert saved.revision == 1
        # The same person with the same words is told the same; the other person is refused.
        assert refusals(found) == ["counted"] * 4
        written = {(one.result, one.counted_by_id) for one in found if not isinstance(one, Exception)}
        assert written == {(saved.result, saved.counted_by_id)}
        told = next(str(one) for one in found if isinstance(one, RefusedError))
        assert str(saved.counted_by) in told

    def test_two_corrections(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        item = entry(session, projector)
        count_item(item, Finding(CountResult.FOUND), by=cast.staff, revision=0)
        found = at_once(
            lambda: count_item(item, Finding(CountResult.MISSING), by=cast.staff, revision=1),
            lambda: count_item(item, Finding(CountResult.WRONG_PLACE, place="โกดัง"), by=cast.staff2, revision=1),
        )
        assert refusals(found) == ["counted"]
        assert entry(session, projector).revision == 2


class TestTheSameFind:
    def test_one_number_is_noted_once(self, cast: Cast) -> None:
        session = begun(cast)
        words = {"number": "401-60-0009", "description": "ตู้", "place": "โกดัง"}
        people = [cast.staff, cast.staff2] * 3
        found = at_once(*[lambda by=by: note_surprise(session, by=by, form_mark=mark(), **words) for by in people])
        assert refusals(found) == ["surprise_number_once"] * 5
        assert Surprise.objects.count() == 1

    def test_one_form_is_one(self, cast: Cast) -> None:
        session, form = begun(cast), mark()
        words = {"description": "ตู้", "place": "โกดัง", "form_mark": form}
        found = at_once(*[lambda: note_surprise(session, by=cast.staff, **words)] * 6)
        assert refusals(found) == []
        assert len({one.pk for one in found}) == 1


class TestOpening:
    def test_twice_at_once_is_once(self, cast: Cast) -> None:
        AssetFactory.create_batch(5)
        session = prepared(cast)
        found = at_once(*[lambda: open_count(session, by=cast.assets)] * 4)
        assert refusals(found) == []
        assert len({one.opened_at for one in found}) == 1
        assert session.items.count() == 5

    def test_one_count_a_year(self, cast: Cast) -> None:
        year = year_that_ended()
        import datetime as dt

        words = {"fiscal_year": year.number, "order": ORDER, "appointed_on": dt.date(year.end.year, 9, 15)}
        found = at_once(*[lambda: make_count(by=cast.assets, **words)] * 4)
        assert refusals(found) == []
        assert CountSession.objects.count() == 1

    def test_one_chair(self, cast: Cast) -> None:
        session = prepared(cast, chair="", counters=("staff", "staff2"))
        counters = list(session.counters.all())
        at_once(*[lambda one=one: make_chair(one, by=cast.assets) for one in counters * 3])
        assert session.counters.filter(chairs=True).count() == 1
        people = [cast.head, cast.budget] * 2
        found = at_once(
            *[lambda one=one: appoint_counter(session, by=cast.assets, user=one, chairs=True) for one in people]
        )
        assert set(refusals(found)) == {"counter_one_chair"}


class TestClosing:
    def test_open_without_the_guards(self, cast: Cast, projector: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who only looks whether it is closed, and writes later, writes into a closed count; the trigger is off."""
        session = begun(cast, chair="staff2")
        count_item(entry(session, projector), Finding(CountResult.FOUND), by=cast.staff, revision=0)
        looked, closed = threading.Event(), threading.Event()

        def only_look(session: CountSession, by: Any) -> CountSession:
            assert CountSession.objects.get(pk=session.pk).is_open
            looked.set()
            closed.wait(60)
            return session

        monkeypatch.setattr(counting, "_open_for", only_look)
        trigger = next(one for one in CountItem._meta.triggers if one.name == "closed_stays")  # type: ignore[attr-defined]
        trigger.disable(CountItem)
        try:
            late = begin(
                lambda: count_item(entry(session, projector), Finding(CountResult.MISSING), by=cast.staff, revision=1)
            )
            looked.wait(60)
            close_count(session, by=cast.staff2)
            closed.set()
            late.result(60)
            assert entry(session, projector).result == CountResult.MISSING
        finally:
            closed.set()
            trigger.enable(CountItem)

    def test_the_trigger_alone_holds(self, cast: Cast, projector: Asset) -> None:
        """An entry that nobody checked waits for whoever is closing, and is then refused by the database."""
        session = begun(cast)
        count_item(entry(session, projector), Finding(CountResult.FOUND), by=cast.staff, revision=0)
        with transaction.atomic():
            close_count(session, by=cast.staff2)
            rows = CountItem.objects.filter(session=session)
            late = begin(lambda: rows.update(note="late"))
            assert wait_until_blocked(late)
        with pytest.raises(IntegrityError):
            late.result(60)

    def test_who_counts_while_it_is_closed_is_told(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        item = entry(session, projector)
        with transaction.atomic():
            close_count(session, by=cast.staff2, missing=1)
            late = begin(lambda: count_item(item, Finding(CountResult.FOUND), by=cast.staff, revision=0))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError) as refused:
            late.result(60)
        assert refused.value.code == "count_closed_stays"
        assert entry(session, projector).result == CountResult.MISSING

    def test_who_closes_waits_for_what_is_being_written(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        item = entry(session, projector)
        with transaction.atomic():
            count_item(item, Finding(CountResult.FOUND), by=cast.staff, revision=0)
            closing = begin(lambda: close_count(session, by=cast.staff2, missing=1))
            assert wait_until_blocked(closing)
        assert closing.result(60).closed_at
        assert entry(session, projector).result == CountResult.FOUND

    def test_what_is_handed_out_while_it_is_closed_is_with_the_borrower(self, cast: Cast, projector: Asset) -> None:
        loan = approved(cast.staff, cast.head, projector)
        session = begun(cast)
        with transaction.atomic():
            Asset.objects.select_for_update(no_key=True).get(pk=projector.pk)
            closing = begin(lambda: close_count(session, by=cast.staff2, missing=1))
            assert wait_until_blocked(closing)
            pieces = [Pieces(line.pk, line.quantity) for line in loan.lines.all()]
            hand_out(loan, pieces, by=cast.assets, person="มานะ", form_mark=mark())
        assert closing.result(60).closed_at
        assert entry(session, projector).result == CountResult.FOUND
        assert not Incident.objects.exists()

    def test_closed_twice_at_once_opens_each_case_once(self, cast: Cast) -> None:
        AssetFactory.create_batch(4)
        session = begun(cast)
        found = at_once(*[lambda: close_count(session, by=cast.staff2, missing=4)] * 4)
        assert refusals(found) == []
        assert Incident.objects.count() == 4

    def test_counters_do_not_wait_for_each_other(self, cast: Cast) -> None:
        first, second = AssetFactory(), AssetFactory()
        session = begun(cast)
        other = entry(session, second)
        with transaction.atomic():
            count_item(entry(session, first), Finding(CountResult.FOUND), by=cast.staff, revision=0)
            beside = begin(lambda: count_item(other, Finding(CountResult.FOUND), by=cast.staff2, revision=0))
            waited = wait_until_blocked(beside)
        assert beside.result(60).result == CountResult.FOUND
        assert not waited
