"""What an indicator is, and the measures' own.

An indicator is a live figure of the portal for a fiscal quarter and, where it makes sense, a division. Every app
declares its own in `<app>/indicators.py`; they are found at start-up, so `measures` shows figures of apps that it
does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalQuarter
from ita_portal.registry import Registry

if TYPE_CHECKING:
    from decimal import Decimal

    from organization.models import Division

Value = "int | Decimal | str | bool | None"
Compute = Callable[[Sequence[FiscalQuarter], "Division | None"], Mapping[FiscalQuarter, "Figure"]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of one quarter, and the address where it can be checked. None: not known (never shown as zero)."""

    value: int | Decimal | str | bool | None
    url: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that the portal can show at any time.

    key: unique, `<app>.<name>`. compute: all asked quarters at once, so that a page needs one query an indicator.
    explanation: how the figure comes about, for the page that says so. topics: whose changes alter it
    (`ita_portal.page_cache`). by_division: whether it can be asked for one division.
    headline: its place on the home page; 0: not there.
    """

    key: str
    name: str | Promise
    unit: str | Promise
    explanation: str | Promise
    compute: Compute
    topics: tuple[str, ...] = ()
    by_division: bool = False
    headline: int = 0


indicators: Registry[Indicator] = Registry("indicator")


def register(indicator: Indicator) -> Indicator:
    """Make `indicator` known. ValueError where its key is taken."""
    return indicators.register(indicator.key, indicator)


def _reported(quarters: Sequence[FiscalQuarter], _division: Division | None) -> dict[FiscalQuarter, Figure]:
    from .models import ProgressVersion

    return _count_by_quarter(quarters, ProgressVersion.objects.current(), "pk")


def _evidence(quarters: Sequence[FiscalQuarter], _division: Division | None) -> dict[FiscalQuarter, Figure]:
    from .models import ProgressVersion

    return _count_by_quarter(quarters, ProgressVersion.objects.current(), "published_evidence")


def _count_by_quarter(quarters: Sequence[FiscalQuarter], versions, counted: str) -> dict[FiscalQuarter, Figure]:  # type: ignore[no-untyped-def]
    years = {quarter.year.number for quarter in quarters}
    rows = (
        versions.filter(plan__fiscal_year__in=years)
        .order_by()
        .values_list("plan__fiscal_year", "quarter")
        .annotate(n=Count(counted, distinct=True))
    )
    counts = {(year, number): n for year, number, n in rows}
    return {
        quarter: Figure(
            counts.get((quarter.year.number, quarter.number), 0), reverse("measures:year", args=[quarter.year.number])
        )
        for quarter in quarters
    }


register(
    Indicator(
        key="measures.reported",
        name=_("Measures with a published report"),
        unit=_("measures"),
        explanation=_("Counts the measures of the plan whose report for the quarter has been published."),
        compute=_reported,
        topics=("measures",),
    )
)
register(
    Indicator(
        key="measures.evidence",
        name=_("Pieces of evidence published"),
        unit=_("pieces"),
        explanation=_("Counts the files, links and records that published reports of the quarter show."),
        compute=_evidence,
        topics=("measures",),
    )
)
