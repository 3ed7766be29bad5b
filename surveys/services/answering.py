"""How an answer is taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from ita_portal.refusals import require
from organization.models import Division

from .. import slips
from ..choices import LEVELS, Kind, Way
from ..errors import guarded
from ..models import Question, Slip, Survey
from .counting import lay_down
from .surveys import hold_open

LONGEST_REMARK = 2_000
"""Characters of own words."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answers. choices: question code → choice. remarks: question code → own words."""

    choices: Mapping[str, int]
    remarks: Mapping[str, str]
    division: Division | None = None


def answer(survey: Survey, questions: list[Question], said: Said, *, mark: str, slip: str = "") -> bool:
    """Take in an answer; whether it is new (the same form sent twice is one answer).

    questions: of the survey's version. mark: of the form that was shown. slip: the single-use code as it was typed;
    empty: by the open link. RefusedError where the survey takes no answers, the code was used, or something is missing
    (`field` is `q-<code>`, `division` or `slip`). The code is used up and the answer laid down in one transaction,
    which leaves nothing that the two would have in common (`counting.lay_down`).
    """
    _require_sane(survey, questions, said)
    code = slips.read_slip(slip) if slip else None
    require(
        not slip or code is not None, "slip_unknown",
        _("This code is not complete or has a typing error. Compare it with the slip."), field="slip",
    )  # fmt: skip
    with guarded():
        if not _claim(survey, mark):
            return False
        hold_open(survey)
        require(survey.is_open(), "survey_over", _("This survey takes no more answers."))
        if code is not None:
            _use_up(survey, code)
        else:
            require(
                survey.open_link, "slip_needed",
                _("This survey is answered with a single-use code. Enter the code on your slip."), field="slip",
            )  # fmt: skip
        division = said.division.pk if said.division else None
        lay_down(survey.pk, Way.SINGLE_USE if code else Way.OPEN_LINK, division, said.choices, said.remarks)
    return True


def _claim(survey: Survey, mark: str) -> bool:
    """Whether this form comes for the first time. Whoever sends it twice at once waits here for the first."""
    digest = hashlib.sha256(f"{survey.pk}:{mark}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_mark (digest, survey_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", [digest, survey.pk]
        )
        return cursor.rowcount == 1


def _use_up(survey: Survey, code: str) -> None:
    """Take the unused code away: two who do it at once cannot both find it."""
    used, _by_model = Slip.objects.filter(
        digest__in=slips.digests(code), batch__survey=survey, batch__revoked_at=None
    ).delete()  # fmt: skip
    require(
        used == 1, "slip_used",
        _("This code has been used, or belongs to another survey. Each slip can be used once."), field="slip",
    )  # fmt: skip


def _require_sane(survey: Survey, questions: list[Question], said: Said) -> None:
    asked = {question.code: question for question in answered_questions(questions)}
    for code, question in asked.items():
        field = f"q-{code}"
        if question.kind == Kind.TEXT:
            require(len(said.remarks.get(code, "")) <= LONGEST_REMARK, "too_long", _("This is too long."), field=field)
            continue
        choice = said.choices.get(code)
        missing = choice is None and question.required
        require(not missing, "answer_missing", _("Choose one of the answers."), field=field)
        most = LEVELS if question.kind == Kind.LEVELS else 2
        require(choice is None or 0 <= choice < most, "choice_unknown", _("Choose one of the answers."), field=field)
    unknown = (set(said.choices) | set(said.remarks)) - set(asked)
    require(not unknown, "question_unknown", _("This question is not in the survey."))
    require(said.division is None or survey.version.asks_division, "division_unasked", _("The division is not asked."))


def answered_questions(questions: list[Question]) -> list[Question]:
    """Those that are answered themselves, in their order: what has parts is answered by its parts."""
    whole = {question.part_of_id for question in questions}
    return [question for question in questions if question.pk not in whole]
