"""Live figures as values that pages and documents print: computed once an indicator, whatever asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalQuarter
from ita_portal.thai import baht

from .indicators import Figure, Indicator, indicators
from .plan_data import FigureView

if TYPE_CHECKING:
    from organization.models import Division

    from .models import Evidence

Computed = dict[str, Mapping[FiscalQuarter, Figure]]


def figure_text(value: Any) -> str:
    """A value as people read it: an unknown one is an en dash, never a zero."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return baht(value).removesuffix(".00") if isinstance(value, int) else str(value)


def figure_view(indicator: Indicator, value: object, url: str, division: Division | None = None) -> FigureView:
    """A figure as people read it. division: of which it is, None for the whole municipality."""
    return FigureView(
        key=indicator.key, name=str(indicator.name), value=value, unit=str(indicator.unit), url=url,
        text=figure_text(value), by_division=indicator.by_division, division=division.name if division else "",
    )  # fmt: skip


def compute_figures(
    keys: Iterable[str], quarters: Sequence[FiscalQuarter], division: Division | None = None
) -> Computed:
    """The figures of `keys` in `quarters`, one call an indicator; keys that no app offers are left out.

    division: of this one where an indicator can be told by division; the others are of the whole municipality.
    """
    wanted = set(keys)
    return {
        indicator.key: indicator.compute(quarters, division if indicator.by_division else None)
        for indicator in indicators
        if indicator.key in wanted
    }


def figure_views(
    keys: Iterable[str], quarter: FiscalQuarter, computed: Computed, division: Division | None = None
) -> tuple[FigureView, ...]:
    """Of what was computed, the figures of `keys` in `quarter`, in that order; what is not told is unknown."""
    views = []
    for key in keys:
        indicator = indicators.get(key)
        if indicator is None or key not in computed:
            continue
        of = division if indicator.by_division else None
        figure = computed[key].get(quarter)
        if figure is not None:
            views.append(figure_view(indicator, figure.value, figure.url, of))
    return tuple(views)


def frozen_view(proof: Evidence) -> FigureView:
    """A figure as it was when it was used as evidence; its address is that of the piece of evidence."""
    record = proof.record or {}
    value = record["value"]
    return FigureView(
        key=record["key"], name=record["name"], value=value, unit=record["unit"],
        url=reverse("measures:evidence", args=[proof.public_id]), text=figure_text(value),
        division=record["division"] or "", frozen_at=parse_datetime(record["frozen_at"]), sha256=proof.sha256,
    )  # fmt: skip
