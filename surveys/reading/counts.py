"""Counts as results are made of them. Their number depends on questions and divisions, never on how many answered.

While a survey runs only what is counted is read. When it is over, what may still lie in the ballot box counts too, so
that its results are whole from the first moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from ..models import Survey

_TURNOUT = """
SELECT survey_id, way, division_id, sum(n)::int FROM (
    SELECT survey_id, way, division_id, n FROM surveys_turnout WHERE survey_id = ANY(%(all)s)
    UNION ALL
    SELECT survey_id, way, division_id, 1 FROM surveys_ballot WHERE survey_id = ANY(%(over)s)
) found GROUP BY survey_id, way, division_id
"""
_TALLIES = """
SELECT survey_id, {groups}, code, choice, sum(n)::int FROM (
    SELECT survey_id, way, division_id, code, choice, n FROM surveys_tally WHERE survey_id = ANY(%(all)s)
    UNION ALL
    SELECT b.survey_id, b.way, b.division_id, chosen.key, chosen.value::int, 1
      FROM surveys_ballot b, jsonb_each_text(b.choices) chosen WHERE b.survey_id = ANY(%(over)s)
) found GROUP BY survey_id, {groups}, code, choice
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Who is counted together: those who came by a way and judged a division (None: not said)."""

    way: str
    division: int | None


def turnout(surveys: Iterable[Survey]) -> dict[int, Counter[Group]]:
    """Answers of each survey by group. One query."""
    found: dict[int, Counter[Group]] = {}
    for survey, way, division, n in _rows(_TURNOUT, surveys):
        found.setdefault(survey, Counter())[Group(way, division)] = n
    return found


Choices = dict[str, Counter[int]]
"""Question code → choice → answers."""


def choices_by_group(surveys: Iterable[Survey]) -> dict[int, dict[Group, Choices]]:
    """What each group of each survey chose. One query."""
    found: dict[int, dict[Group, Choices]] = {}
    for survey, way, division, code, choice, n in _rows(_TALLIES.format(groups="way, division_id"), surveys):
        found.setdefault(survey, {}).setdefault(Group(way, division), {}).setdefault(code, Counter())[choice] = n
    return found


def choices_in_all(surveys: Iterable[Survey]) -> dict[int, Choices]:
    """What all who answered each survey chose. One query."""
    found: dict[int, Choices] = {}
    for survey, _same, code, choice, n in _rows(_TALLIES.format(groups="survey_id"), surveys):
        found.setdefault(survey, {}).setdefault(code, Counter())[choice] = n
    return found


def added(many: Iterable[Choices]) -> Choices:
    """Several groups as one."""
    total: Choices = {}
    for choices in many:
        for code, counts in choices.items():
            total.setdefault(code, Counter()).update(counts)
    return total


def _rows(query: str, surveys: Iterable[Survey]) -> list[tuple]:
    surveys = list(surveys)
    with connection.cursor() as cursor:
        cursor.execute(
            query, {"all": [one.pk for one in surveys], "over": [one.pk for one in surveys if one.is_over()]}
        )
        return list(cursor.fetchall())
