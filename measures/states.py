"""What can be said of a measure in a quarter, and of a quarter today."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from ita_portal.fiscal import FiscalQuarter, FiscalYear
from ita_portal.thai import ENGLISH_MONTHS, SHORT_MONTHS

from .choices import ProgressStatus


@dataclass(frozen=True, slots=True)
class State:
    """What can be said of a measure in a quarter.

    key: a published status, or `awaiting` (scheduled, nothing published), `upcoming` (not begun), `outside`
    (not scheduled). It names the style (`status--<key>`) and the shape (`icons.svg#<key>`). label: the word.
    """

    key: str
    label: str | Promise = field(compare=False)

    @property
    def is_published(self) -> bool:
        """Whether a published report says so."""
        return self.key in ProgressStatus.values


AWAITING = State("awaiting", gettext_lazy("No result yet"))
UPCOMING = State("upcoming", gettext_lazy("Not begun yet"))
OUTSIDE = State("outside", gettext_lazy("Not in the plan"))
REPORTED_STATES = tuple(
    State(status.value, status.label)
    for status in (
        ProgressStatus.DONE,
        ProgressStatus.IN_PROGRESS,
        ProgressStatus.DELAYED,
        ProgressStatus.NOT_DONE,
        ProgressStatus.NOT_STARTED,
    )
)
COUNTED_STATES = (*REPORTED_STATES, AWAITING, UPCOMING)
"""States of scheduled quarters, in the order of charts, tables and legends."""
STATES = {state.key: state for state in (*COUNTED_STATES, OUTSIDE)}


@dataclass(frozen=True, slots=True)
class QuarterHead:
    """A quarter of the plan's year. phase: `past`, `current` or `upcoming`, as of today in Bangkok."""

    quarter: FiscalQuarter
    phase: str

    @property
    def number(self) -> int:
        """1-4."""
        return self.quarter.number

    @property
    def months(self) -> str:
        """`ต.ค.–ธ.ค. 66`, in English `Oct–Dec 2566 BE`."""
        first, last = self.quarter.start.month - 1, self.quarter.end.month - 1
        year = self.quarter.end.year + 543
        if get_language() != "en":
            return f"{SHORT_MONTHS[first]}–{SHORT_MONTHS[last]} {year % 100:02d}"
        return f"{ENGLISH_MONTHS[first][:3]}–{ENGLISH_MONTHS[last][:3]} {year} BE"


def quarter_heads(fiscal_year: int) -> tuple[QuarterHead, ...]:
    """The four quarters of a Buddhist-Era fiscal year."""
    now = FiscalQuarter.current()
    return tuple(
        QuarterHead(quarter, "current" if quarter == now else "past" if quarter < now else "upcoming")
        for quarter in FiscalYear(fiscal_year).quarters
    )
