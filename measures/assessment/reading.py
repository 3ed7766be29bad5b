"""A year's result as pages and files show it: what was published beside what can be counted from it, never one for the
other. In a fixed number of queries.

Each level is counted from the level below: an indicator from its questions (only where all of them are known), an
instrument from its indicators, the total from its instruments. Where the assessor published a figure, the next level
is counted from that figure, so a difference shows at the level where it arises; one of 0.01 may come from its decimals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ..models import AssessmentResult, QuestionScore
from . import scoring
from .choices import Mark
from .entry import order_of
from .practice import Expected, Practice, practice_of
from .scoring import Band, rounded
from .structure import structure

THRESHOLD = 85
"""Below it a question is weak: the pass line of the assessment."""
YEARS_SHOWN = 10
_ROUNDING = Decimal("0.01")
INSTRUMENTS = ("IIT", "EIT", "OIT")


@dataclass(frozen=True, slots=True)
class Line:
    """A score. code: `total`, `IIT`, `2` (indicator), `I7`. published: by the assessor; counted: from the level below,
    exact. None: not known. practice: what a practice let expect."""

    code: str
    name: str
    published: Decimal | None
    counted: Fraction | None = None
    practice: Expected | None = None

    @property
    def computed(self) -> Decimal | None:
        """The counted score in two decimals, half up."""
        return rounded(self.counted)

    @property
    def score(self) -> Decimal | None:
        """The score that is shown first: the published one, else the counted one."""
        return self.computed if self.published is None else self.published

    @property
    def is_computed(self) -> bool:
        """Whether only the portal says it."""
        return self.published is None and self.counted is not None

    @property
    def exact(self) -> scoring.Number | None:
        """What the next level is counted from."""
        return self.counted if self.published is None else self.published

    @property
    def difference(self) -> Decimal | None:
        """Published less counted; None where they agree or one is not known."""
        if self.published is None or self.computed is None or self.published == self.computed:
            return None
        return self.published - self.computed

    @property
    def may_be_rounding(self) -> bool:
        """Whether the difference is no more than what two decimals make."""
        return self.difference is not None and abs(self.difference) <= _ROUNDING

    @property
    def is_weak(self) -> bool:
        """Known and below the pass line."""
        return self.score is not None and self.score < THRESHOLD

    @property
    def expected(self) -> Decimal | None:
        """What a practice let expect, in two decimals."""
        return rounded(self.practice.score) if self.practice else None


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """An instrument. weight: percent; points: what it brings to the total, exact."""

    line: Line
    weight: int

    @property
    def points(self) -> Decimal | None:
        """What it brings to the total, in two decimals."""
        return rounded(scoring.weighted(self.line.exact, self.weight))


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator. is_complete: all its questions are listed, so that it can be counted."""

    line: Line
    number: int
    instrument: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question or item. is_sure: its wording and place are official; else it carries a note to check the handbook."""

    line: Line
    instrument: str
    indicator: int | None
    sub_indicator: str
    mark: str
    is_sure: bool


@dataclass(frozen=True)
class YearResult:
    """A year's result. band: as the assessor named it, counted_band: by the rule of the year; None: not known.

    practice: the practice of the year, None where nobody practised. is_current: the version that is in force.
    """

    result: AssessmentResult
    total: Line
    instruments: tuple[InstrumentLine, ...]
    indicators: tuple[IndicatorLine, ...]
    questions: tuple[QuestionLine, ...]
    band: Band | None
    counted_band: Band | None
    practice: Practice | None = field(default=None, repr=False)

    @property
    def year(self) -> int:
        """The assessment year (B.E.)."""
        return self.result.fiscal_year

    @property
    def shown_band(self) -> Band | None:
        """The band that is shown first: the assessor's, else the counted one."""
        return self.band or self.counted_band

    @property
    def bands_differ(self) -> bool:
        """Whether the assessor named another band than the rule gives."""
        return self.band is not None and self.counted_band is not None and self.band != self.counted_band

    @property
    def lines(self) -> tuple[Line, ...]:
        """Total, instruments, indicators, questions."""
        return (
            self.total,
            *(one.line for one in self.instruments),
            *(one.line for one in self.indicators),
            *(one.line for one in self.questions),
        )

    @property
    def differing(self) -> tuple[Line, ...]:
        """Lines where published and counted differ."""
        return tuple(line for line in self.lines if line.difference is not None)

    @property
    def weakest(self) -> tuple[QuestionLine, ...]:
        """Questions with a known score, the lowest first."""
        known = [one for one in self.questions if one.line.score is not None]
        return tuple(sorted(known, key=lambda one: (one.line.score, order_of(one.line.code))))

    @property
    def unknown(self) -> tuple[QuestionLine, ...]:
        """Questions whose score is not known."""
        return tuple(one for one in self.questions if one.line.score is None)

    @property
    def needs_handbook(self) -> bool:
        """Whether a wording or place is not official."""
        return any(not one.is_sure for one in self.questions)

    @property
    def names_are_assumed(self) -> bool:
        """Whether the names of the indicators are those of an earlier year: this one's are not known here."""
        return not structure(self.year).is_known

    @property
    def updated_at(self) -> dt.datetime | None:
        """When it was published."""
        return self.result.published_at


