"""Trainings for tests: numbered, never random. Their day is today, unless told otherwise."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from guidelines.models import Training, TrainingQuestion, TrainingSession
from guidelines.services.trainings import Details, Span, make_training, move
from guidelines.trainings_choices import Topic, TrainingState
from ita_portal.fiscal import today
from organization.models import Division, User

DAY = dt.timedelta(days=1)
WHOLE_DAY = dt.time(0), dt.time(23, 59)
_marks = itertools.count(1)


def mark() -> str:
    """The mark of a form that nobody has sent yet."""
    return f"training-{next(_marks)}"


def details(**changes: Any) -> Details:
    """An ethics training for all staff."""
    told: dict[str, Any] = {
        "title": "อบรมจริยธรรม", "topic": Topic.ETHICS, "objective": "รู้และปฏิบัติตามประมวลจริยธรรม", "content": "",
        "trainer": "นิติกร", "place": "ห้องประชุม", "online_url": "", "hours": Decimal(6), "seats": None,
        "enrol_until": changes.get("day", today()), "organiser": Division.objects.earliest("order"), "for_all": True,
        "pass_mark": None,
    }  # fmt: skip
    return Details(**{**told, **{name: value for name, value in changes.items() if name != "day"}})


def training(
    by: User, *, questions: int = 0, state: str = "announced", day: dt.date | None = None, **changes: Any
) -> Training:
    """A training of one day; questions: of its test, in each of which the second of three options is right."""
    when = day or today()
    made = make_training(details(day=when, **changes), Span(when, *WHOLE_DAY), by=by, form_mark=mark())
    TrainingQuestion.objects.bulk_create(
        TrainingQuestion(training=made, text=f"ข้อ {number}", options=["ก", "ข", "ค"], right=1, why="เพราะถูก")
        for number in range(questions)
    )
    if state != TrainingState.DRAFT:
        if when >= today():
            move(made, TrainingState.ANNOUNCED, by=by)
        else:
            Training.objects.filter(pk=made.pk).update(
                state="announced", announced_at=dt.datetime.combine(when, dt.time(), dt.UTC)
            )
    made.refresh_from_db()
    return made


def session_of(made: Training) -> TrainingSession:
    """Its first day."""
    found: TrainingSession = made.sessions.earliest("day")
    return found


def answers(made: Training, right: int) -> dict[int, int]:
    """Answers of which so many are right."""
    return {question.pk: 1 if place < right else 0 for place, question in enumerate(made.questions.all())}


def go(made: Training, *states: TrainingState) -> Training:
    """Move it on, whatever day it is."""
    for state in states:
        Training.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made
