"""What those who keep the surveys see: what came in, counted or waiting, and what is left of slips."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today

from ..choices import State, Way
from ..models import Ballot, Questionnaire, Remark, SlipBatch, Survey, Turnout
from ..services.counting import TOGETHER
from ..services.surveys import AHEAD


@dataclass(slots=True)
class CameIn:
    """Answers. counted: by way. waiting: in the ballot box, all ways together: one by one they would show who came."""

    counted: dict[str, int] = field(default_factory=dict)
    waiting: int = 0

    @property
    def all(self) -> int:
        """Answers, counted or not."""
        return sum(self.counted.values()) + self.waiting

    @property
    def by_way(self) -> list[tuple[str, int]]:
        """Way in words, counted."""
        return [(str(way.label), self.counted.get(way, 0)) for way in Way]


def came_in(surveys: Iterable[Survey]) -> dict[int, CameIn]:
    """What came in for each survey. Two queries."""
    found = {survey.pk: CameIn() for survey in surveys}
    counted = Turnout.objects.filter(survey__in=found).values_list("survey", "way").annotate(n=Sum("n"))
    waiting = Ballot.objects.filter(survey__in=found).values_list("survey").annotate(n=Count("pk"))
    for survey, way, n in counted.order_by():
        found[survey].counted[way] = n
    for survey, n in waiting.order_by():
        found[survey].waiting = n
    return found


@dataclass(frozen=True, slots=True)
class Card:
    """A survey on the desk. days_left: after today, of one that is open."""

    survey: Survey
    came: CameIn
    days_left: int
    remarks: int

    @property
    def state(self) -> str:
        """`open`, `over` or `coming`."""
        return "open" if self.survey.is_open() else "over" if self.survey.is_over() else "coming"


def cards(surveys: Sequence[Survey]) -> dict[int, Card]:
    """A card for each survey. Three queries."""
    came, day = came_in(surveys), today()
    waiting = dict(
        Remark.objects.waiting().filter(survey__in=surveys).values_list("survey").annotate(n=Count("pk")).order_by()
    )
    return {
        survey.pk: Card(survey, came[survey.pk], max((survey.closes_on - day).days, 0), waiting.get(survey.pk, 0))
        for survey in surveys
    }


@dataclass(frozen=True, slots=True)
class Slot:
    """A quarter of a questionnaire: its survey's card, or whether one can be opened by hand now."""

    quarter: FiscalQuarter
    card: Card | None
    can_open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A questionnaire of each quarter. usable: it has a version in use."""

    questionnaire: Questionnaire
    slots: tuple[Slot, ...]


def openable(day: dt.date | None = None) -> tuple[FiscalQuarter, ...]:
    """The quarters whose survey may be opened by hand: the one that runs, and the next shortly before it begins."""
    day = day or today()
    return tuple(sorted({FiscalQuarter.of(day), FiscalQuarter.of(day + AHEAD)}, key=lambda quarter: quarter.start))


def quarters_of(year: FiscalYear) -> list[Row]:
    """The regular questionnaires, and those that were asked in the year's quarters, quarter by quarter.

    Five queries.
    """
    surveys = list(
        Survey.objects.filter(fiscal_year=year.number, quarter__isnull=False).select_related("questionnaire", "version")
    )
    shown, now = cards(surveys), openable()
    by_place = {(survey.questionnaire_id, survey.quarter): shown[survey.pk] for survey in surveys}
    asked = Q(regular=True) | Q(pk__in={survey.questionnaire_id for survey in surveys})
    usable = Count("versions", filter=Q(versions__state=State.PUBLISHED))
    return [
        Row(
            one,
            tuple(
                Slot(
                    quarter, by_place.get((one.pk, quarter.number)),
                    one.regular and one.usable > 0 and quarter in now and (one.pk, quarter.number) not in by_place,
                )
                for quarter in year.quarters
            ),
        )
        for one in Questionnaire.objects.filter(asked).annotate(usable=usable).order_by("-purpose", "slug")
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Slips that were printed together. used: of them, in whole fives."""

    batch: SlipBatch
    used: int


def batches_of(survey: Survey) -> list[Batch]:
    """The slips of a survey, newest first. How many were used is told in whole fives: of a few slips nobody should
    learn whether a certain one was used. One query."""
    rows = SlipBatch.objects.filter(survey=survey).select_related("made_by").annotate(unused=Count("slips"))
    return [
        Batch(row, (row.issued - row.unused) // TOGETHER * TOGETHER if row.used is None else row.used)
        for row in rows.order_by("-pk")[:200]
    ]
