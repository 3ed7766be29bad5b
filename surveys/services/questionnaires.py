"""Making a questionnaire: drafts, and versions in use that never change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.refusals import require
from organization.models import User

from ..choices import Kind, State
from ..errors import guarded
from ..models import Question, Questionnaire, Version

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OF_QUESTION = ("kind", "note", "explanation", "reversed", "required", "indicator")


def draft_version(questionnaire: Questionnaire, content: Mapping[str, Any], *, by: User) -> Version:
    """A draft with the questions that `content` describes (`surveys/data/*.yaml` show the form), in the place of the
    draft that was there. RefusedError where a code comes twice or a question says nothing."""
    with guarded():
        Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
        questionnaire.versions.filter(state=State.DRAFT).delete()
        number = (questionnaire.versions.aggregate(most=Max("number"))["most"] or 0) + 1
        version: Version = Version.objects.create(
            questionnaire=questionnaire, number=number, made_by=by,
            introduction=str(content.get("introduction", "")).strip(),
            asks_division=bool(content.get("asks_division", True)),
            assessment_year=content.get("assessment_year"), source=str(content.get("source", "")).strip(),
        )  # fmt: skip
        _store_questions(version, content.get("questions", ()))
    return version


def _store_questions(version: Version, questions: Sequence[Mapping[str, Any]]) -> None:
    codes = [str(row["code"]) for one in questions for row in (one, *one.get("parts", ()))]
    require(len(codes) == len(set(codes)), "question_code_once", _("This code is used by another question."))
    parts: list[Question] = []
    for place, given in enumerate(questions, start=1):
        whole = _question(version, given, place * 100)
        whole.save(force_insert=True)
        for inner, part in enumerate(given.get("parts", ()), start=1):
            inherited = {name: given[name] for name in _OF_QUESTION if name in given and name != "explanation"}
            parts.append(_question(version, {**inherited, **part}, place * 100 + inner, whole))
    Question.objects.bulk_create(parts)


def _question(version: Version, given: Mapping[str, Any], position: int, whole: Question | None = None) -> Question:
    text, code = str(given.get("text", "")).strip(), str(given["code"])
    require(bool(text), "question_says_nothing", _("Write the question %(code)s.") % {"code": code})
    require(
        _CODE.fullmatch(code) is not None and len(code) <= 12, "question_code_plain",
        _("A code has Latin letters, digits, dots and dashes, for example S1 or I4.2."),
    )  # fmt: skip
    own = {name: given[name] for name in _OF_QUESTION if name in given}
    if own.get("kind") == Kind.TEXT:
        own["required"] = False
    return Question(version=version, part_of=whole, position=position, code=code, text=text, **own)


def publish_version(version: Version, *, by: User) -> Version:
    """Take a draft into use: surveys opened from now on have it. Twice it is once."""
    with guarded():
        locked: Version = Version.objects.select_for_update(no_key=True).get(pk=version.pk)
        if locked.state == State.PUBLISHED:
            return locked
        asked = locked.questions.exclude(kind=Kind.TEXT)
        require(asked.exists(), "questionnaire_empty", _("Ask at least one question."))
        locked.state, locked.published_at, locked.made_by = State.PUBLISHED, timezone.now(), by
        locked.save(update_fields=["state", "published_at", "made_by"])
    return locked
