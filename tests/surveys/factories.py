"""Rows of the surveys, made quickly."""

from __future__ import annotations

import datetime as dt
from typing import Any

from organization.models import User
from surveys.choices import Purpose, State
from surveys.models import Question, Questionnaire, Survey, Version

DAY = dt.timedelta(days=1)


def version(by: User, questions: list[dict[str, Any]] | None = None, **fields: Any) -> Version:
    """A version in use: S1 and S2 by levels (S2 reversed), Y1 by yes or no, T1 in own words."""
    made, _new = Questionnaire.objects.get_or_create(
        slug=fields.pop("slug", "test"),
        defaults={"title": fields.pop("title", "แบบสำรวจ"), "purpose": fields.pop("purpose", Purpose.SATISFACTION)},
    )
    number = made.versions.count() + 1
    found: Version = Version.objects.create(questionnaire=made, number=number, made_by=by, **fields)
    rows = questions or [
        {"code": "S1", "text": "หนึ่ง"},
        {"code": "S2", "text": "สอง", "reversed": True, "required": False},
        {"code": "Y1", "text": "มีหรือไม่", "kind": "yes_no"},
        {"code": "T1", "text": "เขียน", "kind": "text", "required": False},
    ]
    Question.objects.bulk_create(Question(version=found, position=place, **row) for place, row in enumerate(rows, 1))
    Version.objects.filter(pk=found.pk).update(state=State.PUBLISHED, published_at="2023-09-01T00:00:00Z")
    found.refresh_from_db()
    return found


def survey(of: Version, day: dt.date, **fields: Any) -> Survey:
    """A survey that is open from the day before `day` to the day after; about an occasion, unless of a quarter."""
    defaults: dict[str, Any] = {"opens_on": day - DAY, "closes_on": day + DAY, "fiscal_year": 2570}
    if "quarter" not in fields:
        defaults["title"] = "ครั้งหนึ่ง"
    made: Survey = Survey.objects.create(questionnaire=of.questionnaire, version=of, **defaults | fields)
    return made
