"""The practice of the assessment: why, what each question means, which score can be expected."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from ita_portal.fiscal import FiscalYear
from measures.assessment.scoring import PASS_LINE, rounded

from ..choices import State
from ..documents.results_data import number
from ..http import begun_survey, show, surveys_public
from ..models import Questionnaire, Survey
from ..practice import INDICATOR_NAMES, INSTRUMENTS, PracticeScore, latest_of_year, score_of
from ..reading.results import Asked, Results, read_results


@surveys_public
def practices(request: HttpRequest) -> HttpResponse:
    """What the practice is for, which ones are open, and what the latest ones let expect."""
    year = FiscalYear.current().number
    opened = Survey.objects.open().filter(questionnaire__purpose__in=INSTRUMENTS).select_related("questionnaire")
    found = latest_of_year(year) or latest_of_year(year - 1)
    context = {
        "opened": list(opened.order_by("-questionnaire__purpose")),
        "latest": found,
        "questionnaires": list(Questionnaire.objects.filter(purpose__in=INSTRUMENTS).order_by("-purpose", "slug")),
        "pass_line": PASS_LINE,
    }
    return show(request, "surveys/practice.html", context)


@surveys_public
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question of a practice with what it means and how it is counted."""
    found = Questionnaire.objects.filter(slug=slug, purpose__in=INSTRUMENTS).first()
    version = found.versions.filter(state=State.PUBLISHED).order_by("-number").first() if found else None
    if found is None or version is None:
        raise Http404
    asked = list(version.questions.all())
    wholes = [one for one in asked if one.part_of_id is None]
    groups = [
        (
            number_,
            name,
            [
                (one, [part for part in asked if part.part_of_id == one.pk])
                for one in wholes
                if one.indicator == number_
            ],
        )
        for number_, name in INDICATOR_NAMES.items()
    ]
    context = {
        "questionnaire": found,
        "version": version,
        "groups": [group for group in groups if group[2]],
        "instrument": INSTRUMENTS[found.purpose],
    }
    return show(request, "surveys/practice_questions.html", context)


def _practised(code: str) -> tuple[Results, PracticeScore]:
    survey = begun_survey(code)
    if survey.questionnaire.purpose not in INSTRUMENTS:
        raise Http404
    results = read_results(survey)
    return results, score_of(results)


@surveys_public
def score(request: HttpRequest, code: str) -> HttpResponse:
    """What a practice lets expect, by indicator and question."""
    results, found = _practised(code)
    context = {
        "survey": results.survey,
        "results": results,
        "score": found,
        "pass_line": PASS_LINE,
        "is_open": results.survey.is_open(),
    }
    return show(request, "surveys/practice_score.html", context)


@surveys_public
def score_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same for programs."""
    results, found = _practised(code)
    data = {
        "survey": results.survey.code,
        "instrument": found.instrument,
        "fiscal_year": results.survey.fiscal_year,
        "quarter": results.survey.quarter,
        "assessment_year_of_questions": results.survey.version.assessment_year,
        "n": results.n,
        "expected": number(found.points),
        "indicators": [
            {
                "number": one.number,
                "name": one.name,
                "expected": number(one.points),
                "questions": [_question(asked) for asked in one.asked],
            }
            for one in found.indicators
        ],
        "note": "A practice, not the assessment: nothing of it is sent to the NACC.",
        "url": request.build_absolute_uri(reverse("surveys:practice_score", args=[results.survey.code])),
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _question(asked: Asked) -> dict[str, object]:
    return {"code": asked.question.code, "expected": number(rounded(asked.exact_mean))}
