"""The statistics of a year as people and programs read them: periods with words, chart, files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, FiscalHalf, FiscalQuarter, FiscalYear
from ita_portal.thai import ENGLISH_MONTHS, MONTHS, SHORT_MONTHS

from .choices import Category
from .models import ChannelSettings
from .statistics import Counts, Flow, YearCounts, count_flow, count_year, safe_categories

_ROW, _BAR = 34, 20
"""Heights in the chart, in pixels."""
_LEFT, _ROOM = 19.0, 68.0
"""Where bars begin and how long the longest is, in percent: letters keep their size at every width."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter, half-year or year. key: `2023-10`, or its number. state: `future`, `running` or `over`."""

    kind: str
    key: str
    label: str
    within: str
    counts: Counts
    state: str

    @property
    def statement(self) -> str:
        """What the numbers say, in words: none is said too."""
        if self.state == "future":
            return _("Has not begun yet.")
        if not self.counts.received:
            if self.state == "running":
                return _("So far no complaint about corruption or misconduct in %(period)s.") % {"period": self.within}
            return _("No complaint about corruption or misconduct in %(period)s.") % {"period": self.within}
        said = ngettext(
            "%(count)d complaint about corruption or misconduct in %(period)s: %(finished)d finished, "
            "%(open)d in progress.",
            "%(count)d complaints about corruption or misconduct in %(period)s: %(finished)d finished, "
            "%(open)d in progress.",
            self.counts.received,
        )
        return said % {
            "count": self.counts.received,
            "period": self.within,
            "finished": self.counts.finished,
            "open": self.counts.in_progress,
        }

    @property
    def short_statement(self) -> str:
        """A few words for a cell of the table; empty where the numbers speak."""
        if self.state == "future":
            return _("not yet")
        if self.counts.received:
            return ""
        return _("no complaint so far") if self.state == "running" else _("no complaint")

    def as_json(self) -> dict[str, Any]:
        """The numbers for programs."""
        return {
            self.kind: self.key if self.kind == "month" else int(self.key),
            "label": self.label,
            "received": self.counts.received,
            "finished": self.counts.finished,
            "in_progress": self.counts.in_progress,
            "state": self.state,
            "statement": self.statement,
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """A month in the chart. x and widths in percent, y in pixels; `end_x` is where the number stands."""

    label: str
    y: int
    text_y: int
    finished_width: str
    open_x: str
    open_width: str
    end_x: str
    count: int


@dataclass(frozen=True)
class StatisticsPage:
    """All that the page and the files of a year show."""

    counted: YearCounts
    flow: dict[FiscalQuarter, Flow]
    rules: ChannelSettings
    day: dt.date

    @property
    def year(self) -> int:
        """The fiscal year, Buddhist Era."""
        return self.counted.year.number

    @property
    def is_current(self) -> bool:
        """Whether it is the fiscal year of today."""
        return self.day in self.counted.year

    @cached_property
    def months(self) -> list[Period]:
        """The twelve months."""
        return [self._month(month, counts) for month, counts in self.counted.months]

    @cached_property
    def quarters(self) -> list[Period]:
        """The four quarters."""
        return [
            self._period(
                "quarter",
                quarter,
                _("Quarter %(number)d") % {"number": quarter.number},
                _("quarter %(number)d of fiscal year %(year)d") % {"number": quarter.number, "year": self.year},
                self.counted.quarter(quarter),
            )
            for quarter in self.counted.year.quarters
        ]

    @cached_property
    def halves(self) -> list[Period]:
        """The assessor's two rounds of six months."""
        year = self.counted.year
        names = (_("First six months (October – March)"), _("Last six months (April – September)"))
        within = (
            _("the first six months of fiscal year %(year)d") % {"year": self.year},
            _("the last six months of fiscal year %(year)d") % {"year": self.year},
        )
        return [
            self._period("half", half, names[half.number - 1], within[half.number - 1], self.counted.half(half))
            for half in (FiscalHalf(year, 1), FiscalHalf(year, 2))
        ]

    @cached_property
    def whole(self) -> Period:
        """The year."""
        label = _("Fiscal year %(year)d") % {"year": self.year}
        within = _("fiscal year %(year)d") % {"year": self.year}
        year = self.counted.year
        return Period(
            "fiscal_year", str(self.year), label, within, self.counted.whole, self._state(year.start, year.end)
        )

    @cached_property
    def rows(self) -> list[Period]:
        """The table: months, after three their quarter, after six their half-year, at last the year."""
        found: list[Period] = []
        for number, quarter in enumerate(self.quarters):
            found += [*self.months[3 * number : 3 * number + 3], quarter]
            if number % 2:
                found.append(self.halves[number // 2])
        return [*found, self.whole]

    @property
    def shows_answers(self) -> bool:
        """Whether there are enough complaints to say how soon they were answered without pointing at one."""
        return self.whole.counts.received >= self.rules.small_cell

    @property
    def percent_in_time(self) -> int | None:
        """The share of first answers given in time; None where none was due, or where too few would be told apart."""
        share = self.whole.counts.share_in_time
        return round(100 * share) if share is not None and self.shows_answers else None

    @property
    def is_over(self) -> bool:
        """Whether the year has ended."""
        return self.whole.state == "over"

    @cached_property
    def categories(self) -> tuple[list[tuple[Category, int]], int] | None:
        """Counts by category and of the rest together; None where they would point at somebody.

        Only of a year that has ended: else each filing could be told from the number that it raises.
        """
        return safe_categories(self.counted.categories, self.rules.small_cell) if self.is_over else None

    @property
    def work(self) -> list[tuple[Period, Flow]]:
        """The quarters that have begun, with what was done in them."""
        pairs = zip(self.quarters, self.counted.year.quarters, strict=True)
        return [(period, self.flow[quarter]) for period, quarter in pairs if period.state != "future"]

    @cached_property
    def chart(self) -> list[Bar]:
        """A bar for each month that has begun."""
        begun = [period for period in self.months if period.state != "future"]
        most = max((period.counts.received for period in begun), default=0) or 1
        return [self._bar(number, period, _ROOM / most) for number, period in enumerate(begun)]

    @property
    def chart_height(self) -> int:
        """In pixels."""
        return _ROW * len(self.chart)

    def as_json(self) -> dict[str, Any]:
        """What the address `statistics.json` answers. Of the time only the day: the page is made anew by each act."""
        counts = self.whole.counts
        return {
            "fiscal_year": self.year,
            "generated_at": self.day.isoformat(),
            "months": [period.as_json() for period in self.months],
            "quarters": [period.as_json() for period in self.quarters],
            "halves": [period.as_json() for period in self.halves],
            "year": {
                **self.whole.as_json(),
                "answered_in_time_percent": self.percent_in_time,
                "overdue": counts.overdue if self.shows_answers else None,
                "by_category": self._categories_json(),
            },
            "work": [
                {
                    "quarter": int(period.key),
                    "received": flow.received,
                    "finished_in_quarter": flow.finished,
                    "open_at_end": flow.open_at_end,
                }
                for period, flow in self.work
            ],
            "statement": self.whole.statement,
        }

    def _categories_json(self) -> list[dict[str, Any]] | None:
        if self.categories is None:
            return None
        shown, others = self.categories
        rows = [{"category": category.value, "label": str(category.label), "received": n} for category, n in shown]
        return [*rows, {"category": "all_others", "label": _("All others together"), "received": others}]

    def _month(self, month: dt.date, counts: Counts) -> Period:
        name = month_name(month)
        last = (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        within = _("the month of %(month)s") % {"month": name}
        return Period("month", f"{month:%Y-%m}", name, within, counts, self._state(month, last))

    def _period(self, kind: str, period: FiscalQuarter | FiscalHalf, label: str, within: str, counts: Counts) -> Period:
        return Period(kind, str(period.number), label, within, counts, self._state(period.start, period.end))

    def _state(self, first: dt.date, last: dt.date) -> str:
        return "future" if self.day < first else "over" if self.day > last else "running"

    def _bar(self, number: int, period: Period, scale: float) -> Bar:
        top = number * _ROW
        finished, still_open = period.counts.finished * scale, period.counts.in_progress * scale
        return Bar(
            label=short_month(period.key),
            y=top + (_ROW - _BAR) // 2,
            text_y=top + _ROW // 2 + 6,
            finished_width=f"{finished:.2f}%",
            open_x=f"{_LEFT + finished:.2f}%",
            open_width=f"{still_open:.2f}%",
            end_x=f"{_LEFT + finished + still_open + 1.5:.2f}%",
            count=period.counts.received,
        )


def statistics_page(year: FiscalYear, rules: ChannelSettings, day: dt.date) -> StatisticsPage:
    """Count `year` as it stands on `day`. Three queries."""
    return StatisticsPage(count_year(year, day), count_flow(year.quarters, day), rules, day)


def month_name(month: dt.date) -> str:
    """`ตุลาคม 2566`; in English `October 2566 BE`."""
    year = month.year + BUDDHIST_ERA_OFFSET
    if (get_language() or "th").startswith("th"):
        return f"{MONTHS[month.month - 1]} {year}"
    return f"{ENGLISH_MONTHS[month.month - 1]} {year} BE"


def short_month(key: str) -> str:
    """`2023-10` → `ต.ค. 66`; in English `Oct 66`: the fiscal year stands above."""
    year, month = int(key[:4]) + BUDDHIST_ERA_OFFSET, int(key[5:])
    names = SHORT_MONTHS if (get_language() or "th").startswith("th") else [name[:3] for name in ENGLISH_MONTHS]
    return f"{names[month - 1]} {year % 100:02d}"
