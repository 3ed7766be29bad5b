"""What the practice lets expect, for the pages of the assessment's result."""

from __future__ import annotations

from django.urls import reverse

from measures.assessment.practice import Expected, Practice, PracticeSource, practice_sources

from .page_topics import TOPIC
from .practice import Practised, latest_of_year

_SAME_QUESTIONS = (range(2563, 2566),)
"""Years whose questions are the same: only within these a code means the same question."""


def same_questions(practised: int | None, year: int) -> bool:
    """Whether a code of the practised year asks in `year` what it asked then."""
    return practised == year or any(practised in years and year in years for years in _SAME_QUESTIONS)


def read(year: int) -> Practice | None:
    """The latest practice of fiscal year `year`; None where fewer than five practised."""
    found = latest_of_year(year)
    if not found:
        return None
    questions: dict[tuple[str, str], Expected] = {}
    indicators: dict[int, Expected] = {}
    instruments: dict[str, Expected] = {}
    for one in found:
        instrument = str(one.score.instrument)
        if one.score.score is not None:
            instruments[instrument] = Expected(one.n, one.score.score)
        for indicator in one.score.indicators:
            if indicator.score is not None:
                indicators[indicator.number] = Expected(one.n, indicator.score)
            if same_questions(one.survey.version.assessment_year, year):
                questions |= _questions(instrument, one, indicator.number)
    return Practice(questions, indicators, instruments, reverse("surveys:practice_score", args=[found[0].survey.code]))


def _questions(instrument: str, one: Practised, number: int) -> dict[tuple[str, str], Expected]:
    indicator = next(found for found in one.score.indicators if found.number == number)
    return {
        (instrument, asked.question.code): Expected(one.n, asked.exact_mean)
        for asked in indicator.asked
        if asked.exact_mean is not None
    }


practice_sources.register("surveys", PracticeSource(read, topics=(TOPIC,)))
