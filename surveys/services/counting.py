"""How answers become counts: never alone, so that who watches the results cannot tell what the last one said.

Answers lie in the ballot box. Once ten are there, all but five, drawn by lot, are counted together and taken out; the
five wait for the next. So the counts always move by five or more, and nobody knows which of those who came they hold.
What is left when the survey is over is counted with it.
"""

from __future__ import annotations

from django.db import connection, transaction

from ..models import Ballot, Mark, Survey

TOGETHER = 5
"""The fewest answers that are counted together; also the fewest that a group shown by itself has."""

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
    INSERT INTO surveys_remark (id, survey_id, code, text, state, reason)
    SELECT gen_random_uuid(), %(survey)s, own.key, own.value, 'waiting', ''
      FROM drawn, jsonb_each_text(remarks) own ORDER BY random()
) SELECT count(*) FROM drawn
"""


def count_ready(survey: int) -> int:
    """Count what may be counted while the survey runs; how many answers. Does nothing where another is at it."""
    if Ballot.objects.filter(survey=survey)[2 * TOGETHER - 1 : 2 * TOGETHER].exists():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('surveys.count'), %s)", [survey])
            if cursor.fetchone()[0]:
                waiting = Ballot.objects.filter(survey=survey).count()
                if waiting >= 2 * TOGETHER:
                    cursor.execute(_COUNT, {"survey": survey, "many": waiting - TOGETHER})
                    return int(cursor.fetchone()[0])
    return 0


def count_rest(survey: Survey) -> int:
    """Count everything that is left of a survey that is over, and forget the marks of its forms; how many answers."""
    if not survey.is_over():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('surveys.count'), %s)", [survey.pk])
        cursor.execute(_COUNT, {"survey": survey.pk, "many": None})
        counted = int(cursor.fetchone()[0])
        Mark.objects.filter(survey=survey).delete()
    return counted
