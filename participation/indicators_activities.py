"""Live figures of activities with outside participation, by fiscal quarter and division.

An activity belongs to the quarter in which it began. Only what is complete with all four elements counts, as it is
published now: a correction corrects its quarter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from measures.indicators import Compute, Figure, Indicator, register

from .activity_reading import COMPLETE
from .models import ActivityVersion
from .page_topics import TOPIC

if TYPE_CHECKING:
    from organization.models import Division


def _url(quarter: FiscalQuarter, division: Division | None) -> str:
    """The list of exactly what was counted."""
    chosen = {"year": quarter.year.number, "quarter": quarter.number}
    if division is not None:
        chosen["division"] = division.pk
    return f"{reverse('participation:activities')}?{urlencode({**chosen, 'status': COMPLETE})}"


def _compute(counted: str) -> Compute:
    """A figure of every quarter that has begun. One query."""

    def compute(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
        begun = [quarter for quarter in quarters if quarter.start <= today()]
        if not begun:
            return {}
        rows = ActivityVersion.objects.public().complete().filter(
            starts_on__range=(min(one.start for one in begun), max(one.end for one in begun))
        )  # fmt: skip
        if division is not None:
            rows = rows.filter(division=division)
        conditions = [Q(starts_on__range=(quarter.start, quarter.end)) for quarter in begun]
        found = rows.order_by().aggregate(
            **{
                f"n{number}": Count("pk", filter=one) if counted == "pk" else Sum(counted, filter=one)
                for number, one in enumerate(conditions)
            }
        )
        return {
            quarter: Figure(found[f"n{number}"] or 0, _url(quarter, division)) for number, quarter in enumerate(begun)
        }

    return compute


register(
    Indicator(
        key="participation.activities",
        headline=21,
        name=_("Activities with outside participation published"),
        unit=_("activities"),
        explanation=_(
            "Counts the activities that began in the quarter and are published with all four elements: the subject, "
            "who took part, the result, and how it was used. Withdrawn ones do not count."
        ),
        compute=_compute("pk"),
        topics=("organization", TOPIC),
        by_division=True,
    )
)
register(
    Indicator(
        key="participation.took_part",
        name=_("People from outside who took part"),
        unit=pgettext_lazy("participants", "people"),
        explanation=_(
            "Adds up the people from outside of all groups in those activities. Who came twice counts twice; the "
            "municipality's own people are not counted."
        ),
        compute=_compute("took_part"),
        topics=("organization", TOPIC),
        by_division=True,
    )
)
