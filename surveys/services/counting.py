"""The ballot box, and how answers become counts: never alone, so that who watches the results cannot tell what the
last one said.

Whenever an answer is laid down, all that wait in the box of its survey are written anew, in a random order and by one
transaction: neither their place in the table nor the transaction that wrote them says which came when, or with which
form. Once ten are there, all but five, drawn by lot, are counted together and taken out; the five wait for the next.
So the counts always move by five or more, and nobody knows which of those who came they hold. What is left when the
survey is over is counted with it, and what could say who has answered is destroyed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from ..models import Ballot, Mark, Slip, SlipBatch, Survey

TOGETHER = 5
"""The fewest answers that are counted together; also the fewest that a group shown by itself has."""

_LAY_DOWN = """
WITH waiting AS (
    DELETE FROM surveys_ballot WHERE survey_id = %(survey)s RETURNING way, division_id, choices, remarks
), mixed AS (
    SELECT way, division_id, choices, remarks FROM waiting
    UNION ALL SELECT %(way)s, %(division)s::bigint, %(choices)s::jsonb, %(remarks)s::jsonb
) INSERT INTO surveys_ballot (id, survey_id, way, division_id, choices, remarks)
  SELECT gen_random_uuid(), %(survey)s, way, division_id, choices, remarks FROM mixed ORDER BY random()
"""
_COUNT = """
WITH drawn AS (
    DELETE FROM surveys_ballot WHERE id IN (
        SELECT id FROM surveys_ballot WHERE survey_id = %(survey)s ORDER BY random() LIMIT %(many)s FOR UPDATE
    ) RETURNING way, division_id, choices, remarks
), turnout AS (
    INSERT INTO surveys_turnout AS t (survey_id, way, division_id, n)
    SELECT %(survey)s, way, division_id, count(*) FROM drawn GROUP BY way, division_id
    ON CONFLICT (survey_id, way, division_id) DO UPDATE SET n = t.n + EXCLUDED.n
), tallies AS (
    INSERT INTO surveys_tally AS t (survey_id, way, division_id, code, choice, n)
    SELECT %(survey)s, way, division_id, chosen.key, chosen.value::int, count(*)
      FROM drawn, jsonb_each_text(choices) chosen GROUP BY way, division_id, chosen.key, chosen.value
    ON CONFLICT (survey_id, way, division_id, code, choice) DO UPDATE SET n = t.n + EXCLUDED.n
), remarks AS (
    INSERT INTO surveys_remark (id, survey_id, code, text, shortened, state, reason)
    SELECT gen_random_uuid(), %(survey)s, own.key, own.value, false, 'waiting', ''
      FROM drawn, jsonb_each_text(remarks) own ORDER BY random()
) SELECT count(*) FROM drawn
"""


def lay_down(
    survey: int, way: str, division: int | None, choices: Mapping[str, int], remarks: Mapping[str, str]
) -> int:
    """Lay an answer into the box of a survey, and count what may be counted; how many answers were counted.

    Within the transaction of whoever calls. Answers to one survey are laid down one after the other.
    """
    with connection.cursor() as cursor:
        _one_by_one(survey)
        cursor.execute(
            _LAY_DOWN,
            {
                "survey": survey, "way": way, "division": division,
                "choices": json.dumps(dict(choices)), "remarks": json.dumps(dict(remarks)),
            },
        )  # fmt: skip
        return _count(survey, cursor.rowcount - TOGETHER) if cursor.rowcount >= 2 * TOGETHER else 0


def count_ready(survey: int) -> int:
    """Count what may be counted while the survey runs, where answers came into the box otherwise; how many answers."""
    with transaction.atomic():
        _one_by_one(survey)
        waiting = Ballot.objects.filter(survey=survey).count()
        return _count(survey, waiting - TOGETHER) if waiting >= 2 * TOGETHER else 0


def count_rest(survey: Survey) -> int:
    """Count everything that is left of a survey that is over; how many answers. Safe to run again.

    Answers that began before its end are waited for. The marks of its forms and its unused codes are destroyed, so
    that nobody can find out any more which code was used; of how many were used a number in whole fives stays.
    """
    with transaction.atomic():
        locked: Survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        if not locked.is_over():
            return 0
        _one_by_one(survey.pk)
        counted = _count(survey.pk, None)
        Mark.objects.filter(survey=survey).delete()
        unused = Slip.objects.filter(batch=OuterRef("pk")).order_by().values("batch").annotate(n=Count("*")).values("n")
        SlipBatch.objects.filter(survey=survey, used=None).update(
            used=(F("issued") - Coalesce(Subquery(unused), 0)) / TOGETHER * TOGETHER
        )
        Slip.objects.filter(batch__survey=survey).delete()
    return counted


def _one_by_one(survey: int) -> None:
    """Wait until nobody else is at the box of the survey; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('surveys.count'), %s)", [survey])


def _count(survey: int, many: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"survey": survey, "many": many})
        return int(cursor.fetchone()[0])