def year_result(year: int, *, version: int | None = None, with_practice: bool = True) -> YearResult:
    """The result of a year as everybody reads it. AssessmentResult.DoesNotExist where there is none.

    version: an older one.
    """
    found = AssessmentResult.objects.published().with_scores().select_related("made_by").filter(fiscal_year=year)
    result: AssessmentResult = found.get(is_current=True) if version is None else found.get(number=version)
    return result_view(result, practice_of(year) if with_practice else None)


def results_over_years(before: int | None = None, *, most: int = YEARS_SHOWN) -> list[YearResult]:
    """The newest `most` results, oldest first, in three queries. before: those of earlier years."""
    rows = AssessmentResult.objects.current().with_scores().order_by("-fiscal_year")
    if before is not None:
        rows = rows.filter(fiscal_year__lt=before)
    return [result_view(result) for result in reversed(rows[:most])]


def result_view(result: AssessmentResult, practice: Practice | None = None) -> YearResult:
    """Any result, a draft too, with what can be counted from it."""
    expected = practice or Practice()
    rows = list(result.questions.all())
    indicators = tuple(
        IndicatorLine(
            Line(
                str(row.number),
                row.name,
                row.score,
                _counted([one for one in rows if one.indicator == row.number]) if row.is_complete else None,
                expected.indicators.get(row.number),
            ),
            row.number,
            row.instrument,
            row.is_complete,
        )
        for row in result.indicators.all()
    )
    instruments = tuple(
        InstrumentLine(
            Line(
                name,
                name,
                result.instruments[name],
                scoring.instrument_score(one.line.exact for one in indicators if one.instrument == name),
                expected.instruments.get(name),
            ),
            result.weights[name],
        )
        for name in INSTRUMENTS
    )
    exact = {one.line.code: one.line.exact for one in instruments}
    total = Line("total", "", result.total, scoring.total(exact["IIT"], exact["EIT"], exact["OIT"], result.weights))
    return YearResult(
        result=result,
        total=total,
        instruments=instruments,
        indicators=indicators,
        questions=tuple(_question(row, expected) for row in rows),
        band=next((band for band in scoring.bands(result.fiscal_year) if band.key == result.level), None),
        counted_band=scoring.band(result.fiscal_year, total.exact, exact["IIT"], exact["EIT"], exact["OIT"]),
        practice=practice,
    )


def _question(row: QuestionScore, expected: Practice) -> QuestionLine:
    line = Line(row.code, row.text, row.score, None, expected.questions.get((row.instrument, row.code)))
    sure = bool(row.text) and Mark(row.mark).is_sure and Mark(row.placed).is_sure
    return QuestionLine(line, row.instrument, row.indicator, row.sub_indicator, row.mark, sure)


def _counted(rows: list[QuestionScore]) -> Fraction | None:
    """An indicator from all its questions; of OIT from its sub-indicators, where each item's is known."""
    if any(row.instrument == "OIT" for row in rows):
        groups: dict[str, list[Decimal | None]] = {}
        for row in rows:
            groups.setdefault(row.sub_indicator, []).append(row.score)
        return None if "" in groups else scoring.disclosure_score(groups.values())
    return scoring.indicator_score(row.score for row in rows)


def sub_indicator_names(year: int) -> Mapping[str, str]:
    """The names of the sub-indicators of a year that are known."""
    return structure(year).sub_indicators


@dataclass(frozen=True, slots=True)
class QuestionScoreOf:
    """Last year's score of a question, for the pages of the plan that answers it. year: of the assessment."""

    code: str
    score: Decimal | None
    year: int

    @property
    def is_weak(self) -> bool:
        """Known and below the pass line."""
        return self.score is not None and self.score < THRESHOLD


def question_scores(assessment_year: int) -> dict[str, QuestionScoreOf]:
    """By code the scores of the questions of an assessment, as published; one query. Empty where none was published."""
    rows = QuestionScore.objects.filter(
        result__is_current=True, result__fiscal_year=assessment_year, score__isnull=False
    ).values_list("code", "score")
    return {code: QuestionScoreOf(code, score, assessment_year) for code, score in rows}
