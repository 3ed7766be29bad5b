"""States of an activity: the whole table of acts, what each asks for, and what the database keeps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ita_portal.fiscal import today
from organization.models import Division
from participation.activity_choices import ActivityAct as Act
from participation.activity_choices import ActivityState as State
from participation.activity_elements import missing
from participation.activity_workflow import TRANSITIONS
from participation.errors import RefusedError, guard_of
from participation.models import Activity, ActivityVersion
from participation.services.activities import begin_activity, changed_words, discard, publish, save_words, words_of

from ..cast import Cast
from .activities import ELEMENTS, PAST, announced, complete, done, draft, held, mark, words

pytestmark = pytest.mark.django_db


def version(activity: Activity, state: str, number: int = 1, **values: Any) -> ActivityVersion:
    """A version as it would be written past the services."""
    said = {**words_of(activity), **values}
    columns = ("citizens", "leaders", "civil_society", "private_sector", "agencies", "schools", "experts", "others")
    return ActivityVersion(
        activity=activity, number=number, state=state, published_by=activity.made_by,
        **{"took_part": sum(said[name] or 0 for name in columns), "note": "เหตุผล", **said},
    )  # fmt: skip


def refused_by_database(row: Any, guard: str) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()
    assert guard_of(error.value) == guard


def test_every_act_in_every_state(cast: Cast) -> None:
    """The table, walked: what it allows is done, what it does not allow is refused by service and database alike."""
    for state in State:
        for act in Act:
            activity = draft(cast.secretary, **ELEMENTS)
            number = 0
            if state != State.DRAFT:
                made = _reach(activity, state)
                number = made
            after = TRANSITIONS[act].get(state)
            try:
                if act in (Act.ANNOUNCE,):
                    day = today() + dt.timedelta(days=3)
                    Activity.objects.filter(pk=activity.pk).update(starts_on=day, ends_on=day)
                elif act == Act.CORRECT:
                    Activity.objects.filter(pk=activity.pk).update(place="ที่ใหม่")
                found = publish(activity, act, by=cast.secretary, edits=None, number=number, note="เหตุผล")
            except RefusedError as refused:
                assert after is None, (state, act, refused)
                assert refused.code == "activity_step_impossible"
            else:
                assert (found.state, found.number) == (after, number + 1), (state, act)
                activity.refresh_from_db()
                assert activity.state == after


def _reach(activity: Activity, state: str) -> int:
    """Bring it to a state by rows; how many versions that took."""
    way = {
        State.ANNOUNCED: [State.ANNOUNCED], State.POSTPONED: [State.ANNOUNCED, State.POSTPONED],
        State.CANCELLED: [State.ANNOUNCED, State.CANCELLED], State.HELD: [State.HELD],
        State.COMPLETE: [State.COMPLETE], State.WITHDRAWN: [State.HELD, State.WITHDRAWN],
    }[State(state)]  # fmt: skip
    for number, step in enumerate(way, start=1):
        ActivityVersion.objects.filter(activity=activity).update(is_current=False)
        version(activity, step, number).save()
    activity.refresh_from_db()
    assert activity.state == state
    return len(way)


def test_the_database_alone_keeps_the_steps(cast: Cast) -> None:
    activity = draft(cast.secretary, **ELEMENTS)
    for state in (State.POSTPONED, State.CANCELLED, State.WITHDRAWN):
        refused_by_database(version(activity, state), "activity_step_impossible")
    refused_by_database(version(activity, State.HELD, 2), "activity_version_follows")
    refused_by_database(version(activity, State.HELD, is_correction=True), "activity_correction_says_what")
    refused_by_database(version(activity, State.HELD, took_part=51), "activity_took_part_adds_up")
    refused_by_database(version(activity, State.HELD, subject=""), "activity_public_has_subject")
    tomorrow = today() + dt.timedelta(days=1)
    refused_by_database(version(activity, State.HELD, starts_on=tomorrow, ends_on=tomorrow), "activity_not_over")
    refused_by_database(version(activity, State.COMPLETE, ends_on=tomorrow), "activity_not_over")
    refused_by_database(version(activity, State.HELD, citizens=1_000_001), "activityversion_people_sane")
    for name, empty in (("participants", ""), ("result", ""), ("used_for", "")):
        refused_by_database(version(activity, State.COMPLETE, **{name: empty}), "activity_complete_has_four_elements")
    nobody = dict.fromkeys(("citizens", "leaders", "agencies"))
    refused_by_database(version(activity, State.COMPLETE, **nobody), "activity_complete_has_four_elements")
    first = version(activity, State.COMPLETE)
    first.save()
    refused_by_database(version(activity, State.COMPLETE, 2, is_correction=True), "activity_one_current")
    ActivityVersion.objects.update(is_current=False)
    refused_by_database(version(activity, State.WITHDRAWN, 2, note=""), "activity_ended_with_reason")
    refused_by_database(version(activity, State.COMPLETE, 2, note="", is_correction=True),
                        "activity_correction_says_what")  # fmt: skip
    refused_by_database(version(activity, State.COMPLETE, 2), "activity_correction_says_what")


def test_what_is_published_stays(cast: Cast) -> None:
    activity = complete(cast.secretary)
    current = activity.versions.get()
    for change in (
        lambda: ActivityVersion.objects.update(title="อื่น"),
        lambda: ActivityVersion.objects.update(took_part=51, citizens=43),
        lambda: ActivityVersion.objects.all().delete(),
        lambda: ActivityVersion.objects.filter(pk=current.pk).update(is_current=True, published_at=timezone.now()),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            change()
        assert guard_of(error.value) == "activity_version_stays"
    with pytest.raises(RefusedError) as refused:
        discard(activity, by=cast.secretary, edits=activity.edits)
    assert refused.value.code == "activity_version_stays"


@pytest.mark.parametrize(
    ("values", "guard"),
    [
        ({"ends_on": PAST - dt.timedelta(days=1)}, "activity_days_in_order"),
        ({"ends_at": dt.time(8)}, "activity_times_in_order"),
        ({"starts_at": None}, "activity_times_in_order"),
        ({"all_day": True}, "activity_times_in_order"),
        ({"title": ""}, "activity_says_what_and_where"),
        ({"kind": "party"}, "activity_says_what_and_where"),
        ({"state": "gone"}, "activity_state_known"),
    ],
)
def test_constraints_of_the_words(cast: Cast, values: dict[str, Any], guard: str) -> None:
    refused_by_database(Activity(made_by=cast.staff, form_mark=mark(), **{**words(), **values}), guard)


def test_words_are_checked_at_their_field(cast: Cast) -> None:
    for values, field in (
        ({"ends_on": PAST - dt.timedelta(days=1)}, "ends_on"),
        ({"ends_on": PAST + dt.timedelta(days=400)}, "ends_on"),
        ({"ends_at": dt.time(9)}, "ends_at"),
        ({"starts_at": None}, "starts_at"),
        ({"title": " \x00 "}, "title"),
        ({"citizens": 2**40}, "citizens"),
        ({"kind": "party"}, "kind"),
        ({"division": Division.objects.get(name="กองคลัง")}, "division"),
    ):
        with pytest.raises(RefusedError) as refused:
            begin_activity(words(**values), by=cast.staff, form_mark=mark())
        assert refused.value.field == field, values
    kept = begin_activity(words(result="นายสมมติ 1-1037-00123-45-6"), by=cast.staff, form_mark=mark())
    assert kept.result == "นายสมมติ XXXXXXXXX3456"


def test_who_may(cast: Cast) -> None:
    """The plan office all; people of a division theirs; everybody else none."""
    theirs = draft(cast.staff)
    for person, sees in ((cast.secretary, True), (cast.staff, True), (cast.head, True), (cast.staff2, False),
                         (cast.admin, False), (cast.mayor, False), (cast.integrity, False)):  # fmt: skip
        assert Activity.objects.visible_to(person).filter(pk=theirs.pk).exists() == sees, person
    for person, code in ((cast.staff2, "gone"), (cast.integrity, "gone")):
        for act in (
            lambda by: save_words(theirs, {"title": "อื่น"}, by=by, edits=0),
            lambda by: publish(theirs, Act.HOLD, by=by, edits=0, number=0),
            lambda by: discard(theirs, by=by, edits=0),
        ):
            with pytest.raises(RefusedError) as refused:
                act(person)
            assert refused.value.code == code
    with pytest.raises(RefusedError):
        save_words(theirs, {"division": Division.objects.get(name="กองคลัง")}, by=cast.staff, edits=0)
    save_words(theirs, {"division": Division.objects.get(name="กองคลัง")}, by=cast.secretary, edits=0)
    assert not Activity.objects.visible_to(cast.staff).exists()


def test_what_an_act_asks_for(cast: Cast) -> None:
    by = cast.secretary
    over = draft(by)
    future = announced(by, days=5)
    for activity, act, note, code in (
        (over, Act.ANNOUNCE, "", "over"),
        (over, Act.COMPLETE, "", "activity_complete_has_four_elements"),
        (draft(by, subject=""), Act.HOLD, "", "activity_public_has_subject"),
        (future, Act.HOLD, "", "activity_not_over"),
        (future, Act.COMPLETE, "", "activity_not_over"),
        (future, Act.CANCEL, " ", "activity_ended_with_reason"),
        (future, Act.CORRECT, "แก้ไข", "nothing_changed"),
        (future, Act.WITHDRAW, "ก" * 1001, "note_too_long"),
    ):
        with pytest.raises(RefusedError) as refused:
            done(activity, act, by, note)
        assert refused.value.code == code, (activity, act)
    assert [element.number for element in missing(over)] == [2, 3, 4]
    save_words(over, ELEMENTS, by=by, edits=0)
    assert done(over, Act.COMPLETE, by).took_part == 50
    save_words(over, {"result": ""}, by=by, edits=1)
    with pytest.raises(RefusedError) as refused:
        done(over, Act.CORRECT, by, "แก้ไข")
    assert refused.value.code == "activity_complete_has_four_elements"


def test_a_reason_publishes_nothing_else(cast: Cast) -> None:
    """Who postpones while words are worked on publishes the reason alone; the words wait at the desk."""
    activity = announced(cast.staff)
    save_words(activity, {"title": "ชื่อใหม่", "place": "ที่ใหม่"}, by=cast.staff, edits=0)
    postponed = done(activity, Act.POSTPONE, cast.staff, "ฝนตกหนัก")
    assert (postponed.title, postponed.note) == ("ประชาคมหมู่ที่ 3 เรื่องการเก็บขยะ", "ฝนตกหนัก")
    assert changed_words(activity, postponed) == ["title", "place"]
    again = done(activity, Act.ANNOUNCE, cast.staff)
    assert (again.title, again.number, changed_words(activity, again)) == ("ชื่อใหม่", 3, [])


def test_a_correction_says_what_changed_and_keeps_what_was(cast: Cast) -> None:
    activity = complete(cast.staff)
    save_words(activity, {"citizens": 40}, by=cast.staff, edits=0)
    corrected = done(activity, Act.CORRECT, cast.staff, "จำนวนประชาชนที่ถูกต้องคือ 40 คน")
    first, second = activity.versions.order_by("number")
    assert (first.took_part, first.is_current, second.took_part, second.is_current) == (50, False, 48, True)
    assert corrected.is_correction
    assert not first.is_correction
    assert held(cast.staff).versions.get().is_correction is False
