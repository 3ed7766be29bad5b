"""Who gets what at the addresses of the surveys."""

from __future__ import annotations

from ita_portal.fiscal import today
from surveys.choices import Purpose
from surveys.models import Remark
from surveys.services.surveys import print_slips

from ..addresses import LOGIN, Row, download, public
from ..cast import Cast
from .factories import survey, version

OPEN_TO_ALL = (
    "list", "overview", "answer", "answer_slip", "thanks", "results", "results_json", "results_csv", "results_xlsx",
    "results_pdf", "practice", "practice_questions", "practice_score", "practice_score_json",
)  # fmt: skip
"""Names of addresses that answer people who have not signed in."""
SURVEY, DESK = "/surveys/{survey}/", "/surveys/desk/"
KEPT, WRITTEN, SLIP = DESK + "{survey}/", DESK + "questionnaires/test/", SURVEY + "s/123456789012/"
REMARK = DESK + "remarks/{remark}/"


def desk(name: str, path: str, code: int = 200, method: str = "GET", else_: int = 403) -> Row:
    """A page of those who keep the surveys."""
    return Row(f"surveys:{name}", path, else_, {"citizen": LOGIN, "secretary": code}, method)


def form(name: str, path: str) -> list[Row]:
    """A form of theirs, and what an empty one is answered."""
    return [desk(name, path), desk(name, path, 422, "POST")]


TABLE_OF_SURVEYS: list[Row] = [
    *public("surveys:list", "/surveys/"),
    Row("surveys:answer", SURVEY, 200),
    Row("surveys:answer", SURVEY, 422, method="POST"),
    Row("surveys:answer_slip", SLIP, 200),
    Row("surveys:answer_slip", SLIP, 405, method="POST"),
    *public("surveys:thanks", SURVEY + "thanks/"),
    # Results
    *public("surveys:overview", "/surveys/results/"),
    *public("surveys:results", SURVEY + "results/"),
    *(
        row
        for kind in ("json", "csv", "xlsx", "pdf")
        for row in download(f"surveys:results_{kind}", f"{SURVEY}results.{kind}")
    ),
    # The practice of the assessment
    *public("surveys:practice", "/surveys/practice/"),
    *public("surveys:practice_questions", "/surveys/practice/questions/practised/"),
    *public("surveys:practice_score", "/surveys/practice/{practice}/score/"),
    *download("surveys:practice_score_json", "/surveys/practice/{practice}/score.json"),
    # The desk
    *form("desk", DESK),
    *form("new", DESK + "new/"),
    desk("survey", KEPT),
    desk("survey", KEPT, 405, "POST", else_=405),
    desk("close", KEPT + "close/"),
    desk("close", DESK + "nothing/close/", 404, "POST"),
    desk("poster", KEPT + "poster.pdf"),
    *form("slips", KEPT + "slips/"),
    desk("revoke", KEPT + "slips/{batch}/revoke/", 405, else_=405),
    desk("revoke", KEPT + "slips/999999/revoke/", 404, "POST"),
    desk("remarks", DESK + "remarks/"),
    *form("moderate", REMARK),
    desk("questionnaires", DESK + "questionnaires/"),
    desk("questionnaires", DESK + "questionnaires/", 405, "POST", else_=405),
    desk("questionnaire", WRITTEN),
    desk("questionnaire", WRITTEN, 405, "POST", else_=405),
    *form("draft", WRITTEN + "draft/"),
    desk("publish", WRITTEN + "publish/", 405, else_=405),
    desk("publish", WRITTEN + "publish/", 302, "POST"),
]


def make_survey_places(cast: Cast) -> dict[str, str]:
    """What the paths name: an open survey with slips and own words, and a practice of the assessment."""
    made = survey(version(cast.secretary), today())
    batch, _codes = print_slips(made, 3, "กองคลัง", by=cast.secretary)
    remark = Remark.objects.create(survey=made, code="T1", text="ดี")
    questions = [{"code": "E1", "text": "หนึ่ง", "indicator": 6}]
    practised = version(cast.secretary, questions, slug="practised", purpose=Purpose.PRACTICE_EIT)
    return {
        "survey": made.code,
        "practice": survey(practised, today()).code,
        "batch": str(batch.pk),
        "remark": str(remark.pk),
    }
