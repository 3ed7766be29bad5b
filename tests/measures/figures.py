"""A live figure whose value the test says, quarter by quarter and division by division."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ita_portal.fiscal import FiscalQuarter
from measures.indicators import Figure, Indicator, indicators
from organization.models import Division

KEY, PLAIN = "measures.counted", "measures.plain"


@dataclass
class Counter:
    """values: by quarter and name of the division, the empty one for the whole municipality. calls: how often asked."""

    values: dict[tuple[int, str], Any] = field(default_factory=dict)
    calls: int = 0

    def compute(self, quarters: Sequence[FiscalQuarter], division: Division | None) -> dict[FiscalQuarter, Figure]:
        """Every quarter, unknown where the test said nothing."""
        self.calls += 1
        name = division.name if division else ""
        return {
            quarter: Figure(self.values.get((quarter.number, name)), f"/measures/{quarter.year.number}/figures/")
            for quarter in quarters
        }


@contextmanager
def counting() -> Iterator[Counter]:
    """Two figures, one of them by division, for as long as the test runs."""
    counter = Counter()
    items = indicators._items
    for key, by_division in ((KEY, True), (PLAIN, False)):
        indicators.register(
            key, Indicator(key, f"จำนวน {key}", "คน", "นับจากผู้ตอบ", counter.compute, ("measures",), by_division)
        )
    try:
        yield counter
    finally:
        del items[KEY], items[PLAIN]
