"""The questions that a plan quotes: one row a question and assessment year, deviating wordings beside the area."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from .choices import Instrument
from .documents.text import tidy
from .import_rows import ImportOutcome, area_place, sync
from .models import AreaQuestion, IssueArea, Plan, Question
from .plan_data import AreaData


def store_questions(plan: Plan, rows: Sequence[tuple[IssueArea, AreaData]], outcome: ImportOutcome) -> None:
    """Make every area quote what its file quotes. The first wording of a code becomes the question's own."""
    questions = _questions(plan, rows, outcome)
    quoted = AreaQuestion.objects.filter(area__plan=plan).select_related("question").select_for_update(of=("self",))
    old: dict[int, dict[str, AreaQuestion]] = {}
    for quotation in quoted:
        old.setdefault(quotation.area_id, {})[quotation.question.code] = quotation
    for row, area in rows:
        place = _("question of %(area)s") % {"area": area_place(area.number)}
        of_area = old.get(row.pk, {})
        for position, item in enumerate(area.questions, start=1):
            question = questions[item.code]
            wording = "" if tidy(question.text) == item.text else item.text
            values = {"question": question, "position": position, "wording": wording}
            quotation = of_area.pop(item.code) if item.code in of_area else AreaQuestion(area=row)
            sync(quotation, values, outcome, f"{item.code} {item.text}", place)
        for code, quotation in of_area.items():
            quotation.delete()
            outcome.note("removed", f"{code} {quotation.text}", place)


def _questions(plan: Plan, rows: Sequence[tuple[IssueArea, AreaData]], outcome: ImportOutcome) -> dict[str, Question]:
    wordings: dict[str, list[str]] = {}
    for _row, area in rows:
        for item in area.questions:
            wordings.setdefault(item.code, []).append(item.text)
    year = plan.assessment_year
    known = {
        question.code: question
        for question in Question.objects.filter(fiscal_year=year, code__in=wordings).select_for_update()
    }
    elsewhere = set(
        AreaQuestion.objects.filter(question__in=known.values())
        .exclude(area__plan=plan)
        .values_list("question", flat=True)
    )
    for code, texts in wordings.items():
        question = known.get(code) or Question(fiscal_year=year, instrument=Instrument.of_code(code), code=code)
        keeps_its_text = question.pk is not None and (question.pk in elsewhere or tidy(question.text) in texts)
        values = {} if keeps_its_text else {"text": texts[0]}
        if question.pk is None or values:
            sync(
                question,
                values,
                outcome,
                f"{code} {texts[0]}",
                _("question of the assessment of %(year)s") % {"year": year},
            )
        known[code] = question
    return known
