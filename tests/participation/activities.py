"""Activities for tests: small, never random."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from ita_portal.fiscal import today
from organization.models import Division, User
from participation.activity_choices import ActivityAct, ActivityKind
from participation.models import Activity, ActivityVersion
from participation.services.activities import begin_activity, publish

PAST = dt.date(2026, 3, 14)
"""A day of quarter 2 of 2569 that is over on every day of the tests."""
_marks = itertools.count(1)

ELEMENTS: dict[str, Any] = {
    "subject": "รับฟังความเห็นเรื่องเส้นทางรถเก็บขยะ",
    "citizens": 42,
    "leaders": 5,
    "agencies": 3,
    "participants": "ประชาชนหมู่ที่ 3 ผู้นำชุมชน และเจ้าหน้าที่โรงพยาบาลส่งเสริมสุขภาพตำบล",
    "result": "ที่ประชุมขอให้เก็บขยะสัปดาห์ละสองครั้ง",
    "used_for": "เทศบาลเพิ่มรอบเก็บขยะหมู่ที่ 3 เป็นวันจันทร์และวันพฤหัสบดี",
}
"""All four elements: 50 people."""


def mark() -> str:
    """The mark of a form that nobody has sent yet."""
    return f"activity-form-{next(_marks)}"


def words(**values: Any) -> dict[str, Any]:
    """A community forum of กองช่าง on a day that is over, with a subject and nothing else of the elements."""
    return {
        "title": "ประชาคมหมู่ที่ 3 เรื่องการเก็บขยะ",
        "kind": ActivityKind.FORUM,
        "division": Division.objects.get(name="กองช่าง"),
        "place": "ศาลาประชาคม หมู่ที่ 3",
        "starts_on": PAST,
        "ends_on": PAST,
        "all_day": False,
        "starts_at": dt.time(9),
        "ends_at": dt.time(12),
        "subject": ELEMENTS["subject"],
        **values,
    }


def draft(by: User, **values: Any) -> Activity:
    """An activity that only the desk sees."""
    return begin_activity(words(**values), by=by, form_mark=mark())


def announced(by: User, days: int = 10, **values: Any) -> Activity:
    """One that is announced for so many days from now."""
    day = today() + dt.timedelta(days=days)
    made = draft(by, **{"starts_on": day, "ends_on": day, **values})
    done(made, ActivityAct.ANNOUNCE, by)
    return made


def held(by: User, **values: Any) -> Activity:
    """One that was held, its result to come."""
    made = draft(by, **values)
    done(made, ActivityAct.HOLD, by)
    return made


def complete(by: User, **values: Any) -> Activity:
    """One with all four elements."""
    made = draft(by, **{**ELEMENTS, **values})
    done(made, ActivityAct.COMPLETE, by)
    return made


def done(activity: Activity, act: str, by: User, note: str = "") -> ActivityVersion:
    """An act, by somebody who has just looked at it."""
    activity.refresh_from_db()
    number = activity.versions.count()
    version = publish(activity, act, by=by, edits=activity.edits, number=number, note=note)
    activity.refresh_from_db()
    return version
