"""Two at the same moment: each race first without its guard, then closed by it. None lost, none doubled."""

from __future__ import annotations

import random
import uuid
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client

from ita_portal.fiscal import today
from ita_portal.refusals import RefusedError, require
from surveys import slips
from surveys.models import Ballot, Mark, Question, Slip, SlipBatch, Survey, Tally, Turnout
from surveys.services import answering
from surveys.services.answering import Said, answer
from surveys.services.counting import count_ready, count_rest
from surveys.services.surveys import close, open_occasion, print_slips, revoke_slips

from ..cast import Cast
from ..races import at_once, begin, wait_until_blocked
from .factories import DAY, survey, version
from .forms import filled, some_slips

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running(cast: Cast) -> Survey:
    """A survey that is open."""
    return survey(version(cast.secretary), today())


def asked(survey_: Survey) -> list[Question]:
    return list(survey_.version.questions.all())


def said(level: int = 3) -> Said:
    return Said({"S1": level, "Y1": 1}, {})


def came(survey_: Survey) -> int:
    """Answers, counted and not; every counted one is in each tally once."""
    counted = Turnout.objects.filter(survey=survey_).aggregate(n=Sum("n"))["n"] or 0
    tallied = Tally.objects.filter(survey=survey_, code="S1").aggregate(n=Sum("n"))["n"] or 0
    assert counted == tallied
    return counted + Ballot.objects.filter(survey=survey_).count()


def codes_of(found: list[Any]) -> list[Any]:
    """What came of each: what was returned, or the code of the refusal; another exception is a fault."""
    told = [item.code if isinstance(item, RefusedError) else item for item in found]
    assert not [item for item in told if isinstance(item, Exception)], told
    return sorted(told, key=str)


class TestOneCodeTwice:
    def test_open_where_it_looks_before_it_takes(self, running: Survey, cast: Cast) -> None:
        """Both see the unused code, both take it: two answers with one slip."""
        (code,) = some_slips(running, cast.secretary, 1)
        digest = slips.digest(code)

        def look(_survey: Survey, _code: str) -> None:
            require(Slip.objects.filter(digest=digest).exists(), "slip_used", "")

        questions = asked(running)
        patched = mock.patch.multiple(answering, _use_up=look, lay_down=_add)
        with patched, transaction.atomic():
            assert answer(running, questions, said(), mark="a", slip=code)
            assert begin(lambda: answer(running, questions, said(), mark="b", slip=code)).result(timeout=60)
            Slip.objects.filter(digest=digest).delete()
        assert came(running) == 2

    def test_closed(self, running: Survey, cast: Cast) -> None:
        (code,) = some_slips(running, cast.secretary, 1)
        questions = asked(running)
        with transaction.atomic():
            answer(running, questions, said(), mark="a", slip=code)
            late = begin(lambda: answer(running, questions, said(), mark="b", slip=code))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError) as refused:
            late.result(timeout=60)
        assert refused.value.code == "slip_used"
        assert (came(running), Mark.objects.count()) == (1, 1)

    def test_through_the_form(self, running: Survey, cast: Cast) -> None:
        (code,) = some_slips(running, cast.secretary, 1)
        path = f"/surveys/{running.code}/"
        found = at_once(*[lambda: Client().post(path, filled(slip=code)).status_code] * 4)
        assert sorted(found) == [302, 422, 422, 422]
        assert came(running) == 1

    def test_used_while_it_is_made_worthless(self, running: Survey, cast: Cast) -> None:
        (code,) = some_slips(running, cast.secretary, 1)
        batch = SlipBatch.objects.get()
        found = at_once(
            lambda: answer(running, asked(running), said(), mark="a", slip=code),
            lambda: revoke_slips(batch, by=cast.secretary) and True,
        )
        assert codes_of(found) in ([True, True], [True, "slip_used"])
        assert came(running) + Slip.objects.count() == 1


def _add(survey_: int, way: str, division: int | None, choices: dict[str, int], remarks: dict[str, str]) -> int:
    """As `lay_down`, without waiting for anybody."""
    Ballot.objects.create(survey_id=survey_, way=way, division_id=division, choices=choices, remarks=remarks)
    return 0


def test_the_same_form_at_once(running: Survey) -> None:
    questions = asked(running)
    found = at_once(*[lambda: answer(running, questions, said(), mark="a")] * 4)
    assert codes_of(found) == [False, False, False, True]
    assert came(running) == 1


def test_the_same_form_open_where_it_looks_first(running: Survey) -> None:
    """A mark that is looked for and then kept lets both through."""

    def look(_survey: Survey, mark: str) -> bool:
        return not Mark.objects.filter(digest=mark).exists()

    questions = asked(running)
    with mock.patch.multiple(answering, _claim=look, lay_down=_add), transaction.atomic():
        assert answer(running, questions, said(), mark="a")
        assert begin(lambda: answer(running, questions, said(), mark="a")).result(timeout=60)
    assert came(running) == 2


