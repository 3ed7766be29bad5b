"""All quarters of the regular questionnaires beside each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from ..choices import Kind
from ..models import Question, Questionnaire, Survey
from ..services.counting import TOGETHER
from .counts import choices_in_all, turnout
from .results import judged

QUARTERS = 12


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter's survey at a glance; mean and share are None where fewer than five have answered."""

    survey: Survey
    n: int
    mean: Decimal | None
    satisfied_share: Decimal | None

    @property
    def is_open(self) -> bool:
        """Whether it can be answered today."""
        return self.survey.is_open()


@dataclass(frozen=True, slots=True)
class Overview:
    """A questionnaire and its latest quarters, newest first."""

    questionnaire: Questionnaire
    quarters: tuple[QuarterRow, ...]


def overviews() -> list[Overview]:
    """The regular questionnaires that have been asked. Five queries and one for each questionnaire."""
    regular = list(Questionnaire.objects.filter(regular=True).order_by("purpose", "slug"))
    chosen = {one.pk: _latest(one) for one in regular}
    surveys = [survey for found in chosen.values() for survey in found]
    counted, choices = turnout(surveys), choices_in_all(surveys)
    questions: dict[int, list[Question]] = {}
    for question in Question.objects.filter(version__in={one.version_id for one in surveys}).exclude(kind=Kind.TEXT):
        questions.setdefault(question.version_id, []).append(question)
    return [
        Overview(
            one,
            tuple(
                _row(survey, counted.get(survey.pk, Counter()), choices.get(survey.pk, {}), questions)
                for survey in chosen[one.pk]
            ),
        )
        for one in regular
        if chosen[one.pk]
    ]


def _latest(questionnaire: Questionnaire) -> list[Survey]:
    rows = Survey.objects.begun().filter(questionnaire=questionnaire, quarter__isnull=False)
    return list(rows.select_related("questionnaire").order_by("-opens_on")[:QUARTERS])


def _row(survey, sizes, choices, questions) -> QuarterRow:  # type: ignore[no-untyped-def]
    n = sum(sizes.values())
    whole = judged(questions.get(survey.version_id, []), choices if n >= TOGETHER else {}, n, "")
    return QuarterRow(survey, n, whole.mean, whole.satisfied_share)
