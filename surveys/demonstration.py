"""Example surveys: the four quarters of the real plan's year, the year before this one, and the current quarter.

Answers are drawn from a fixed seed, laid into the ballot box in bulk and counted as real ones are.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence

from django.utils import timezone

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from organization.models import Division, User

from .choices import LEVELS, Kind, Purpose, RemarkState, Way
from .models import Ballot, Question, Questionnaire, Remark, Slip, SlipBatch, Survey
from .services.answering import answered_questions
from .services.counting import TOGETHER, count_ready, count_rest
from .services.surveys import open_quarter

MARK = "[ตัวอย่าง]"
PLAN_YEAR = 2567
SLIPS = 200
"""Single-use codes that are printed for a survey."""
REMARKS = (
    ("เจ้าหน้าที่พูดจาสุภาพ อธิบายเข้าใจง่าย", True),
    ("อยากให้มีป้ายบอกขั้นตอนและเอกสารที่ต้องใช้หน้าห้องทุกกอง", True),
    ("ช่วงเช้าวันจันทร์รอคิวนาน อยากให้เปิดช่องบริการเพิ่ม", True),
    ("ขอให้ประกาศวันเก็บขยะล่วงหน้าทางเสียงตามสาย", True),
    ("ที่จอดรถไม่พอในวันที่มีการจ่ายเบี้ยยังชีพ", False),
)
"""Own words, and whether an officer has let them through already."""


def demonstrate_surveys() -> None:
    """Examples, where nobody has answered anything. Some hundred answers, in bulk."""
    if Ballot.objects.exists() or Survey.objects.filter(fiscal_year=PLAN_YEAR).exists():
        return
    draw = random.Random(2567)  # noqa: S311 - an example, the same each time
    secretary = User.objects.get(username="secretary")
    divisions = list(Division.objects.order_by("order"))
    current = FiscalQuarter.of(today())
    years = {PLAN_YEAR, current.year.number - 1}
    quarters = [quarter for year in sorted(years) for quarter in FiscalYear(year).quarters]
    for questionnaire in Questionnaire.objects.filter(regular=True):
        staff = questionnaire.purpose == Purpose.PRACTICE_IIT
        for place, quarter in enumerate([*quarters, current]):
            survey = open_quarter(questionnaire, quarter, by=secretary)
            many = 18 + place if questionnaire.purpose != Purpose.SATISFACTION else 60 + 7 * place
            with_code = _answer(survey, draw, divisions, many, lift=place * 0.012, staff=staff)
            if with_code:
                _slips(survey, secretary, with_code)
            if survey.is_over():
                count_rest(survey)
            else:
                count_ready(survey.pk)
            if questionnaire.purpose == Purpose.SATISFACTION:
                _remarks(survey, secretary, draw)


def _answer(
    survey: Survey, draw: random.Random, divisions: Sequence[Division], many: int, *, lift: float, staff: bool
) -> int:
    """Lay answers down; how many of them came with a single-use code."""
    questions = answered_questions(list(Question.objects.filter(version=survey.version_id)))
    asked = [question for question in questions if question.kind != Kind.TEXT]
    ballots = []
    for _person in range(many):
        served = draw.choice(divisions) if survey.version.asks_division and divisions else None
        # Some divisions are judged better than others, so that the pages have something to show.
        mood = 0.62 + lift + (0.05 if served is not None and served.pk % 2 else 0)
        ballots.append(
            Ballot(
                survey=survey, division=served,
                way=Way.SINGLE_USE if not staff and draw.random() < 0.35 else Way.OPEN_LINK,
                choices={question.code: _choice(question, draw, mood) for question in asked},
            )
        )  # fmt: skip
    Ballot.objects.bulk_create(ballots)
    return sum(ballot.way == Way.SINGLE_USE for ballot in ballots)


def _slips(survey: Survey, by: User, used: int) -> None:
    """The slips of which so many were used: of a survey that is over their number in whole fives, else the unused ones.
    They belong to no code that anybody could have."""
    over = survey.is_over()
    batch = SlipBatch.objects.create(
        survey=survey, place=f"{MARK} จุดบริการประชาชน", issued=SLIPS, made_by=by, made_on=survey.opens_on,
        used=used // TOGETHER * TOGETHER if over else None,
    )  # fmt: skip
    if not over:
        Slip.objects.bulk_create([Slip(digest=secrets.token_hex(32), batch=batch) for _slip in range(SLIPS - used)])


def _choice(question: Question, draw: random.Random, mood: float) -> int:
    most = LEVELS - 1 if question.kind == Kind.LEVELS else 1
    good = sum(draw.random() < mood for _time in range(most))
    return most - good if question.reversed else good


def _remarks(survey: Survey, by: User, draw: random.Random) -> None:
    text_codes = [question.code for question in survey.version.questions.all() if question.kind == Kind.TEXT]
    day = timezone.localdate()
    for text, seen in draw.sample(REMARKS, 3) if text_codes else ():
        looked_at = seen or survey.is_over()
        Remark.objects.create(
            survey=survey, code=text_codes[0], text=f"{MARK} {text}",
            state=RemarkState.PUBLISHED if looked_at else RemarkState.WAITING,
            moderated_by=by if looked_at else None, moderated_on=day if looked_at else None,
        )  # fmt: skip
