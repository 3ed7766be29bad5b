"""What came of a survey: by question, by way, by division, and beside the quarters before.

Nobody's answer can be told from it: fewer than five are never shown by themselves, and groups are shown only when the
survey is over, for while it runs a group may grow by one (`services.counting`, `ita_portal.small_groups`).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from ita_portal.small_groups import merged
from organization.models import Division

from ..arithmetic import Distribution, mean_of, rounded, shared
from ..choices import Kind, Way
from ..models import Question, Remark, Survey
from ..services.answering import answered_questions
from ..services.counting import TOGETHER
from .counts import Choices, Group, added, choices_by_group, choices_in_all, turnout

QUARTERS_COMPARED = 8
REMARKS_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that is answered by a choice. distribution: empty where fewer than five answered it."""

    question: Question
    distribution: Distribution
    hidden: bool = False

    @property
    def mean(self) -> Decimal | None:
        """On the scale 0 to 100, two decimals."""
        return self.distribution.mean


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked: by itself, or with its parts. `mean` is the mean of its parts' means."""

    question: Question
    parts: tuple[Answered, ...]

    @property
    def has_parts(self) -> bool:
        """Whether its parts are answered instead of it."""
        return self.parts[0].question.pk != self.question.pk

    @property
    def exact_mean(self) -> Decimal | None:
        """Not rounded; None where one of its parts is not known."""
        means = [part.distribution.exact_mean for part in self.parts]
        return None if None in means else mean_of(means)

    @property
    def mean(self) -> Decimal | None:
        """Two decimals."""
        mean = self.exact_mean
        return None if mean is None else rounded(mean)


@dataclass(frozen=True, slots=True)
class Judged:
    """A group of people who answered: how many, and what they think on the whole."""

    name: str
    n: int
    mean: Decimal | None
    satisfied_share: Decimal | None
    means: dict[str, Decimal | None] = field(default_factory=dict)
    divisions: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A quarter of the same questionnaire. means: question code → mean."""

    survey: Survey
    n: int
    mean: Decimal | None
    satisfied_share: Decimal | None
    means: dict[str, Decimal | None]


@dataclass(frozen=True)
class Results:
    """A survey's results as pages and files show them.

    answers: by way, all that are counted. While it runs five to nine more wait; their number is told to nobody.
    by_way, by_division: empty while it runs, or where the groups are too small. mean: of the questions' means.
    """

    survey: Survey
    answers: dict[str, int]
    asked: tuple[Asked, ...]
    whole: Judged
    by_way: tuple[Judged, ...]
    by_division: tuple[Judged, ...]
    trend: tuple[Point, ...]

    @property
    def n(self) -> int:
        """Answers counted."""
        return sum(self.answers.values())

    @property
    def enough(self) -> bool:
        """Whether so many answered that anything may be shown."""
        return self.n >= TOGETHER

    @property
    def questions(self) -> tuple[Answered, ...]:
        """Everything that was answered by a choice, in its order."""
        return tuple(part for asked in self.asked for part in asked.parts)


def chosen_questions(survey: Survey) -> list[Question]:
    """The questions of the survey, own words left out. One query."""
    found: list[Question] = list(survey.version.questions.exclude(kind=Kind.TEXT))
    return found


def read_results(survey: Survey) -> Results:
    """The results of a survey: eight queries, whatever was answered."""
    questions = chosen_questions(survey)
    compared = _compared(survey)
    counted = turnout(compared)
    sizes = counted.get(survey.pk, Counter())
    groups = choices_by_group([survey]).get(survey.pk, {})
    n = sum(sizes.values())
    whole = added(groups.values()) if n >= TOGETHER else {}
    names = dict(Division.objects.values_list("pk", "name"))
    over = survey.is_over()
    return Results(
        survey=survey,
        answers={way: sum(size for group, size in sizes.items() if group.way == way) for way in Way.values},
        asked=tuple(asked_questions(questions, whole)),
        whole=judged(questions, whole, n, ""),
        by_way=tuple(_by_way(questions, groups, sizes)) if over else (),
        by_division=tuple(_by_division(questions, groups, sizes, names))
        if over and survey.version.asks_division
        else (),
        trend=tuple(_trend(compared, counted, questions)),
    )


def asked_questions(questions: Sequence[Question], choices: Choices) -> list[Asked]:
    """Questions with what was chosen; what fewer than five answered is empty."""
    answered = {question.pk: _answered(question, choices) for question in answered_questions(list(questions))}
    found = []
    for question in questions:
        if question.part_of_id is None:
            parts = [answered[part.pk] for part in questions if part.part_of_id == question.pk]
            found.append(Asked(question, tuple(parts) or (answered[question.pk],)))
    return found


def _answered(question: Question, choices: Choices) -> Answered:
    counts = choices.get(question.code, Counter())
    few = 0 < sum(counts.values()) < TOGETHER
    shown = () if few else counts.items()
    return Answered(question, Distribution.of(question.kind, shown, reversed_=question.reversed), hidden=few)


def judged(
    questions: Sequence[Question], choices: Choices, n: int, name: str, divisions: tuple[int | None, ...] = ()
) -> Judged:
    """A group on the whole: the mean of its questions' means, and the share of all its choices that are satisfied."""
    asked = asked_questions(questions, choices)
    mean = mean_of(one.exact_mean for one in asked)
    all_choices = [part.distribution for one in asked for part in one.parts]
    given = sum(one.n for one in all_choices)
    share = shared(sum(one.satisfied for one in all_choices), given)
    means = {part.question.code: part.mean for one in asked for part in one.parts}
    return Judged(name, n, None if mean is None else rounded(mean), share, means, divisions)


