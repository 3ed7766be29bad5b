"""How people judge a training or an activity: a short questionnaire for whoever held it, by `organization.feedback`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.urls import reverse

from ita_portal.refusals import RefusedError
from organization.feedback import Feedback, feedback_sources
from organization.models import User

from .arithmetic import Distribution, mean_of, rounded
from .choices import Kind
from .errors import SENTENCES
from .models import Question, Survey, Version
from .reading.counts import choices_in_all, turnout
from .services.counting import TOGETHER
from .services.surveys import open_occasion

QUESTIONNAIRE = "evaluation"
"""The questionnaire's name in addresses (`surveys/data/evaluation.yaml`)."""


class Evaluations:
    """A `FeedbackSource`."""

    def open(self, title: str, opens_on: dt.date, closes_on: dt.date, *, by: User) -> str:
        """Open the questionnaire about `title`; its code. RefusedError where there is none in use, or a day is wrong.

        Whether `by` may is decided by who asks.
        """
        newest = Version.objects.published().filter(questionnaire__slug=QUESTIONNAIRE).order_by("-number").first()
        if newest is None:
            raise RefusedError("survey_uses_published", SENTENCES["survey_uses_published"])
        return open_occasion(newest, title, opens_on, closes_on, by=by).code

    def read(self, codes: list[str]) -> dict[str, Feedback]:
        """What came of each: answers that are counted, and the mean of the questions with levels. Four queries."""
        surveys = list(Survey.objects.filter(code__in=codes))
        counted, choices = turnout(surveys), choices_in_all(surveys)
        questions: dict[int, list[Question]] = {}
        versions = {survey.version_id for survey in surveys}
        for question in Question.objects.filter(version__in=versions, kind=Kind.LEVELS):
            questions.setdefault(question.version_id, []).append(question)
        found = {}
        for survey in surveys:
            n = sum(counted.get(survey.pk, {}).values())
            chosen = choices.get(survey.pk, {})
            means = [
                Distribution.of(
                    question.kind, chosen.get(question.code, {}).items(), reversed_=question.reversed
                ).exact_mean
                for question in questions.get(survey.version_id, [])
            ]
            mean: Decimal | None = mean_of(means) if n >= TOGETHER else None
            found[survey.code] = Feedback(
                url=reverse("surveys:answer", args=[survey.code]),
                results_url=reverse("surveys:results", args=[survey.code]),
                answers=n,
                mean=None if mean is None else rounded(mean),
            )
        return found


feedback_sources.register("surveys", Evaluations())
