"""Filters of the pages that show scores of the assessment."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template

from ..assessment.reading import Line, QuestionScoreOf

register = template.Library()


@register.filter
def score_of(scores: Mapping[str, QuestionScoreOf] | None, code: str) -> QuestionScoreOf | None:
    """Last year's score of a question by its code; None where it is not known."""
    return (scores or {}).get(code)


@register.filter
def change_from(line: Line, before: Line | None) -> Decimal | None:
    """How many points a score has gained since the year before; None where one of them is not known."""
    if before is None or line.score is None or before.score is None:
        return None
    return line.score - before.score
