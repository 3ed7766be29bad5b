"""Answers are taken in once, counted in groups, and lead back to nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ita_portal.refusals import RefusedError
from surveys import slips
from surveys.models import Ballot, Question, Slip, Survey, Tally, Turnout
from surveys.services import counting
from surveys.services.answering import Said, answer
from surveys.services.surveys import close, print_slips

from ..cast import Cast

pytestmark = pytest.mark.django_db


def questions(survey: Survey) -> list[Question]:
    return list(survey.version.questions.all())


def said(level: int = 3, text: str = "") -> Said:
    return Said({"S1": level, "Y1": 1}, {"T1": text} if text else {})


def test_the_same_form_twice_is_one_answer(open_survey: Survey) -> None:
    asked = questions(open_survey)
    assert answer(open_survey, asked, said(), mark="a") is True
    assert answer(open_survey, asked, said(), mark="a") is False
    assert Ballot.objects.count() == 1


def test_a_code_is_used_once_and_leaves_nothing_behind(open_survey: Survey, cast: Cast) -> None:
    _batch, codes = print_slips(open_survey, 2, "กองคลัง", by=cast.secretary)
    asked = questions(open_survey)
    assert answer(open_survey, asked, said(), mark="a", slip=slips.shown(codes[0]))
    with pytest.raises(RefusedError) as refused:
        answer(open_survey, asked, said(), mark="b", slip=codes[0])
    assert (refused.value.code, refused.value.field) == ("slip_used", "slip")
    assert [slip.digest for slip in Slip.objects.all()] == [slips.digest(codes[1])]
    assert Ballot.objects.get().way == "single_use"


def test_answers_are_counted_together_and_five_wait(open_survey: Survey) -> None:
    asked = questions(open_survey)
    for number in range(9):
        answer(open_survey, asked, said(number % 4, "ดี"), mark=str(number))
        assert counting.count_ready(open_survey.pk) == 0
    answer(open_survey, asked, said(3), mark="ten")
    assert counting.count_ready(open_survey.pk) == 0, "counted already"
    assert Ballot.objects.count() == 5
    assert Turnout.objects.get().n == 5


def test_what_is_left_is_counted_when_the_survey_closes(open_survey: Survey, cast: Cast) -> None:
    asked = questions(open_survey)
    for number in range(7):
        answer(open_survey, asked, said(number % 4, f"ข้อความ {number}"), mark=str(number))
    close(open_survey, by=cast.secretary)
    assert Ballot.objects.count() == 0
    counted = {(row.code, row.choice): row.n for row in Tally.objects.all()}
    assert counted == {("S1", 0): 2, ("S1", 1): 2, ("S1", 2): 2, ("S1", 3): 1, ("Y1", 1): 7}
    assert sorted(open_survey.remarks.values_list("text", flat=True)) == [f"ข้อความ {number}" for number in range(7)]
    with pytest.raises(RefusedError) as refused:
        answer(open_survey, asked, said(), mark="late")
    assert refused.value.code == "survey_over"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Said({"Y1": 1}, {}), "q-S1"),
        (Said({"S1": 4, "Y1": 1}, {}), "q-S1"),
        (Said({"S1": 1, "Y1": 2}, {}), "q-Y1"),
        (Said({"S1": 1, "Y1": 1}, {"T1": "ก" * 2001}), "q-T1"),
        (Said({"S1": 1, "Y1": 1, "X": 1}, {}), ""),
    ],
)
def test_what_is_missing_or_unknown_is_refused_at_its_field(open_survey: Survey, given: Said, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        answer(open_survey, questions(open_survey), given, mark="a")
    assert refused.value.field == field
    assert not Ballot.objects.exists()


def test_printed_slips_outlive_the_secret(settings: Any, open_survey: Survey, cast: Cast) -> None:
    _batch, codes = print_slips(open_survey, 5, "กองคลัง", by=cast.secretary)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, of the tests only"
    assert answer(open_survey, questions(open_survey), said(), mark="a", slip=codes[0])
    with pytest.raises(RefusedError):
        answer(open_survey, questions(open_survey), said(), mark="b", slip=codes[0])


def test_who_has_signed_in_is_not_told_to_the_database(client: Client, open_survey: Survey, cast: Cast) -> None:
    client.force_login(cast.staff)
    data = {"form_mark": "0" * 32, "q-S1": "2", "q-Y1": "1"}
    with CaptureQueriesContext(connection) as caught:
        assert client.post(f"/surveys/{open_survey.code}/", data).status_code in (302, 303)
    assert Ballot.objects.count() == 1
    assert not [query for query in caught if "pghistory" in query["sql"]]


def test_a_typing_error_in_a_code_is_found_without_asking_the_database() -> None:
    code = slips.new_slip()
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert slips.read_slip(slips.shown(code).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))) == code
    assert slips.read_slip(wrong) is None
    assert slips.read_slip("") is None
