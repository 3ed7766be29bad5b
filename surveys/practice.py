"""The practice of the assessment: which score staff (IIT) and visitors (EIT) let expect, by its own arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from measures.assessment.scoring import PASS_LINE, Score, indicator_score, instrument_score, rounded
from measures.choices import Instrument

from .choices import Kind, Purpose
from .models import Question, Survey
from .reading.counts import choices_in_all, turnout
from .reading.results import Asked, Results, asked_questions
from .services.counting import TOGETHER

INSTRUMENTS: Mapping[str, Instrument] = {Purpose.PRACTICE_IIT: Instrument.IIT, Purpose.PRACTICE_EIT: Instrument.EIT}
"""What each kind of practice practises."""
INDICATOR_NAMES: Mapping[int, str] = {
    1: "การปฏิบัติหน้าที่",
    2: "การใช้งบประมาณ",
    3: "การใช้อำนาจ",
    4: "การใช้ทรัพย์สินของราชการ",
    5: "การแก้ไขปัญหาการทุจริต",
    6: "คุณภาพการดำเนินงาน",
    7: "ประสิทธิภาพการสื่อสาร",
    8: "การปรับปรุงระบบการทำงาน",
}
"""Names of the indicators that surveys measure."""


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """An indicator of the assessment with its questions. score: exact; None where one of them is not known."""

    number: int
    asked: tuple[Asked, ...]
    score: Score

    @property
    def name(self) -> str:
        """Its name, Thai."""
        return INDICATOR_NAMES[self.number]

    @property
    def points(self) -> Decimal | None:
        """Two decimals."""
        return rounded(self.score)

    @property
    def is_weak(self) -> bool:
        """Whether it lies below the pass line."""
        return self.points is not None and self.points < PASS_LINE


@dataclass(frozen=True, slots=True)
class PracticeScore:
    """What a practice lets expect of its instrument."""

    instrument: Instrument
    indicators: tuple[IndicatorScore, ...]

    @property
    def score(self) -> Score:
        """Exact; None where an indicator is not known."""
        return instrument_score(one.score for one in self.indicators)

    @property
    def points(self) -> Decimal | None:
        """Two decimals."""
        return rounded(self.score)

    @property
    def weakest(self) -> list[Asked]:
        """Questions below the pass line, the weakest first."""
        asked = [one for indicator in self.indicators for one in indicator.asked]
        low = [one for one in asked if one.mean is not None and one.mean < PASS_LINE]
        return sorted(low, key=lambda one: one.mean or Decimal(0))


def practice_score(purpose: str, asked: Sequence[Asked]) -> PracticeScore:
    """The expected score of questions that know their indicator."""
    by_indicator: dict[int, list[Asked]] = {}
    for one in asked:
        if one.question.indicator is not None:
            by_indicator.setdefault(one.question.indicator, []).append(one)
    return PracticeScore(
        INSTRUMENTS[purpose],
        tuple(
            IndicatorScore(number, tuple(found), indicator_score(one.exact_mean for one in found))
            for number, found in sorted(by_indicator.items())
        ),
    )


def score_of(results: Results) -> PracticeScore:
    """The expected score of a survey whose results are read."""
    return practice_score(results.survey.questionnaire.purpose, results.asked)


@dataclass(frozen=True, slots=True)
class Practised:
    """The practice of a quarter: how many took part and what they let expect."""

    survey: Survey
    n: int
    score: PracticeScore


def latest_of_year(year: int) -> list[Practised]:
    """Of a fiscal year the latest practice of each instrument with at least five answers. Four queries."""
    rows = Survey.objects.begun().filter(questionnaire__purpose__in=INSTRUMENTS, fiscal_year=year)
    surveys = list(rows.select_related("questionnaire", "version").order_by("-opens_on"))
    counted = turnout(surveys)
    sizes = {survey.pk: sum(counted.get(survey.pk, {}).values()) for survey in surveys}
    newest: dict[str, Survey] = {}
    for survey in surveys:
        if sizes[survey.pk] >= TOGETHER:
            newest.setdefault(survey.questionnaire.purpose, survey)
    if not newest:
        return []
    choices = choices_in_all(newest.values())
    questions: dict[int, list[Question]] = {}
    versions = {one.version_id for one in newest.values()}
    for question in Question.objects.filter(version__in=versions).exclude(kind=Kind.TEXT):
        questions.setdefault(question.version_id, []).append(question)
    return [
        Practised(
            survey,
            sizes[survey.pk],
            practice_score(purpose, asked_questions(questions[survey.version_id], choices.get(survey.pk, {}))),
        )
        for purpose, survey in sorted(newest.items(), key=lambda pair: pair[0], reverse=True)
    ]
