"""What an officer says of a year's result: plain values between forms, files and services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from .choices import Mark

if TYPE_CHECKING:
    from ..models import AssessmentResult

Score = Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question or item with its published score; None: not known. The other fields as in `models.QuestionScore`."""

    code: str
    instrument: str
    score: Score = None
    indicator: int | None = None
    sub_indicator: str = ""
    text: str = ""
    mark: str = Mark.OFFICE
    placed: str = Mark.OFFICE


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """Everything that is entered of a year. instruments: IIT, EIT, OIT; indicators: by number; questions: in order.

    complete: numbers of the indicators of which every question is listed, so that they can be counted.
    """

    total: Score = None
    level: str = ""
    instruments: Mapping[str, Score] = field(default_factory=dict)
    indicators: Mapping[int, Score] = field(default_factory=dict)
    questions: tuple[QuestionEntry, ...] = ()
    complete: frozenset[int] = frozenset()
    source: str = ""
    source_url: str = ""
    note: str = ""
    reason: str = ""

    def scores(self) -> dict[str, Score]:
        """Every score by its code: `total`, `IIT`, `1` (indicator), `I7`."""
        return {
            "total": self.total,
            **{name: self.instruments.get(name) for name in ("IIT", "EIT", "OIT")},
            **{str(number): score for number, score in self.indicators.items()},
            **{question.code: question.score for question in self.questions},
        }


def entry_of(result: AssessmentResult) -> ResultEntry:
    """What a result says; read with `with_scores` it asks the database nothing."""
    return ResultEntry(
        total=result.total,
        level=result.level,
        instruments=result.instruments,
        indicators={row.number: row.score for row in result.indicators.all()},
        questions=tuple(
            QuestionEntry(
                row.code, row.instrument, row.score, row.indicator, row.sub_indicator, row.text, row.mark, row.placed
            )
            for row in result.questions.all()
        ),
        complete=frozenset(row.number for row in result.indicators.all() if row.is_complete),
        source=result.source,
        source_url=result.source_url,
        note=result.note,
        reason=result.reason,
    )


def order_of(code: str) -> tuple[int, int, str]:
    """How codes stand in a year: IIT, EIT, OIT, each by its number."""
    digits = "".join(letter for letter in code if letter.isdecimal())
    return "IEO".find(code[:1]), int(digits) if digits else 0, code


def in_order(questions: Iterable[QuestionEntry]) -> tuple[QuestionEntry, ...]:
    """`questions` as they stand in a year."""
    return tuple(sorted(questions, key=lambda question: order_of(question.code)))
