"""Live figures of the surveys for the plan's report: by fiscal quarter and, where it makes sense, by division.

Only what is counted is told (`services.counting`): while a quarter's survey runs the last five answers wait. Divisions
are told when the survey is over, and only those that at least five people judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.small_groups import shown_alone
from measures.indicators import Compute, Figure, Indicator, register

from .choices import Kind, Purpose
from .models import Question, Survey
from .page_topics import TOPIC
from .reading.counts import Choices, Group, added, choices_by_group, turnout
from .reading.results import Judged, division_sizes, judged
from .services.counting import TOGETHER

if TYPE_CHECKING:
    from organization.models import Division

Quarters = Sequence[FiscalQuarter]


class _Found:
    """The surveys of a purpose in some quarters, with their counts, as one indicator needs them."""

    def __init__(self, purposes: Sequence[str], quarters: Quarters) -> None:
        years = {quarter.year.number for quarter in quarters}
        rows = Survey.objects.begun().filter(
            questionnaire__purpose__in=purposes, fiscal_year__in=years, quarter__isnull=False
        )  # fmt: skip
        self.surveys = {(one.fiscal_year, one.quarter): one for one in rows.order_by("questionnaire_id")}
        self.counted = turnout(self.surveys.values())

    @cached_property
    def choices(self) -> dict[int, dict[Group, Choices]]:
        """What the groups of each survey chose."""
        return choices_by_group(self.surveys.values())

    @cached_property
    def questions(self) -> dict[int, list[Question]]:
        """What was asked, by version."""
        versions = {one.version_id for one in self.surveys.values()}
        found: dict[int, list[Question]] = {}
        for question in Question.objects.filter(version__in=versions).exclude(kind=Kind.TEXT):
            found.setdefault(question.version_id, []).append(question)
        return found

    def survey(self, quarter: FiscalQuarter) -> Survey | None:
        """The one of a quarter."""
        return self.surveys.get((quarter.year.number, quarter.number))

    def sizes(self, survey: Survey) -> Counter[Group]:
        """Its answers by group."""
        return self.counted.get(survey.pk, Counter())


def _url(survey: Survey | None) -> str:
    return reverse("surveys:results", args=[survey.code]) if survey else reverse("surveys:overview")


def _figures(
    purposes: Sequence[str], value: Callable[[_Found, Survey, Division | None], int | Decimal | None], empty: int | None
) -> Compute:
    """Figures of the quarters that have begun. empty: of a quarter without a survey."""

    def compute(quarters: Quarters, division: Division | None) -> Mapping[FiscalQuarter, Figure]:
        begun = [quarter for quarter in quarters if quarter.start <= today()]
        found = _Found(purposes, begun)
        told = {}
        for quarter in begun:
            survey = found.survey(quarter)
            told[quarter] = Figure(empty if survey is None else value(found, survey, division), _url(survey))
        return told

    return compute


def _answers(found: _Found, survey: Survey, division: Division | None) -> int | None:
    sizes = found.sizes(survey)
    if division is None:
        return sum(sizes.values())
    if not _alone(sizes, survey, division):
        return None
    return sum(size for group, size in sizes.items() if group.division == division.pk)


def _alone(sizes: Counter[Group], survey: Survey, division: Division) -> bool:
    """Whether the results page shows the division by itself: what is merged there is not told apart here."""
    return survey.is_over() and division.pk in shown_alone(division_sizes(sizes))


def _divisions(found: _Found, survey: Survey, _division: Division | None) -> int:
    return len({group.division for group in found.sizes(survey) if group.division is not None})


def _judged(found: _Found, survey: Survey, division: Division | None) -> Judged | None:
    """All who answered, or those whom a division served; None where they are too few."""
    sizes = found.sizes(survey)
    if division is not None and not _alone(sizes, survey, division):
        return None
    groups = [(group, size) for group, size in sizes.items() if division is None or group.division == division.pk]
    n = sum(size for _group, size in groups)
    if n < TOGETHER:
        return None
    chosen = found.choices.get(survey.pk, {})
    return judged(
        found.questions.get(survey.version_id, []), added(chosen.get(group, {}) for group, _size in groups), n, ""
    )


def _mean(found: _Found, survey: Survey, division: Division | None) -> Decimal | None:
    group = _judged(found, survey, division)
    return group.mean if group else None


def _share(found: _Found, survey: Survey, division: Division | None) -> Decimal | None:
    group = _judged(found, survey, division)
    if group is None or group.satisfied_share is None:
        return None
    return (group.satisfied_share * 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


_SATISFACTION = (Purpose.SATISFACTION,)
_PRACTICE = (Purpose.PRACTICE_IIT,)

register(
    Indicator(
        key="surveys.answers",
        headline=10,
        name=_("Answers to the satisfaction survey"),
        unit=pgettext_lazy("people", "answers"),
        explanation=_(
            "Counts the answers to the survey of the quarter, by the open link and with single-use codes together. "
            "While it is open the last five wait to be counted."
        ),
        compute=_figures(_SATISFACTION, _answers, 0),
        topics=(TOPIC,),
        by_division=True,
    )
)
register(
    Indicator(
        key="surveys.satisfaction",
        name=_("Satisfaction of those who were served"),
        unit=_("of 100 points"),
        explanation=_(
            "The mean of the means of all questions, on the assessment’s scale of 0, 33.33, 66.67 and 100. "
            "Not told where fewer than five have answered."
        ),
        compute=_figures(_SATISFACTION, _mean, None),
        topics=(TOPIC,),
        by_division=True,
    )
)
register(
    Indicator(
        key="surveys.satisfied_share",
        headline=11,
        name=_("Answers “much” or “most”"),
        unit=_("percent"),
        explanation=_("The share of “much” and “most” among all that was chosen in the survey of the quarter."),
        compute=_figures(_SATISFACTION, _share, None),
        topics=(TOPIC,),
        by_division=True,
    )
)
register(
    Indicator(
        key="surveys.divisions",
        name=_("Divisions that people judged"),
        unit=_("divisions"),
        explanation=_("Counts the divisions that at least one counted answer named as the one that served."),
        compute=_figures(_SATISFACTION, _divisions, 0),
        topics=(TOPIC,),
    )
)
register(
    Indicator(
        key="surveys.practice",
        name=_("Staff who practised the assessment"),
        unit=pgettext_lazy("people", "answers"),
        explanation=_("Counts the answers of staff to the practice of the assessment (IIT) in the quarter."),
        compute=_figures(_PRACTICE, _answers, 0),
        topics=(TOPIC,),
    )
)
