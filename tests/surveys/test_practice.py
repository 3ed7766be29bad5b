"""The practice counts as the assessment does, and explains every question; questionnaires are kept in versions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from ita_portal.fiscal import FiscalYear, today
from measures.assessment.practice import practice_of
from surveys.choices import Purpose
from surveys.models import Ballot, Questionnaire, Version
from surveys.portal_data import install
from surveys.services.questionnaires import draft_version, publish_version
from surveys.services.surveys import prepare_quarters

from ..cast import Cast
from .factories import survey, version

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"code": "I1", "text": "หนึ่ง", "indicator": 1},
    {"code": "I2", "text": "สอง", "indicator": 1, "reversed": True},
    {"code": "I7", "text": "เจ็ด", "indicator": 2, "kind": "yes_no"},
]


def test_the_expected_score_follows_the_assessment(client: Client, cast: Cast) -> None:
    made = version(cast.secretary, QUESTIONS, purpose=Purpose.PRACTICE_IIT, assessment_year=2565, asks_division=False)
    year = FiscalYear.current().number
    held = survey(made, today(), fiscal_year=year, quarter=1, closes_on=today(), opens_on=today())
    Ballot.objects.bulk_create(
        Ballot(survey=held, way="open_link", choices={"I1": 3, "I2": 0, "I7": n % 2}) for n in range(6)
    )
    held.closed_at = "2026-11-01T00:00:00Z"
    held.save()
    data = client.get(f"/surveys/practice/{held.code}/score.json").json()
    assert (data["instrument"], data["n"], data["expected"]) == ("IIT", 6, 75)
    assert [(one["number"], one["expected"]) for one in data["indicators"]] == [(1, 100), (2, 50)]
    page = client.get(f"/surveys/practice/{held.code}/score/").content.decode()
    assert page.count("survey-question__code") == 1  # I7 alone is below the pass line
    practice = practice_of(year)
    assert practice is not None
    assert (practice.instruments["IIT"].n, practice.instruments["IIT"].score) == (6, 75)
    assert practice.questions == {}  # codes of 2565 mean something else in this year's assessment
    assert client.get("/surveys/practice/").status_code == 200


def test_no_score_of_a_survey_that_is_none_or_too_small(client: Client, cast: Cast) -> None:
    other = survey(version(cast.secretary), today())
    assert client.get(f"/surveys/practice/{other.code}/score/").status_code == 404
    assert client.get("/surveys/practice/nothing/score/").status_code == 404
    assert practice_of(2570) is None


def test_the_questionnaires_of_the_municipality_are_whole(client: Client, cast: Cast) -> None:
    install()
    install()
    iit = Version.objects.get(questionnaire__slug="practice-iit")
    wholes = iit.questions.filter(part_of=None)
    assert [one.code for one in wholes] == [f"I{number}" for number in range(1, 31)]
    assert all(one.explanation for one in wholes)
    assert {one.code for one in wholes if one.reversed} >= {
        "I4",
        "I5",
        "I6",
        "I9",
        "I10",
        "I16",
        "I17",
        "I18",
        "I19",
        "I22",
    }
    assert iit.questions.get(code="I11.2").reversed
    assert not iit.questions.get(code="I11.1").reversed
    eit = Version.objects.get(questionnaire__slug="practice-eit")
    assert eit.questions.filter(part_of=None).count() == 15
    satisfaction = Version.objects.get(questionnaire__slug="satisfaction")
    taps = satisfaction.questions.filter(required=True).count() + 2  # each question, the division, send
    assert taps <= 12
    page = client.get("/surveys/practice/questions/practice-iit/").content.decode()
    assert "I30" in page
    assert client.get("/surveys/practice/questions/satisfaction/").status_code == 404
    before = Questionnaire.objects.get(slug="satisfaction").surveys.count()
    assert prepare_quarters(today()) == 0
    assert Questionnaire.objects.get(slug="satisfaction").surveys.count() == before >= 1


def rows(*codes: str, **more: str) -> dict[str, str]:
    data = {"rows-TOTAL_FORMS": str(len(codes)), "rows-INITIAL_FORMS": "0", "asks_division": "on"}
    for place, code in enumerate(codes):
        data |= {f"rows-{place}-code": code, f"rows-{place}-kind": "levels", f"rows-{place}-text": f"ข้อ {code}"}
    return data | more


def test_a_new_version_is_drafted_looked_at_and_taken_into_use(client: Client, cast: Cast) -> None:
    made = version(cast.secretary)
    held = survey(made, today())
    client.force_login(cast.secretary)
    at = "/surveys/desk/questionnaires/test/"
    wrong = client.post(f"{at}draft/", rows("A1", "A1"))
    assert wrong.status_code == 422
    assert "ข้อ A1" in wrong.content.decode()
    assert client.post(f"{at}draft/", rows("A1", "", **{"rows-1-part_of": "A9"})).status_code == 422
    assert client.post(f"{at}draft/", rows("A 1")).status_code == 422
    saved = client.post(f"{at}draft/", rows("A1", "A1.1", **{"rows-1-part_of": "A1"}))
    assert saved.status_code == 302
    draft = Version.objects.get(questionnaire=made.questionnaire, state="draft")
    assert draft.questions.get(code="A1.1").part_of is not None
    assert client.post(f"{at}draft/", rows("B1")).status_code == 422  # somebody else's draft was not seen
    assert client.post(f"{at}publish/", {"seen": "other"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "draft"
    page = client.get(at)
    client.post(f"{at}publish/", {"seen": page.context["mark"]})
    draft.refresh_from_db()
    assert draft.state == "published"
    held.refresh_from_db()
    assert held.version_id == made.pk
    client.force_login(cast.staff)
    assert client.get(at).status_code == 403


def test_a_draft_takes_the_place_of_the_draft_and_a_version_in_use_stays(cast: Cast) -> None:
    made = version(cast.secretary)
    content = {"questions": [{"code": "A1", "text": "หนึ่ง", "parts": [{"code": "A1.1", "text": "ย่อย"}]}]}
    draft_version(made.questionnaire, content, by=cast.secretary)
    again = draft_version(made.questionnaire, content, by=cast.secretary)
    assert made.questionnaire.versions.count() == 2
    publish_version(again, by=cast.secretary)
    publish_version(again, by=cast.secretary)
    assert Decimal(again.number) == 2
