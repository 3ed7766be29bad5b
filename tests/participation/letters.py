"""Letters for tests: sent, given to a division, answered, published, each through its services."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import Any

import time_machine

from ita_portal.fiscal import BANGKOK
from organization.models import Division
from participation.choices import LetterState
from participation.models import Letter
from participation.services.letters import Receipt, send_letter
from participation.services.letters_acts import answer_letter, publish_letter, route_letter

from ..cast import Cast

_numbers = itertools.count(1)
ANSWER = "กองช่างซ่อมเรียบร้อยแล้ว"


def seed() -> str:
    """The mark of a form that nobody has sent yet, as the portal makes them."""
    return hashlib.md5(str(next(_numbers)).encode(), usedforsecurity=False).hexdigest()


def at(day: dt.date, hour: int = 9) -> time_machine.travel:
    """On a day, in Bangkok."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour), BANGKOK), tick=False)


def works() -> Division:
    """กองช่าง, of `head` and `staff`."""
    return Division.objects.get(name="กองช่าง")


def finance() -> Division:
    """กองคลัง, of `staff2`."""
    return Division.objects.get(name="กองคลัง")


def receipt(**more: Any) -> Receipt:
    """A letter as its sender gets it acknowledged."""
    given = {
        "kind": "question", "subject": "ไฟถนนดับ", "text": "ไฟถนนหน้าวัดดับ ต้องแจ้งใคร", "consent": True,
        "seed": seed(), **more,
    }  # fmt: skip
    return send_letter(given.pop("kind"), given.pop("subject"), given.pop("text"), **given)


def sent(**more: Any) -> Letter:
    """A letter that nobody has looked at."""
    return receipt(**more).letter


def routed(cast: Cast, division: Division | None = None, **more: Any) -> Letter:
    """A letter that is with a division: กองช่าง, where none is named."""
    return route_letter(sent(**more), division or works(), by=cast.secretary)


def answered(cast: Cast, **more: Any) -> Letter:
    """An answered one."""
    return answer_letter(routed(cast, **more), ANSWER, by=cast.staff)


def published(cast: Cast, **more: Any) -> Letter:
    """One that everybody reads."""
    letter = answered(cast, **more)
    return publish_letter(
        letter, subject=letter.subject, text=letter.text, answer=letter.answer, with_name=True, by=cast.secretary
    )


def bulk_letters(cast: Cast, number: int, *, published: bool = False, division: Division | None = None) -> None:
    """Many, with few statements."""
    state = LetterState.ANSWERED if published else LetterState.WITH_DIVISION
    day = dt.date(2026, 1, 5)
    answer: dict[str, Any] = {}
    if published:
        moment = dt.datetime(2026, 1, 9, tzinfo=BANGKOK)
        answer = {
            "answer": ANSWER, "answered_by": cast.staff, "answered_at": moment, "publication": "published",
            "published_at": moment, "published_by": cast.secretary, "public_subject": "ไฟถนนดับ",
            "public_text": "ไฟดับ", "public_answer": ANSWER, "search": "ไฟถนนดับ",
        }  # fmt: skip
    Letter.objects.bulk_create(
        Letter(
            kind="question", subject=f"เรื่องที่ {one}", text="ไฟดับ", consent=True, division=division or works(),
            state=state, form_mark=f"bulk-{next(_numbers)}", due_on=day, next_due_on=day,
            sent_at=dt.datetime(2026, 1, 2, tzinfo=BANGKOK), **answer,
        )
        for one in range(number)
    )  # fmt: skip
