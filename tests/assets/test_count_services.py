"""The yearly count as acts: who may count, what is expected, what is found, what the close leads to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assets.choices import AssetKind, Condition, CountResult, IncidentKind, Remedy
from assets.errors import RefusedError, refusal_of
from assets.models import Asset, Counter, CountItem, CountSession, Incident, Surprise
from assets.services.counting import Finding, count_item, note_surprise
from assets.services.counts import (
    appoint_counter,
    appointed_in_time,
    change_count,
    close_count,
    first_day,
    make_chair,
    make_count,
    open_count,
    remove_counter,
)
from assets.services.handovers import Pieces, take_back
from assets.services.incidents import decide_incident
from assets.services.register import retire_asset
from ita_portal.fiscal import BANGKOK, FiscalYear
from organization.choices import Role
from organization.models import Holiday

from ..cast import Cast
from ..factories import DivisionFactory
from .counts import ORDER, begun, counted, entry, prepared, year_that_ended
from .factories import AssetFactory, approved, handed_out, mark

Y2569 = FiscalYear(2569)


def refused(act: Any, *args: Any, **kwargs: Any) -> RefusedError:
    with pytest.raises(RefusedError) as found:
        act(*args, **kwargs)
    assert str(found.value)
    return found.value


class TestDays:
    def test_it_begins_on_the_first_working_day_and_is_reported_in_thirty(self, cast: Cast) -> None:
        session = make_count(by=cast.assets, fiscal_year=2569, order=ORDER, appointed_on=dt.date(2026, 9, 15))
        assert (session.start_on, session.due_on) == (dt.date(2026, 10, 1), dt.date(2026, 11, 16))
        assert appointed_in_time(session)

    def test_days_off_of_the_municipality_are_known(self, cast: Cast) -> None:
        Holiday.objects.create(day=dt.date(2026, 10, 1), name="วันหยุดพิเศษ")
        assert first_day(Y2569) == dt.date(2026, 10, 2)

    def test_a_weekend_after_the_year(self, db: None) -> None:
        assert first_day(FiscalYear(2565)) == dt.date(2022, 10, 3)

    def test_counters_who_were_appointed_late_begin_late(self, cast: Cast) -> None:
        session = make_count(by=cast.assets, fiscal_year=2569, order=ORDER, appointed_on=dt.date(2026, 10, 10))
        assert session.start_on == dt.date(2026, 10, 12)
        assert not appointed_in_time(session)

    @pytest.mark.parametrize(
        ("day", "in_time"), [(dt.date(2026, 8, 31), False), (dt.date(2026, 9, 1), True), (dt.date(2026, 9, 30), True)]
    )
    def test_appointed_in_the_last_month(self, cast: Cast, day: dt.date, in_time: bool) -> None:
        session = make_count(by=cast.assets, fiscal_year=2569, order=ORDER, appointed_on=day)
        assert appointed_in_time(session) is in_time

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("order", {"order": "  "}),
            ("appointed_on", {"appointed_on": dt.date(2024, 9, 15)}),
            ("early", {"start_on": dt.date(2026, 9, 30)}),
            ("early", {"appointed_on": dt.date(2026, 10, 20), "start_on": dt.date(2026, 10, 5)}),
            ("late", {"start_on": dt.date(2027, 10, 1)}),
        ],
    )
    def test_what_cannot_be(self, cast: Cast, code: str, words: dict[str, Any]) -> None:
        usual = {"fiscal_year": 2569, "order": ORDER, "appointed_on": dt.date(2026, 9, 15)}
        assert refused(make_count, by=cast.assets, **{**usual, **words}).code == code
        assert not CountSession.objects.exists()

    def test_one_a_year_and_the_same_form_twice_is_one(self, cast: Cast) -> None:
        words = {"fiscal_year": 2569, "order": ORDER, "appointed_on": dt.date(2026, 9, 15)}
        assert make_count(by=cast.assets, **words) == make_count(by=cast.assets, **words)
        assert refused(make_count, by=cast.assets, **{**words, "order": "คำสั่งที่ 1/2570"}).code == "year"

    def test_the_days_are_mended_until_it_begins(self, cast: Cast, projector: Asset) -> None:
        session = prepared(cast)
        year = session.year.end.year
        changed = change_count(session, by=cast.assets, order="คำสั่งที่ 9/2569", appointed_on=dt.date(year, 9, 20))
        assert (changed.order, changed.appointed_on.day) == ("คำสั่งที่ 9/2569", 20)
        session = open_count(changed, by=cast.assets)
        later = dt.date(year, 9, 21)
        assert refused(change_count, session, by=cast.assets, order="x", appointed_on=later).code == "opened"

    def test_not_before_the_last_month_of_its_year(self, cast: Cast) -> None:
        words = {"fiscal_year": 2569, "order": ORDER, "appointed_on": dt.date(2026, 9, 1)}
        with time_machine.travel(dt.datetime(2026, 8, 31, 23, 30, tzinfo=BANGKOK), tick=False):
            assert refused(make_count, by=cast.assets, **words).code == "year"
        with time_machine.travel(dt.datetime(2026, 9, 1, 0, 30, tzinfo=BANGKOK), tick=False):
            assert make_count(by=cast.assets, **words).start_on == dt.date(2026, 10, 1)

    def test_only_the_asset_officer_enters_it(self, cast: Cast) -> None:
        for name in ("staff", "head", "mayor", "admin", "secretary", "budget"):
            words = {"fiscal_year": 2569, "order": ORDER, "appointed_on": dt.date(2026, 9, 15)}
            assert refused(make_count, by=getattr(cast, name), **words).code == "not_yours"


class TestCommittee:
    def test_an_asset_officer_is_refused_by_the_service_and_by_the_database(self, cast: Cast) -> None:
        session = prepared(cast)
        refusal = refused(appoint_counter, session, by=cast.assets, user=cast.assets)
        assert refusal.code == "counter_no_asset_officer"
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Counter.objects.create(session=session, user=cast.assets)
        assert refusal_of(error.value).code == "counter_no_asset_officer"
        counter = session.counters.get(user=cast.staff)
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.filter(pk=counter.pk).update(user=cast.assets)

    def test_who_has_left_is_not_appointed(self, cast: Cast) -> None:
        cast.budget.is_active = False
        assert refused(appoint_counter, prepared(cast), by=cast.assets, user=cast.budget).code == "inactive"

    def test_one_chairs_and_the_chair_moves(self, cast: Cast) -> None:
        session = prepared(cast)
        assert (
            refused(appoint_counter, session, by=cast.assets, user=cast.head, chairs=True).code == "counter_one_chair"
        )
        make_chair(session.counters.get(user=cast.staff), by=cast.assets)
        assert list(session.counters.filter(chairs=True).values_list("user__username", flat=True)) == ["staff"]

    def test_the_same_appointment_twice_is_one(self, cast: Cast) -> None:
        session = prepared(cast)
        for _again in range(2):
            appoint_counter(session, by=cast.assets, user=cast.head, division=cast.head.division)
        assert session.counters.filter(user=cast.head).count() == 1

    def test_who_has_counted_stays(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        assert refused(remove_counter, session.counters.get(user=cast.staff), by=cast.assets).code == "has_counted"
        appoint_counter(session, by=cast.assets, user=cast.head)
        remove_counter(session.counters.get(user=cast.head), by=cast.assets)
        assert not session.counters.filter(user=cast.head).exists()

    def test_who_has_two_appointments_may_lose_one(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        appoint_counter(session, by=cast.assets, user=cast.staff, division=cast.staff.division)
        remove_counter(session.counters.get(user=cast.staff, division=None), by=cast.assets)
        assert session.counters.filter(user=cast.staff).count() == 1


class TestOpen:
    def test_everything_in_the_register_is_expected_in_one_statement(self, cast: Cast, chairs: Asset) -> None:
        AssetFactory.create_batch(3)
        gone = retire_asset(AssetFactory(), by=cast.assets, reason="จำหน่าย")
        session = prepared(cast)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            open_count(session, by=cast.assets)
        inserts = [query["sql"] for query in queries if "INSERT INTO assets_countitem" in query["sql"]]
        assert len(inserts) == 1
        assert session.items.count() == 4
        assert entry(session, chairs).expected == 10
        assert not session.items.filter(asset=gone).exists()

    def test_twice_is_once(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        AssetFactory()
        again = open_count(session, by=cast.assets)
        assert (again.opened_at, again.items.count()) == (session.opened_at, 1)

    def test_not_before_its_first_day_in_bangkok(self, cast: Cast, projector: Asset) -> None:
        with time_machine.travel(dt.datetime(2026, 9, 20, 9, tzinfo=BANGKOK), tick=False):
            session = make_count(by=cast.assets, fiscal_year=2569, order=ORDER, appointed_on=dt.date(2026, 9, 15))
            appoint_counter(session, by=cast.assets, user=cast.staff)
        with time_machine.travel(dt.datetime(2026, 9, 30, 23, 30, tzinfo=BANGKOK), tick=False):
            assert refused(open_count, session, by=cast.assets).code == "early"
        # Half past midnight in Bangkok is still the day before in UTC.
        with time_machine.travel(dt.datetime(2026, 10, 1, 0, 30, tzinfo=BANGKOK), tick=False):
            assert open_count(session, by=cast.assets).is_open

    def test_somebody_must_count(self, cast: Cast) -> None:
        session = prepared(cast, chair="", counters=())
        assert refused(open_count, session, by=cast.assets).code == "no_counters"

    def test_the_officer_or_the_chair(self, cast: Cast, projector: Asset) -> None:
        session = prepared(cast)
        for name in ("staff", "head", "mayor", "admin"):
            assert refused(open_count, session, by=getattr(cast, name)).code == "not_yours"
        assert open_count(session, by=cast.staff2).is_open


class TestEntries:
    def test_one_tap(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        session = begun(cast)
        for asset, pieces in ((projector, 1), (chairs, 10)):
            item = entry(session, asset)
            saved = count_item(item, Finding.as_expected(item), by=cast.staff, revision=0)
            assert (saved.result, saved.found, saved.counted_by) == (CountResult.FOUND, pieces, cast.staff)

    def test_a_second_scan_counts_once_and_says_by_whom(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        item = entry(session, projector)
        refusal = refused(count_item, item, Finding(CountResult.MISSING), by=cast.staff2, revision=0)
        assert refusal.code == "counted"
        assert "staff" in str(refusal)
        assert entry(session, projector).result == CountResult.FOUND

    def test_a_double_click_is_one_entry(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        item = entry(session, projector)
        for _again in range(2):
            saved = count_item(item, Finding.as_expected(item), by=cast.staff, revision=0)
        assert saved.revision == 1

    def test_a_correction_keeps_who_and_what_was_before(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff, note="ดูแล้ว")
        counted(session, projector, cast.staff2, CountResult.WRONG_PLACE, place="โกดัง")
        item = entry(session, projector)
        assert (item.counted_by, item.found_place, item.revision) == (cast.staff2, "โกดัง", 2)
        events = CountItem.pgh_event_models["corrected"].objects  # type: ignore[attr-defined]
        before = events.get(pgh_obj=item)
        assert (before.result, before.counted_by, before.note) == (CountResult.FOUND, cast.staff, "ดูแล้ว")

    @pytest.mark.parametrize(
        ("code", "finding"),
        [
            ("result", Finding(CountResult.PENDING)),
            ("result", Finding("gone")),
            ("place", Finding(CountResult.WRONG_PLACE, found=10)),
            ("condition", Finding(CountResult.FOUND, found=10, condition=Condition.LOST)),
            ("condition", Finding(CountResult.FOUND, found=10, condition="")),
            ("found", Finding(CountResult.FOUND, found=9)),
            ("found", Finding(CountResult.WRONG_PLACE, found=9, place="โกดัง")),
            ("found", Finding(CountResult.MISSING, found=10)),
            ("damaged", Finding(CountResult.FOUND, found=10, condition=Condition.DAMAGED)),
            ("damaged", Finding(CountResult.FOUND, found=10, condition=Condition.DAMAGED, damaged=11)),
            ("damaged", Finding(CountResult.FOUND, found=10, condition=Condition.GOOD, damaged=2)),
        ],
    )
    def test_what_cannot_be(self, cast: Cast, chairs: Asset, code: str, finding: Finding) -> None:
        item = entry(begun(cast), chairs)
        assert refused(count_item, item, finding, by=cast.staff, revision=0).code == code
        assert entry(item.session, chairs).result == CountResult.PENDING

    def test_more_than_expected_is_found(self, cast: Cast, chairs: Asset) -> None:
        assert counted(begun(cast), chairs, cast.staff, found=12).found == 12

    def test_any_counter_may_enter_what_another_division_owns(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast, counters=())
        appoint_counter(session, by=cast.assets, user=cast.staff, division=DivisionFactory(name="กองคลัง"))
        assert counted(session, projector, cast.staff, CountResult.WRONG_PLACE, place="กองคลัง").found == 1

    def test_who_is_not_appointed_does_not_count(self, cast: Cast, projector: Asset) -> None:
        item = entry(begun(cast), projector)
        for name in ("head", "mayor", "admin", "secretary"):
            code = refused(count_item, item, Finding.as_expected(item), by=getattr(cast, name), revision=0).code
            assert code == "not_counter"

    def test_an_asset_officer_does_not_count_even_if_appointed_before(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        cast.staff.groups.add(Group.objects.get(name=Role.ASSET_OFFICER.value))
        item = entry(session, projector)
        assert refused(count_item, item, Finding.as_expected(item), by=cast.staff, revision=0).code == (
            "counter_no_asset_officer"
        )
        words = {"description": "ตู้", "place": "โกดัง", "form_mark": mark()}
        assert refused(note_surprise, session, by=cast.staff, **words).code == "counter_no_asset_officer"
        make_chair(session.counters.get(user=cast.staff), by=cast.assets)
        assert refused(close_count, session, by=cast.staff, missing=1).code == "not_yours"

    def test_not_before_it_begins(self, cast: Cast, projector: Asset) -> None:
        words = {"description": "ตู้", "place": "โกดัง", "form_mark": mark()}
        assert refused(note_surprise, prepared(cast), by=cast.staff, **words).code == "not_open"


class TestSurprises:
    def test_a_number_once_and_a_form_once(self, cast: Cast) -> None:
        session = begun(cast)
        words = {"description": "ตู้เหล็ก", "place": "โกดัง", "number": "๔๐๑-๖๐-๐๐๐๙"}
        form = mark()
        first = note_surprise(session, by=cast.staff, form_mark=form, **words)
        assert first.number == "401-60-0009"
        assert note_surprise(session, by=cast.staff, form_mark=form, **words) == first
        refusal = refused(note_surprise, session, by=cast.staff2, form_mark=mark(), **words)
        assert refusal.code == "surprise_number_once"
        assert "โกดัง" in str(refusal)
        for _thing in range(2):
            note_surprise(session, by=cast.staff, form_mark=mark(), **{**words, "number": ""})
        assert Surprise.objects.count() == 3

    def test_a_mark_is_of_the_person_who_sent_it(self, cast: Cast) -> None:
        session, form = begun(cast), mark()
        words = {"description": "ตู้เหล็ก", "place": "โกดัง", "form_mark": form}
        first = note_surprise(session, by=cast.staff, **words)
        second = note_surprise(session, by=cast.staff2, **{**words, "description": "พัดลม"})
        assert (second.counted_by, second.description) == (cast.staff2, "พัดลม")
        assert first != second

    def test_what_is_on_the_list_is_entered_there(self, cast: Cast, projector: Asset) -> None:
        words = {"description": "เครื่องฉาย", "place": "โกดัง", "number": projector.number, "form_mark": mark()}
        assert refused(note_surprise, begun(cast), by=cast.staff, **words).code == "expected"

    def test_what_came_later_or_has_left_is_known(self, cast: Cast, projector: Asset) -> None:
        retire_asset(projector, by=cast.assets, reason="จำหน่าย")
        words = {"description": "เครื่องฉาย", "place": "โกดัง", "number": projector.number, "form_mark": mark()}
        assert note_surprise(begun(cast), by=cast.staff, **words).asset == projector


class TestWithTheBorrower:
    """What the register knows to be on loan is not lost; what is missing beyond it is."""

    def test_out_while_it_is_closed_and_back_in_good_order(self, cast: Cast, projector: Asset) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, projector)
        session = begun(cast)
        close_count(session, by=cast.staff2, missing=1)
        item = entry(session, projector)
        assert (item.result, item.found, item.counted_by) == (CountResult.FOUND, 1, cast.staff2)
        assert loan.reference in item.found_place
        assert not Incident.objects.exists()
        take_back(loan, [Pieces(loan.lines.get().pk, 1, Condition.GOOD)], by=cast.assets, person="x", form_mark=mark())
        projector.refresh_from_db()
        assert (projector.condition, projector.broken, projector.can_be_lent) == (Condition.GOOD, 0, True)
        assert projector.usable == 1

    def test_a_counter_who_did_not_see_it_is_corrected_and_the_first_entry_kept(
        self, cast: Cast, projector: Asset
    ) -> None:
        handed_out(cast.staff, cast.head, cast.assets, projector)
        session = begun(cast)
        counted(session, projector, cast.staff, CountResult.MISSING)
        close_count(session, by=cast.staff2)
        item = entry(session, projector)
        assert (item.result, item.counted_by, item.revision) == (CountResult.FOUND, cast.staff, 2)
        events = CountItem.pgh_event_models["corrected"].objects  # type: ignore[attr-defined]
        assert events.get(pgh_obj=item).result == CountResult.MISSING
        assert not Incident.objects.exists()

    @pytest.mark.parametrize(
        ("found", "result", "lost"), [(6, CountResult.FOUND, 0), (5, CountResult.MISSING, 1), (8, CountResult.FOUND, 0)]
    )
    def test_four_of_ten_are_out(self, cast: Cast, chairs: Asset, found: int, result: str, lost: int) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        session = begun(cast)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=found)
        close_count(session, by=cast.staff2)
        item = entry(session, chairs)
        assert (item.result, item.found) == (result, 10 - lost)
        assert loan.reference in item.found_place
        chairs.refresh_from_db()
        assert chairs.broken == lost
        assert [incident.quantity for incident in Incident.objects.all()] == [lost] * bool(lost)

    def test_nobody_counted_the_rest(self, cast: Cast, chairs: Asset) -> None:
        handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        session = begun(cast)
        close_count(session, by=cast.staff2, missing=1)
        assert (entry(session, chairs).found, Incident.objects.get().quantity) == (4, 6)

    def test_found_elsewhere_and_the_rest_out(self, cast: Cast, chairs: Asset) -> None:
        handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        session = begun(cast)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=6, place="โกดัง")
        close_count(session, by=cast.staff2)
        item = entry(session, chairs)
        assert item.result == CountResult.WRONG_PLACE
        assert item.found_place.startswith("โกดัง · ")

    def test_back_before_the_close_was_out_when_it_was_counted(self, cast: Cast, chairs: Asset) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        session = begun(cast)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=6)
        take_back(loan, [Pieces(loan.lines.get().pk, 4, Condition.GOOD)], by=cast.assets, person="x", form_mark=mark())
        close_count(session, by=cast.staff2)
        assert entry(session, chairs).result == CountResult.FOUND
        assert not Incident.objects.exists()

    def test_what_was_lent_after_it_was_counted_hides_no_loss(self, cast: Cast, chairs: Asset) -> None:
        session = begun(cast)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=6)
        handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        close_count(session, by=cast.staff2)
        assert (entry(session, chairs).found, Incident.objects.get().quantity) == (6, 4)

    def test_promised_and_not_collected_is_not_out(self, cast: Cast, projector: Asset) -> None:
        approved(cast.staff, cast.head, projector)
        session = begun(cast)
        close_count(session, by=cast.staff2, missing=1)
        assert entry(session, projector).result == CountResult.MISSING
        assert Incident.objects.get().kind == IncidentKind.LOST


class TestClose:
    def test_what_is_left_is_confirmed_by_its_number(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        for wrong in (0, 2):
            assert refused(close_count, session, by=cast.staff2, missing=wrong).code == "pending"
        closed = close_count(session, by=cast.staff2, remarks=" ครบ ", missing=1)
        assert (closed.closed_by, closed.remarks) == (cast.staff2, "ครบ")
        item = entry(session, chairs)
        assert (item.result, item.counted_by, item.found) == (CountResult.MISSING, cast.staff2, 0)
        assert close_count(session, by=cast.staff2).closed_at == closed.closed_at
        assert Incident.objects.count() == 1

    def test_the_chair_closes_or_anybody_of_the_committee_where_nobody_chairs(self, cast: Cast) -> None:
        session = begun(cast)
        for name in ("staff", "assets", "head", "mayor", "admin"):
            assert refused(close_count, session, by=getattr(cast, name)).code == "not_yours"
        Counter.objects.filter(session=session).update(chairs=False)
        assert close_count(session, by=cast.staff).closed_at

    def test_afterwards_nothing_changes_says_the_service(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        close_count(session, by=cast.staff2)
        item = entry(session, projector)
        words = {"description": "ตู้", "place": "โกดัง", "form_mark": mark()}
        acts: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
            (count_item, (item, Finding(CountResult.MISSING)), {"by": cast.staff, "revision": 1}),
            (note_surprise, (session,), {"by": cast.staff, **words}),
            (appoint_counter, (session,), {"by": cast.assets, "user": cast.head}),
            (remove_counter, (session.counters.first(),), {"by": cast.assets}),
            (change_count, (session,), {"by": cast.assets, "order": "x", "appointed_on": session.appointed_on}),
        ]
        for act, args, kwargs in acts:
            assert refused(act, *args, **kwargs).code == "count_closed_stays", act

    def test_afterwards_nothing_changes_says_the_database(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        note_surprise(session, by=cast.staff, description="ตู้", place="โกดัง", form_mark=mark())
        close_count(session, by=cast.staff2)
        rows = {
            "items": session.items.all(),
            "surprises": session.surprises.all(),
            "counters": session.counters.all(),
            "count": CountSession.objects.filter(pk=session.pk),
        }
        changes = {"items": {"note": "x"}, "surprises": {"number": "x"}, "counters": {"chairs": False},
                   "count": {"remarks": "x"}}  # fmt: skip
        for name, found in rows.items():
            for act in (lambda found=found, name=name: found.update(**changes[name]), found._raw_delete):
                with pytest.raises(IntegrityError) as error, transaction.atomic():
                    act(*(["default"] if act == found._raw_delete else []))
                assert refusal_of(error.value).code == "count_closed_stays", name
        with pytest.raises(IntegrityError), transaction.atomic():
            Counter.objects.create(session=session, user=cast.head)

    def test_damage_and_loss_go_to_a_fact_finding_once(self, cast: Cast, projector: Asset, chairs: Asset) -> None:
        truck, cupboard = AssetFactory(name="รถกระบะ"), AssetFactory(name="ตู้")
        session = begun(cast)
        counted(session, projector, cast.staff, CountResult.MISSING)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=8, condition=Condition.DAMAGED, damaged=3)
        counted(session, truck, cast.staff, condition=Condition.UNUSABLE, note="เครื่องยนต์เสีย")
        counted(session, cupboard, cast.staff, CountResult.WRONG_PLACE, condition=Condition.WORN, place="โกดัง")
        assert not Incident.objects.exists()
        for _again in range(2):
            close_count(session, by=cast.staff2)
        found = set(Incident.objects.values_list("asset__name", "kind", "quantity", "handover", "noticed_by__username"))
        assert found == {
            (projector.name, IncidentKind.LOST, 1, None, "staff"),
            (chairs.name, IncidentKind.LOST, 2, None, "staff"),
            (chairs.name, IncidentKind.DAMAGED, 3, None, "staff"),
            ("รถกระบะ", IncidentKind.DAMAGED, 1, None, "staff"),
        }
        assert Incident.objects.filter(description__contains="เครื่องยนต์เสีย").count() == 1
        state = {asset.name: (asset.condition, asset.broken) for asset in Asset.objects.all()}
        assert state[projector.name] == (Condition.LOST, 1)
        assert state["รถกระบะ"] == (Condition.UNUSABLE, 1)
        assert state["ตู้"] == (Condition.WORN, 0)
        assert state[chairs.name] == (Condition.GOOD, 5)

    def test_what_a_return_told_is_not_told_twice(self, cast: Cast, chairs: Asset, projector: Asset) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, chairs, quantity=4)
        back = [Pieces(loan.lines.get().pk, 2, Condition.LOST), Pieces(loan.lines.get().pk, 2, Condition.DAMAGED)]
        take_back(loan, back, by=cast.assets, person="มานะ", form_mark=mark())
        other = handed_out(cast.staff, cast.head, cast.assets, projector)
        take_back(other, [Pieces(other.lines.get().pk, 1, Condition.DAMAGED)], by=cast.assets, person="x",
                  form_mark=mark())  # fmt: skip
        session = begun(cast)
        counted(session, chairs, cast.staff, CountResult.MISSING, found=7, condition=Condition.DAMAGED, damaged=2)
        counted(session, projector, cast.staff, condition=Condition.DAMAGED)
        close_count(session, by=cast.staff2)
        new = Incident.objects.filter(handover=None)
        assert list(new.values_list("asset", "kind", "quantity")) == [(chairs.pk, IncidentKind.LOST, 1)]
        chairs.refresh_from_db()
        assert chairs.broken == 5

    def test_what_was_repaired_since_it_was_counted_is_well(self, cast: Cast, projector: Asset) -> None:
        loan = handed_out(cast.staff, cast.head, cast.assets, projector)
        take_back(loan, [Pieces(loan.lines.get().pk, 1, Condition.DAMAGED)], by=cast.assets, person="x",
                  form_mark=mark())  # fmt: skip
        session = begun(cast)
        counted(session, projector, cast.staff, condition=Condition.DAMAGED)
        decide_incident(Incident.objects.get(), by=cast.assets, remedy=Remedy.REPAIRED, usable_again=True)
        close_count(session, by=cast.staff2)
        projector.refresh_from_db()
        assert (projector.condition, Incident.objects.count()) == (Condition.GOOD, 1)

    def test_nothing_becomes_usable_while_its_case_is_open(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        counted(session, projector, cast.staff)
        loan = handed_out(cast.staff, cast.head, cast.assets, projector)
        take_back(loan, [Pieces(loan.lines.get().pk, 1, Condition.DAMAGED)], by=cast.assets, person="x",
                  form_mark=mark())  # fmt: skip
        close_count(session, by=cast.staff2)
        projector.refresh_from_db()
        assert (projector.condition, projector.broken) == (Condition.DAMAGED, 1)

    def test_what_has_left_the_register_meanwhile_is_nobodys_loss(self, cast: Cast, projector: Asset) -> None:
        session = begun(cast)
        retire_asset(projector, by=cast.assets, reason="ขายทอดตลาด")
        close_count(session, by=cast.staff2, missing=1)
        assert not Incident.objects.exists()

    def test_found_again_is_usable_again(self, cast: Cast) -> None:
        asset = AssetFactory(condition=Condition.LOST, broken=1, kind=AssetKind.SINGLE)
        session = begun(cast)
        counted(session, asset, cast.staff)
        close_count(session, by=cast.staff2)
        asset.refresh_from_db()
        assert (asset.condition, asset.broken) == (Condition.GOOD, 0)


def test_the_year_that_ended(db: None) -> None:
    assert year_that_ended().number == FiscalYear.current().number - 1
