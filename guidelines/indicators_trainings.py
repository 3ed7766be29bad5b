"""Trainings: their part of `indicators.py`. By fiscal quarter; who was there also by division.

What was held, and on which days somebody was there, stays when time goes on. Of the staff is who works in a division
today: the portal does not know who worked there when. Who was there counts in the division of that time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.small_groups import shown_alone
from measures.indicators import Compute, Figure, Indicator, register

from .models import Attendance, Training
from .page_topics import TOPIC
from .shares import percent
from .trainings_choices import Topic, TrainingState
from .trainings_reading import staff

if TYPE_CHECKING:
    from organization.models import Division

Quarters = Sequence[FiscalQuarter]
Found = Mapping[FiscalQuarter, "int | None"]


def _figures(values: Any, topic: str = "") -> Compute:
    """Figures of the quarters that have begun, each with the list of its fiscal year."""

    def compute(quarters: Quarters, division: Division | None) -> dict[FiscalQuarter, Figure]:
        begun = [quarter for quarter in quarters if quarter.start <= today()]
        if not begun:
            return {}
        more = f"&kind={topic}" if topic else ""
        address = reverse("guidelines:trainings")
        return {
            quarter: Figure(value, f"{address}?year={quarter.year.number}{more}")
            for quarter, value in values(begun, division).items()
        }

    return compute


def _held(quarters: Quarters, division: Division | None) -> Found:
    if division is not None:
        return {}
    ended = {
        f"n{number}": Count("pk", filter=Q(last_day__range=(quarter.start, quarter.end)))
        for number, quarter in enumerate(quarters)
    }
    rows = Training.objects.filter(state__in=(TrainingState.HELD, TrainingState.CLOSED)).order_by()
    found = rows.aggregate(**ended)
    return {quarter: found[f"n{number}"] for number, quarter in enumerate(quarters)}


def _trained(quarters: Quarters, division: Division | None) -> Found:
    """How many different people were there; of a division no number of one to four, nor one that tells another's."""
    rows: Any = Attendance.objects.order_by()
    counts = {
        f"n{number}": Count("user", distinct=True, filter=Q(session__day__range=(quarter.start, quarter.end)))
        for number, quarter in enumerate(quarters)
    }
    if division is None:
        found = rows.aggregate(**counts)
        return {quarter: found[f"n{number}"] for number, quarter in enumerate(quarters)}
    by_division = {row["division"]: row for row in rows.values("division").annotate(**counts)}
    told: dict[FiscalQuarter, int | None] = {}
    for number, quarter in enumerate(quarters):
        sizes = {division.pk: 0, **{key: row[f"n{number}"] for key, row in by_division.items()}}
        told[quarter] = sizes[division.pk] if division.pk in shown_alone(sizes) else None
    return told


def _ethics_share(quarters: Quarters, division: Division | None) -> Found:
    """Who was at an ethics training since 1 October, of them and of everybody else who works in a division."""
    years = {quarter.year for quarter in quarters}
    within = Q()
    for year in years:
        within |= Q(session__day__range=(year.start, year.end))
    there = list(
        Attendance.objects.filter(within, session__training__topic=Topic.ETHICS, division__isnull=False)
        .order_by("session__day", "pk")
        .values_list("user_id", "division_id", "session__day")
    )
    people = dict(staff().order_by().values_list("pk", "division_id"))
    found: dict[FiscalQuarter, int | None] = {}
    for quarter in quarters:
        trained = {user: of for user, of, day in there if day in quarter.year and day <= quarter.end}
        others = {user: of for user, of in people.items() if user not in trained}
        if division is None:
            found[quarter] = percent(len(trained), len(trained) + len(others))
            continue
        part = Counter(trained.values())
        sizes = part + Counter(others.values())
        is_told = division.pk in shown_alone(sizes)
        found[quarter] = percent(part[division.pk], sizes[division.pk]) if is_told else None
    return found


register(
    Indicator(
        key="guidelines.trainings",
        name=_("Trainings of the staff held"),
        unit=pgettext_lazy("unit", "trainings"),
        explanation=_(
            "Counts the trainings that ended in the quarter and of which the organiser has said that they were held."
        ),
        compute=_figures(_held),
        topics=("organization", TOPIC),
    )
)
register(
    Indicator(
        key="guidelines.trained",
        headline=31,
        name=_("People of the staff who attended a training"),
        unit=pgettext_lazy("unit", "people"),
        explanation=_(
            "Counts who checked in to a training in the quarter, or was entered by the organiser; each person once."
            " Of a division no number of one to four people is told, nor one from which such a number could be found."
        ),
        compute=_figures(_trained),
        topics=("organization", TOPIC),
        by_division=True,
    )
)
register(
    Indicator(
        key="guidelines.ethics_trained_share",
        name=_("Staff who have attended an ethics training since 1 October"),
        unit=_("percent"),
        explanation=_(
            "Who has attended a training on ethics from the beginning of the fiscal year to the end of the quarter, of"
            " them and of everybody else who works in a division today. Divisions of fewer than five people are not"
            " told alone."
        ),
        compute=_figures(_ethics_share, Topic.ETHICS.value),
        topics=("organization", TOPIC),
        by_division=True,
    )
)
