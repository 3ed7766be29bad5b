"""From the database alone nobody joins a person, a code or a form to an answer: over dumps, places and transactions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from unittest import mock

import pytest
from django.db import connection

from ita_portal.fiscal import today
from surveys import slips
from surveys.models import Ballot, Mark, Slip, SlipBatch, Survey
from surveys.services import answering
from surveys.services.answering import Said, answer
from surveys.services.surveys import close, print_slips

from ..cast import Cast, make_cast
from ..sweeping import sweep, tables
from .factories import survey, version

pytestmark = pytest.mark.django_db(transaction=True)
RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODES = [slips.new_slip() for _number in range(14)]
"""The same slips, handed to the same people, in every life of the portal that is compared."""


def dump() -> dict[str, str]:
    """Every table as a dump holds it, in the order in which its rows lie."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables()):
            out = StringIO()
            cursor.copy_expert(f'COPY public."{table}" TO STDOUT', out)
            found[table] = out.getvalue()
    return found


def masked(found: dict[str, str]) -> dict[str, list[str]]:
    """Without what is drawn by lot, and without an order; rows of the surveys only, and the counters."""
    return {
        table: sorted(RANDOM_ID.sub("id", line) for line in text.splitlines())
        for table, text in found.items()
        if table.startswith("surveys_") or table == "organization_pagetopic"
    }


def asked(cast: Cast) -> Survey:
    """A survey with the same address and the same slips each time."""
    made = survey(version(cast.secretary), today(), code="same")
    with mock.patch("surveys.slips.new_slip", side_effect=list(CODES)):
        print_slips(made, len(CODES), "กองคลัง", by=cast.secretary)
    return made


def answered(survey_: Survey, levels: Sequence[int], *, texts: bool = True) -> None:
    """Each person in turn, always with the same form; every second with their slip."""
    questions = list(survey_.version.questions.all())
    for person, level in enumerate(levels):
        said = Said({"S1": level, "Y1": level % 2}, {"T1": f"ข้อความ {level}"} if texts else {})
        code = CODES[person] if person % 2 else ""
        assert answer(survey_, questions, said, mark=f"form of {person}", slip=code)


