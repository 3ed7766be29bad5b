"""What a practice of the assessment lets expect: registered by the app that holds the practice surveys.

An app writes `<app>/assessment_practice.py` (found at start-up) and registers a source there:

    from measures.assessment.practice import Expected, Practice, PracticeSource, practice_sources

    def read(year: int) -> Practice | None:
        # The practice surveys of the assessment of fiscal year `year` (Buddhist Era); None where nothing can be shown.
        return Practice(
            questions={("IIT", "I7"): Expected(n=24, score=Fraction(250, 3))},
            indicators={2: Expected(n=24, score=…)},
            instruments={"IIT": Expected(n=24, score=…)},
            url="/surveys/…/results/",
        )

    practice_sources.register("surveys", PracticeSource(read, topics=("surveys",)))

Scores are counted with `measures.assessment.scoring`, exact and from 0 to 100; n is the number of people behind one.
What is not known is left out. The pages of the assessment show it beside the real score and call it a practice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ita_portal.registry import Registry

from .scoring import Number


@dataclass(frozen=True, slots=True)
class Expected:
    """A score that a practice lets expect, and how many people it comes from."""

    n: int
    score: Number


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice of one year. questions: by (instrument, code); url: where it can be checked, empty for nowhere."""

    questions: Mapping[tuple[str, str], Expected] = field(default_factory=dict)
    indicators: Mapping[int, Expected] = field(default_factory=dict)
    instruments: Mapping[str, Expected] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True, slots=True)
class PracticeSource:
    """How an app tells its practice of a year. topics: whose changes alter it (`ita_portal.page_cache`)."""

    read: Callable[[int], Practice | None]
    topics: tuple[str, ...] = ()


practice_sources: Registry[PracticeSource] = Registry("practice of the assessment")


def practice_of(year: int) -> Practice | None:
    """What practices let expect of fiscal year `year`; None where nobody practised. The first source that knows it."""
    return next((found for source in practice_sources if (found := source.read(year)) is not None), None)


def practice_topics() -> tuple[str, ...]:
    """The topics of every source, for pages that show it."""
    return tuple(dict.fromkeys(topic for source in practice_sources for topic in source.topics))