class TestClosingWhileSomebodyAnswers:
    def test_open_without_holding_it(self, running: Survey, cast: Cast) -> None:
        """Closed and counted while the answer is written: afterwards it lies alone in the box of a closed survey."""
        with mock.patch.object(answering, "hold_open", lambda _survey: None), transaction.atomic():
            answer(running, asked(running), said(), mark="a")
            with mock.patch("surveys.services.surveys.count_rest", lambda _survey: 0):
                begin(lambda: close(running, by=cast.secretary)).result(timeout=60)
        assert Ballot.objects.filter(survey=running).count() == 1
        assert Survey.objects.get().closed_at is not None

    def test_closing_waits_for_the_answer(self, running: Survey, cast: Cast) -> None:
        with transaction.atomic():
            answer(running, asked(running), said(), mark="a")
            late = begin(lambda: close(running, by=cast.secretary))
            assert wait_until_blocked(late)
        late.result(timeout=60)
        assert (came(running), Ballot.objects.count()) == (1, 0)

    def test_an_answer_waits_for_closing_and_is_refused(self, running: Survey, cast: Cast) -> None:
        with transaction.atomic():
            close(running, by=cast.secretary)
            late = begin(lambda: answer(running, asked(running), said(), mark="a"))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError) as refused:
            late.result(timeout=60)
        assert refused.value.code == "survey_over"
        assert came(running) == 0

    def test_no_codes_for_what_is_closed(self, running: Survey, cast: Cast) -> None:
        with transaction.atomic():
            close(running, by=cast.secretary)
            late = begin(lambda: print_slips(running, 3, "ก", by=cast.secretary))
            assert wait_until_blocked(late)
        with pytest.raises(RefusedError):
            late.result(timeout=60)
        assert not Slip.objects.exists()

    def test_the_rest_waits_for_who_began_before_midnight(self, running: Survey) -> None:
        with transaction.atomic():
            answer(running, asked(running), said(), mark="a")
            with mock.patch.object(Survey, "is_over", lambda *_day: True):
                late = begin(lambda: count_rest(running))
                assert wait_until_blocked(late)
        with mock.patch.object(Survey, "is_over", lambda *_day: True):
            assert late.result(timeout=60) in (0, 1)
            count_rest(running)
        assert (came(running), Ballot.objects.count()) == (1, 0)


class TestCounting:
    def test_against_answering_and_against_itself(self, running: Survey, cast: Cast) -> None:
        """Answers and counting at once, again and again; then the end, twice at once."""
        questions = asked(running)
        draw = random.Random(1)
        for turn in range(4):
            acts: list[Any] = [
                partial(answer, running, questions, said(draw.randrange(4)), mark=f"{turn} {number}")
                for number in range(6)
            ]
            found = at_once(*acts, lambda: count_ready(running.pk), lambda: count_ready(running.pk))
            assert codes_of(found[:6]) == [True] * 6
            assert came(running) == 6 * (turn + 1)
            assert 5 <= Ballot.objects.count() <= 9
        Survey.objects.update(closes_on=today() - DAY, opens_on=today() - 2 * DAY)
        found = at_once(*[lambda: count_rest(running)] * 3)
        assert sum(codes_of(found)) in range(5, 10)
        assert (came(running), Ballot.objects.count()) == (24, 0)

    def test_open_where_counting_takes_no_lock(self, running: Survey) -> None:
        """Two who count what they saw take from what waits for the next group: fewer than five are left to hide in."""
        Ballot.objects.bulk_create(
            Ballot(survey=running, way="open_link", choices={"S1": 1}, remarks={}) for _number in range(12)
        )

        def count_what_was_seen(many: int) -> None:
            from surveys.services import counting

            counting._count(running.pk, many)

        with transaction.atomic():
            count_what_was_seen(7)
            late = begin(lambda: count_what_was_seen(7))
            assert wait_until_blocked(late) or Ballot.objects.count() < 5
        late.result(timeout=60)
        assert Turnout.objects.get().n > 7 or Ballot.objects.count() == 5
        assert came(running) == 12


def test_an_occasion_is_opened_once(cast: Cast) -> None:
    of = version(cast.secretary)
    found = at_once(
        *[lambda: open_occasion(of, "งาน", today(), today(), by=cast.secretary, form_mark="a").code] * 4
    )  # fmt: skip
    assert len(set(codes_of(found))) == 1
    assert Survey.objects.count() == 1


def test_slips_are_printed_once(running: Survey, cast: Cast) -> None:
    found = at_once(
        *[lambda: len(print_slips(running, 5, "ก", by=cast.secretary, form_mark="a")[1])] * 3
    )  # fmt: skip
    assert codes_of(found) == [5, "slips_printed_once", "slips_printed_once"]
    assert (SlipBatch.objects.count(), Slip.objects.count()) == (1, 5)


def test_a_crowd_through_the_form(running: Survey, cast: Cast) -> None:
    """32 at once, each with several forms, some sent twice, every fourth with a slip that another tries too."""
    codes = some_slips(running, cast.secretary, 32)
    path = f"/surveys/{running.code}/"
    draw = random.Random(2)
    plans: list[list[dict[str, Any]]] = [[] for _client in range(32)]
    expected: dict[int, int] = dict.fromkeys(range(4), 0)
    for number in range(160):
        level = draw.randrange(4)
        form = filled(level=level, form_mark=uuid.UUID(int=number).hex)
        if number % 4 == 0 and number // 4 < len(codes):
            form["slip"] = codes[number // 4]
            plans[(number + 7) % 32].append({**form, "form_mark": uuid.uuid4().hex})  # another with the same slip
        elif number % 5 == 0:
            plans[(number + 3) % 32].append(form)  # the same form from another window
        plans[number % 32].append(form)
        expected[level] += 1

    def client(forms: list[dict[str, Any]]) -> list[int]:
        browser = Client()
        return [browser.post(path, form).status_code for form in forms]

    found = at_once(*[lambda forms=forms: client(forms) for forms in plans])
    assert not [item for item in found if isinstance(item, Exception)], found
    statuses = [status for several in found for status in several]
    assert set(statuses) <= {302, 422}
    assert came(running) == 160
    assert statuses.count(422) == 32, "the second of two with one slip"
    assert Slip.objects.count() == 0
    close(running, by=cast.secretary)
    with connection.cursor() as cursor:
        cursor.execute("SELECT choice, sum(n)::int FROM surveys_tally WHERE code = 'S1' GROUP BY choice")
        assert dict(cursor.fetchall()) == expected