def life(levels: Sequence[int], *, closed: bool) -> dict[str, list[str]]:
    """The database after these people answered so; everything of it is swept away again."""
    cast = make_cast()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(t, 'id'), 1000) FROM unnest(ARRAY['surveys_questionnaire',"
            " 'surveys_version', 'surveys_question', 'surveys_survey', 'surveys_slipbatch', 'surveys_turnout',"
            " 'surveys_tally']) t"
        )
    made = asked(cast)
    answered(made, levels)
    if closed:
        close(made, by=cast.secretary)
        Survey.objects.update(closed_at="2026-01-01T00:00:00Z")
    found = dump()
    for used in CODES[1 : len(levels) : 2]:
        assert not any(slips.digest(used) in text or used in text for text in found.values())
    sweep()
    return masked(found)


def test_who_said_what_leaves_no_trace_while_they_wait() -> None:
    """Who came by the link swap what they say among them, and who came with a slip: the dump is the same."""
    one = life([0, 1, 2, 3, 0, 0, 1, 3], closed=False)
    assert one == life([2, 0, 0, 3, 1, 3, 0, 1], closed=False)
    assert one != life([2, 0, 0, 3, 1, 3, 0, 2], closed=False), "another answer is another dump"


def test_who_said_what_leaves_no_trace_when_it_is_over() -> None:
    levels = [0, 1, 2, 3, 0, 1, 2, 3, 3, 3, 2, 1]
    swapped = [2, 3, 0, 1, 2, 1, 0, 3, 3, 1, 2, 3]
    assert sorted(levels[::2]) == sorted(swapped[::2])
    one, other = life(levels, closed=True), life(swapped, closed=True)
    assert _without_keys(one) == _without_keys(other)
    assert one["surveys_mark"] == one["surveys_slip"] == one["surveys_ballot"] == []


def _without_keys(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Which counter came to be first depends on who was drawn first: their keys are left out."""
    return {
        table: sorted(line.partition("\t")[2] for line in lines)
        if table in ("surveys_tally", "surveys_turnout")
        else lines
        for table, lines in found.items()
        if table != "organization_pagetopic"
    }


def written(table: str) -> list[tuple[str, str]]:
    """(transaction, row) of a table, in the order in which the rows lie."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.xmin::text, t::text FROM {table} t ORDER BY t.ctid")
        return list(cursor.fetchall())


@contextmanager
def laid_down_plainly() -> Iterator[None]:
    """As if an answer were simply added to the box."""

    def lay(survey_: int, way: str, division: int | None, choices: dict[str, int], remarks: dict[str, str]) -> int:
        Ballot.objects.create(
            survey_id=survey_, way=way, division_id=division, choices=dict(choices), remarks=dict(remarks)
        )
        return 0

    with mock.patch.object(answering, "lay_down", lay):
        yield


def levels_in_place() -> list[int]:
    """What was answered, in the order in which the answers lie."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (choices->>'S1')::int FROM surveys_ballot ORDER BY ctid")
        return [level for (level,) in cursor.fetchall()]


NINE = [0, 0, 0, 0, 3, 3, 3, 3, 1]


def test_open_where_answers_are_simply_added(cast: Cast) -> None:
    """Without writing the box anew, place and transaction lead from the mark of a form to its answer."""
    made = asked(cast)
    with laid_down_plainly():
        answered(made, NINE)
    marks = [transaction for transaction, _row in written("surveys_mark")]
    assert [transaction for transaction, _row in written("surveys_ballot")] == marks
    assert levels_in_place() == NINE


def test_neither_place_nor_transaction_joins_form_and_answer(cast: Cast) -> None:
    made = asked(cast)
    orders = set()
    answered(made, NINE)
    for extra in range(3):
        orders.add(tuple(levels_in_place()))
        last = written("surveys_mark")[-1][0]
        assert {transaction for transaction, _row in written("surveys_ballot")} == {last}, "all by one transaction"
        with connection.cursor() as cursor:  # the box of another day: five of ten are counted
            cursor.execute("DELETE FROM surveys_ballot WHERE id IN (SELECT id FROM surveys_ballot LIMIT 1)")
        answer(made, list(made.version.questions.all()), Said({"S1": 2, "Y1": 0}, {}), mark=f"more {extra}")
    assert tuple(NINE) not in orders, "not in the order in which they came (once in 600 this fails by chance)"
    for _transaction, row in written("surveys_ballot"):
        assert not any(mark.digest in row or mark.digest[:16] in row for mark in Mark.objects.all())


def test_what_is_left_after_counting_says_nothing_either(cast: Cast) -> None:
    made = asked(cast)
    answered(made, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2])
    boxes = {transaction for transaction, _row in written("surveys_ballot")}
    counts = {transaction for transaction, _row in written("surveys_tally")}
    marks = [transaction for transaction, _row in written("surveys_mark")]
    assert boxes == {marks[-1]}
    assert counts == {marks[9]}, "of those who came before, nobody's form was sent by the transaction that counted"
    assert {transaction for transaction, _row in written("surveys_remark")} == {marks[9]}
    close(made, by=cast.secretary)
    assert not any((Mark.objects.exists(), Slip.objects.exists(), Ballot.objects.exists()))
    assert SlipBatch.objects.get().used == 5, "in whole fives"


def test_a_mark_is_kept_as_a_digest_only(cast: Cast) -> None:
    made = asked(cast)
    answered(made, [1])
    text = "".join(dump().values())
    assert "form of 0" not in text
    assert hashlib.sha256(f"{made.pk}:form of 0".encode()).hexdigest() in text
