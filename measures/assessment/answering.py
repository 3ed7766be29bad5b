"""Weak questions of a result, and the act that answers one: a finding in the working copy of the next year's plan.

What the finding says is the officer's; the portal offers a beginning and never derives one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from ita_portal.masking import mask_citizen_numbers
from ita_portal.refusals import require
from organization.models import User

from ..documents.text import tidy
from ..models import AreaQuestion, Finding, IssueArea, Plan, Question
from .errors import guarded
from .reading import THRESHOLD, QuestionLine, YearResult
from .services import require_office

LONGEST_FINDING = 2000


@dataclass(frozen=True, slots=True)
class WeakQuestion:
    """A question below the threshold. areas: numbers of the areas whose findings are about it; empty: unanswered."""

    question: QuestionLine
    areas: tuple[int, ...]

    @property
    def code(self) -> str:
        """`I7`."""
        return self.question.line.code


def plan_for(assessment_year: int) -> Plan | None:
    """The plan, as it is worked on, that answers the assessment of that year; the newest, where several do."""
    found: Plan | None = Plan.objects.filter(assessment_year=assessment_year).order_by("-fiscal_year").first()
    return found


def answered_codes(plan: Plan | None) -> dict[str, tuple[int, ...]]:
    """By code the areas of the working copy with a finding about it, in three queries.

    A finding that names no code is about every question of its area.
    """
    found: dict[str, tuple[int, ...]] = {}
    areas = plan.areas.prefetch_related("area_questions__question", "findings") if plan else ()
    for area in areas:
        codes = [row.question.code for row in area.area_questions.all()]
        about = {code for finding in area.findings.all() for code in (finding.codes or codes)}
        for code in codes:
            if code in about:
                found[code] = (*found.get(code, ()), area.number)
    return found


def weak_questions(view: YearResult, plan: Plan | None, threshold: Decimal | int = THRESHOLD) -> list[WeakQuestion]:
    """The questions with a score below `threshold`, the weakest first."""
    answered = answered_codes(plan)
    return [
        WeakQuestion(one, answered.get(one.line.code, ()))
        for one in view.weakest
        if one.line.score is not None and one.line.score < threshold
    ]


def suggested_beginning(question: QuestionLine) -> str:
    """How a finding may begin; what was found stands behind it, in the officer's words. Thai, as the plan is."""
    return f"ข้อ {question.line.code} ได้ {question.line.score} คะแนน เนื่องจาก"


def answer_question(*, area: IssueArea, question: QuestionLine, text: str, by: User) -> Finding:
    """Write a finding about `question` into an area of the working copy, with the question quoted there.

    The same finding once more is done once. The public sees it when the plan is published. RefusedError (`text`) where
    nothing of the officer's own is in it.
    """
    require_office(by)
    words = tidy(mask_citizen_numbers(text))
    beginning = tidy(suggested_beginning(question))
    require(
        bool(words) and words != beginning, "finding_empty",
        _("Write in your own words what was found."), field="text",
    )  # fmt: skip
    require(
        len(words) <= LONGEST_FINDING, "finding_too_long",
        _("Write at most %(limit)s letters.") % {"limit": LONGEST_FINDING}, field="text",
    )  # fmt: skip
    code = question.line.code
    with guarded():
        plan = Plan.objects.select_for_update(no_key=True).get(pk=area.plan_id)
        present = area.findings.filter(text=words, codes__contains=[code]).first()
        if present is not None:
            return _finding(present)
        _quote(area, plan, question)
        last = area.findings.aggregate(last=Max("position"))["last"] or 0
        return _finding(Finding.objects.create(area=area, position=last + 1, text=words, codes=[code]))


def _finding(found: Finding) -> Finding:
    return found


def _quote(area: IssueArea, plan: Plan, question: QuestionLine) -> None:
    """Quote the question in the area. Findings about all its questions stay about those that it had before."""
    code, words = question.line.code, tidy(question.line.name)
    row, _made = Question.objects.get_or_create(
        fiscal_year=plan.assessment_year, instrument=question.instrument, code=code,
        defaults={"text": words or code},
    )  # fmt: skip
    before = list(area.area_questions.select_related("question"))
    if any(quotation.question_id == row.pk for quotation in before):
        return
    codes = [quotation.question.code for quotation in before]
    if codes:
        for finding in area.findings.filter(codes=[]):
            finding.codes = codes
            finding.save(update_fields=["codes"])
    position = max((quotation.position for quotation in before), default=0) + 1
    wording = "" if not words or tidy(row.text) == words else words
    AreaQuestion.objects.create(area=area, question=row, position=position, wording=wording)
