"""Calendar files of activities: valid in two parsers that know nothing of each other, and stable for who subscribed."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
import pytest
from django.test import Client
from ical.calendar import Calendar as SecondCalendar
from ical.calendar_stream import IcsCalendarStream

from ita_portal.fiscal import today
from participation.activity_choices import ActivityAct as Act
from participation.services.activities import save_words

from ..cast import Cast
from .activities import PAST, announced, complete, done, draft, held, words

pytestmark = pytest.mark.django_db
ADDRESS = "/participation/activities/calendar.ics"
LONG = "ประชาคมรับฟังความคิดเห็นเรื่องการจัดการน้ำ; ขยะ, ถนน \\ และไฟส่องสว่างของทุกหมู่บ้านในเขตเทศบาลประจำปีงบประมาณ"


def first(content: bytes) -> dict[str, icalendar.Event]:
    """Events by title, as the first parser reads them."""
    calendar = icalendar.Calendar.from_ical(content)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    events = list(calendar.walk("VEVENT"))
    assert not any(event.errors for event in events)
    return {str(event["summary"]): event for event in events}


def second(content: bytes) -> SecondCalendar:
    """As the second parser reads them; it is strict and raises where something is wrong."""
    return IcsCalendarStream.calendar_from_ics(content.decode())


def test_both_parsers_read_the_same(cast: Cast, client: Client) -> None:
    day = today() + dt.timedelta(days=20)
    timed = announced(cast.staff, title=LONG, place="ศาลา; หมู่ 3, ชั้น 2", invitation="นำบัตร\nมาด้วย")
    allday = announced(cast.staff, title="สองวัน", starts_on=day, ends_on=day + dt.timedelta(days=1), all_day=True)
    complete(cast.staff, title="ครบ")
    draft(cast.staff, title="ร่างลับ")
    gone = held(cast.staff, title="ถอนลับ")
    done(gone, Act.WITHDRAW, cast.staff, "ผิดเรื่อง")
    answer = client.get(ADDRESS)
    content = answer.content
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "ลับ".encode() not in content

    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines), "a long Thai title is folded"
    assert all(line.decode() is not None for line in lines), "no letter is cut in two"

    one, other = first(content), {event.summary: event for event in second(content).events}
    assert set(one) == set(other) == {LONG, "สองวัน", "ครบ"}
    begin = dt.datetime.combine(timed.starts_on, dt.time(2), dt.UTC)
    assert one[LONG]["dtstart"].dt == begin == other[LONG].dtstart, "nine in Bangkok is two in UTC"
    assert other[LONG].dtend == begin + dt.timedelta(hours=3)
    assert one["สองวัน"]["dtstart"].dt == other["สองวัน"].dtstart == allday.starts_on
    assert one["สองวัน"]["dtend"].dt == other["สองวัน"].dtend == allday.ends_on + dt.timedelta(days=1)
    for title, event in one.items():
        assert str(event["uid"]) == other[title].uid
        assert re.fullmatch(r"[0-9a-f-]{36}", other[title].uid)
        assert event["dtstamp"].dt == other[title].dtstamp
        assert (event["sequence"], event["status"]) == (other[title].sequence, "CONFIRMED")
        assert str(event["location"]) == other[title].location
        assert str(event["description"]) == other[title].description
    assert other[LONG].location == "ศาลา; หมู่ 3, ชั้น 2"
    assert "นำบัตร\nมาด้วย" in (other[LONG].description or "")
    assert str(one[LONG]["url"]) == f"http://testserver/participation/activities/{timed.code}/"

    single = client.get(f"/participation/activities/{timed.code}/activity.ics")
    assert first(single.content)[LONG].to_ical() == one[LONG].to_ical()
    assert client.get(f"/participation/activities/{gone.code}/activity.ics").status_code == 404


def test_what_changes_is_told_to_who_subscribed(cast: Cast, client: Client) -> None:
    """The same UID, a higher SEQUENCE, and CANCELLED where nobody need come."""
    activity = announced(cast.staff, title="ประชาคม")
    before = first(client.get(ADDRESS).content)["ประชาคม"]
    save_words(activity, {"starts_at": dt.time(10)}, by=cast.staff, edits=0)
    assert first(client.get(ADDRESS).content)["ประชาคม"]["dtstart"].dt.hour == 2, "what is worked on is not told"
    done(activity, Act.CORRECT, cast.staff, "เลื่อนเวลาเป็น 10.00 น.")
    moved = first(client.get(ADDRESS).content)["ประชาคม"]
    assert (moved["uid"], before["sequence"], moved["sequence"], moved["dtstart"].dt.hour) == (before["uid"], 0, 1, 3)
    done(activity, Act.POSTPONE, cast.staff, "ฝนตก")
    (late,) = first(client.get(ADDRESS).content).values()
    assert (late["uid"], late["sequence"], late["status"]) == (before["uid"], 2, "TENTATIVE")
    done(activity, Act.CANCEL, cast.staff, "น้ำท่วม")
    content = client.get(ADDRESS).content
    (gone,) = first(content).values()
    assert (gone["uid"], gone["sequence"], gone["status"]) == (before["uid"], 3, "CANCELLED")
    assert "น้ำท่วม" in str(gone["description"])
    assert second(content).events[0].status == "CANCELLED"


def test_an_empty_calendar_and_other_times(cast: Cast, client: Client) -> None:
    assert second(client.get(ADDRESS).content).events == []
    complete(cast.staff, **{name: words()[name] for name in ("title",)}, ends_at=None)
    night = complete(cast.staff, title="ข้ามคืน", ends_on=PAST + dt.timedelta(days=1), starts_at=dt.time(18))
    events = {event.summary: event for event in second(client.get("/en" + ADDRESS).content).events}
    assert events["ข้ามคืน"].dtend == dt.datetime.combine(night.ends_on, dt.time(5), dt.UTC)
    assert events["ประชาคมหมู่ที่ 3 เรื่องการเก็บขยะ"].dtstart == dt.datetime.combine(PAST, dt.time(2), dt.UTC)
