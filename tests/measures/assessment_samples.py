"""Results of the assessment for tests: a year's entry, and one that is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from measures.assessment import services
from measures.assessment.entry import ResultEntry
from measures.assessment.structure import structure
from measures.models import AssessmentResult
from organization.models import User


def _numbers(scores: Mapping[str, str] | None) -> dict[str, Decimal | None]:
    return {name: Decimal(score) for name, score in (scores or {}).items()}


def entry(
    year: int,
    *,
    scores: Mapping[str, str] | None = None,
    indicators: Mapping[int, str] | None = None,
    instruments: Mapping[str, str] | None = None,
    total: str | None = None,
    level: str = "",
    source: str = "ประกาศผลการประเมินของสำนักงาน ป.ป.ช.",
    note: str = "",
) -> ResultEntry:
    """What an officer says of a year, with the questions that are known of it."""
    given = _numbers(scores)
    return ResultEntry(
        total=None if total is None else Decimal(total),
        level=level,
        instruments=_numbers(instruments),
        indicators={number: Decimal(score) for number, score in (indicators or {}).items()},
        complete=frozenset(one.number for one in structure(year).indicators if one.is_complete),
        questions=tuple(replace(one, score=given.get(one.code)) for one in services.known_questions(year)),
        source=source,
        note=note,
    )


def published(by: User, year: int, **said: object) -> AssessmentResult:
    """A published result of a year (`entry`)."""
    draft = services.begin_result(year, by=by)
    services.save_result(draft, entry(year, **said), by=by)  # type: ignore[arg-type]
    return services.publish_result(draft, by=by)
