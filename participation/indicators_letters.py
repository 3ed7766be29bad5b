"""Live figures of letters, by fiscal quarter and by the division that they are with.

They come from `letters_statistics`, as the page of statistics does: a letter counts in the quarter in which it came
in, as of the end of yesterday. Each leads to that page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from measures.indicators import Compute, Figure, Indicator, register

from .letters_statistics import Counts, count_quarters
from .page_topics import TOPIC

if TYPE_CHECKING:
    from organization.models import Division

Value = Callable[[Counts], "int | Decimal | None"]


def _figures(value: Value) -> Compute:
    """A figure of the quarters of which a day has passed. One query."""

    def compute(quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
        day = today()
        begun = [quarter for quarter in quarters if quarter.start < day]
        page = reverse("participation:statistics")
        anchor = "#divisions" if division is not None else "#quarters"
        return {
            quarter: Figure(value(counts), f"{page}?year={quarter.year.number}{anchor}")
            for quarter, counts in count_quarters(begun, division, day).items()
        }

    return compute


def _register(key: str, name: Any, unit: Any, explanation: Any, value: Value, *, headline: int = 0) -> None:
    register(
        Indicator(
            key=f"participation.{key}", name=name, unit=unit, explanation=explanation, compute=_figures(value),
            topics=("organization", TOPIC), by_division=True, headline=headline,
        )
    )  # fmt: skip


_register(
    "received", _("Questions, suggestions and praise received"), pgettext_lazy("unit", "letters"),
    _("Counts the letters of citizens that came in during the quarter, until the end of yesterday. A division's are"
      " those that were given to it. Reports of corruption are counted by their own channel."),
    lambda counts: counts.received, headline=20,
)  # fmt: skip
_register(
    "answered", _("Letters of citizens answered"), pgettext_lazy("unit", "letters"),
    _("Of the letters that came in during the quarter: those that were answered by the end of yesterday."),
    lambda counts: counts.answered,
)  # fmt: skip
_register(
    "in_time_share", _("Letters of citizens answered in time"), _("percent"),
    _("Of the letters that came in during the quarter and are answered, or whose day has passed: those that were"
      " answered by the day promised. A dash where none was due yet."),
    lambda counts: counts.in_time_share,
)  # fmt: skip
_register(
    "answer_days", _("Time from a letter to its answer"), _("days (median)"),
    _("Of the letters that came in during the quarter and are answered: half was answered sooner, half later. A dash"
      " where none is answered."),
    lambda counts: counts.median_days,
)  # fmt: skip
_register(
    "questions_answered", _("Questions of citizens answered"), pgettext_lazy("unit", "questions"),
    _("Of the letters that came in during the quarter: questions that were answered by the end of yesterday."),
    lambda counts: counts.questions,
)  # fmt: skip
