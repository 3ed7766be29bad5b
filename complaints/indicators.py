"""Live figures of the channel for the plan's report: quarter by quarter, for the whole municipality.

A complaint belongs to no division, so that there is no figure of one. The public can check each figure on the page of
statistics, under “Work by quarter” (`complaints.statistics.count_flow`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter, today
from measures.indicators import Compute, Figure, Indicator, register

from .choices import OfficerState
from .models import ChannelSettings, Officer
from .posters import places_seen
from .statistics import Flow, count_flow

if TYPE_CHECKING:
    from organization.models import Division

_TOPICS = ("organization", "complaints")
Reading = Callable[[Flow], int | None]


def _address(quarter: FiscalQuarter) -> str:
    return f"{reverse('complaints:statistics')}?year={quarter.year.number}#work"


def _of_flow(read: Reading) -> Compute:
    """A figure of the quarters that have begun; of a later one nothing is known."""

    def compute(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
        if division is not None:
            return {}
        day = today()
        begun = [quarter for quarter in quarters if quarter.start <= day]
        flow = count_flow(begun, day)
        return {quarter: Figure(read(flow[quarter]), _address(quarter)) for quarter in begun}

    return compute


def _officers(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
    if division is not None:
        return {}
    day = today()
    known = list(Officer.objects.exclude(state=OfficerState.PENDING).values_list("joined_on", "left_on"))
    now = Officer.objects.receiving().count()
    figures = {}
    for quarter in quarters:
        if quarter.start > day:
            continue
        held = sum(joined <= quarter.end and (left is None or left > quarter.end) for joined, left in known)
        figures[quarter] = Figure(now if day in quarter else held, reverse("complaints:channel"))
    return figures


def _poster_places(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
    begun = [quarter for quarter in quarters if quarter.start <= today()]
    if division is not None or not begun:
        return {}
    page = reverse("complaints:poster_places")
    return {
        quarter: Figure(count, f"{page}?year={quarter.year.number}") for quarter, count in places_seen(begun).items()
    }


def _answered_in_time(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
    smallest = ChannelSettings.current().small_cell

    def percent(flow: Flow) -> int | None:
        return round(100 * flow.in_time / flow.judged) if flow.judged >= smallest else None

    return dict(_of_flow(percent)(quarters, division))


register(
    Indicator(
        key="complaints.officers",
        name=_("Officers who receive reports of corruption"),
        unit=_("officers"),
        explanation=_("Officers to whom reports are locked at the end of the quarter; none means a closed channel."),
        compute=_officers,
        topics=_TOPICS,
    )
)
register(
    Indicator(
        key="complaints.received",
        headline=40,
        name=_("Complaints about corruption received"),
        unit=_("cases"),
        explanation=_("Counts the complaints filed in the quarter, on every way by which they came."),
        compute=_of_flow(lambda flow: flow.received),
        topics=_TOPICS,
    )
)
register(
    Indicator(
        key="complaints.finished",
        name=_("Complaints about corruption finished"),
        unit=_("cases"),
        explanation=_("Counts those that were finished in the quarter, whenever they had come in."),
        compute=_of_flow(lambda flow: flow.finished),
        topics=_TOPICS,
    )
)
register(
    Indicator(
        key="complaints.in_progress",
        name=_("Complaints about corruption in progress"),
        unit=_("cases"),
        explanation=_("Counts those that were open at the end of the quarter, or are open now while it runs."),
        compute=_of_flow(lambda flow: flow.open_at_end),
        topics=_TOPICS,
    )
)
register(
    Indicator(
        key="complaints.answered_in_time",
        name=_("First answers given within the time limit"),
        unit=_("percent"),
        explanation=_("Of the complaints filed in the quarter whose first answer was due. Not told of very few."),
        compute=_answered_in_time,
        topics=_TOPICS,
    )
)
register(
    Indicator(
        key="complaints.poster_places",
        name=_("Places where the channel's poster was seen"),
        unit=_("places"),
        explanation=_(
            "Counts the boards, counters and other places at which somebody of the office saw the poster in the quarter"
            " and could read it."
        ),
        compute=_poster_places,
        topics=_TOPICS,
    )
)