def _by_way(
    questions: Sequence[Question], groups: dict[Group, Choices], sizes: Counter[Group]
) -> Iterable[Judged]:  # fmt: skip
    by_way = {way: sum(size for group, size in sizes.items() if group.way == way) for way in Way.values}
    shown = merged(by_way)
    if len(shown) == 1 and len(shown[0]) > 1:  # one of them is too small: both would be told by the whole
        return
    for (way,) in shown:
        chosen = added(choices for group, choices in groups.items() if group.way == way)
        yield judged(questions, chosen, by_way[way], str(Way(way).label))


def division_sizes(sizes: Counter[Group]) -> dict[int | None, int]:
    """Answers by division, in an order of its own, so that every page and figure merges the same groups."""
    found: Counter[int | None] = Counter()
    for group, size in sizes.items():
        found[group.division] += size
    return {key: found[key] for key in sorted(found, key=lambda key: (key is None, key or 0))}


def _by_division(
    questions: Sequence[Question], groups: dict[Group, Choices], sizes: Counter[Group], names: dict[int, str]
) -> Iterable[Judged]:
    by_division = division_sizes(sizes)
    for keys in merged(by_division):
        chosen = added(choices for group, choices in groups.items() if group.division in keys)
        n = sum(by_division[key] for key in keys)
        if len(keys) == 1:
            key = keys[0]
            name = names[key] if key is not None else _("Did not say which")
        else:
            name = _("Others together: %(names)s") % {
                "names": ", ".join(names[key] if key is not None else _("Did not say which") for key in keys)
            }
        yield judged(questions, chosen, n, name, tuple(keys))


def _compared(survey: Survey) -> list[Survey]:
    """The survey, and those of the quarters before with the same questionnaire, oldest first. One query."""
    if survey.quarter is None:
        return [survey]
    rows = Survey.objects.filter(
        questionnaire=survey.questionnaire_id, quarter__isnull=False, opens_on__lte=survey.opens_on
    ).order_by("-opens_on")  # fmt: skip
    found = list(rows.select_related("questionnaire")[:QUARTERS_COMPARED])
    return [survey if one.pk == survey.pk else one for one in reversed(found)]


def _trend(
    surveys: list[Survey], counted: dict[int, Counter[Group]], questions: Sequence[Question]
) -> Iterable[Point]:  # fmt: skip
    """Quarters with the questions of today: a question that was not asked then has no mean there."""
    if len(surveys) < 2:
        return
    chosen = choices_in_all(surveys)
    for survey in surveys:
        n = sum(counted.get(survey.pk, Counter()).values())
        whole = judged(questions, chosen.get(survey.pk, {}) if n >= TOGETHER else {}, n, "")
        yield Point(survey, n, whole.mean, whole.satisfied_share, whole.means)


def public_remarks(survey: Survey, after: str = "") -> tuple[list[Remark], str]:
    """Own words that were let through, a page of them, and the mark of the next page (empty: none). One query.

    after: the mark of the page before; ValueError where it is none.
    """
    rows = Remark.objects.public().filter(survey=survey).order_by("id")
    if after:
        rows = rows.filter(id__gt=uuid.UUID(after))
    found = list(rows[: REMARKS_A_PAGE + 1])
    return found[:REMARKS_A_PAGE], str(found[REMARKS_A_PAGE - 1].pk) if len(found) > REMARKS_A_PAGE else ""
