"""The Thai fiscal year and its quarters as values.

Fiscal year N of the Buddhist Era runs from 1 October N-1 to 30 September N, in Asia/Bangkok
(Budget Procedures Act B.E. 2561, section 4). Buddhist Era = Common Era + 543.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from .thai import to_arabic_digits

BUDDHIST_ERA_OFFSET = 543
BANGKOK = ZoneInfo("Asia/Bangkok")
FIRST_YEAR, LAST_YEAR = 2500, 2700
"""Years that the portal accepts (B.E.): a Common-Era year typed by mistake falls outside."""


def today() -> dt.date:
    """The day it is in Bangkok."""
    return timezone.now().astimezone(BANGKOK).date()


@dataclass(frozen=True, order=True, slots=True)
class FiscalYear:
    """A fiscal year by its Buddhist-Era number. ValueError outside 2500-2700."""

    number: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.number <= LAST_YEAR:
            raise ValueError(_("%(year)s is not a fiscal year of the Buddhist Era.") % {"year": self.number})

    @classmethod
    def of(cls, day: dt.date) -> FiscalYear:
        """The fiscal year in which `day` lies."""
        return cls(day.year + BUDDHIST_ERA_OFFSET + (1 if day.month >= 10 else 0))

    @classmethod
    def current(cls) -> FiscalYear:
        """The fiscal year of today in Bangkok."""
        return cls.of(today())

    @classmethod
    def parse(cls, text: str) -> FiscalYear:
        """Read `2567`, `๒๕๖๗`, `FY2567`, `ปีงบประมาณ พ.ศ. 2567`. ValueError where there is no such year."""
        found = re.search(r"(?<!\d)(\d{4})(?!\d)", to_arabic_digits(text))
        if found is None:
            raise ValueError(_("“%(text)s” is not a fiscal year.") % {"text": text})
        return cls(int(found[1]))

    @property
    def start(self) -> dt.date:
        """Its first day, 1 October."""
        return dt.date(self.number - BUDDHIST_ERA_OFFSET - 1, 10, 1)

    @property
    def end(self) -> dt.date:
        """Its last day, 30 September."""
        return dt.date(self.number - BUDDHIST_ERA_OFFSET, 9, 30)

    @property
    def quarters(self) -> tuple[FiscalQuarter, ...]:
        """Its four quarters in order."""
        return tuple(FiscalQuarter(self, number) for number in (1, 2, 3, 4))

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, order=True, slots=True)
class FiscalQuarter:
    """Quarter 1-4 of a fiscal year: October-December, January-March, April-June, July-September."""

    year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(_("A quarter is 1, 2, 3 or 4."))

    @classmethod
    def of(cls, day: dt.date) -> FiscalQuarter:
        """The quarter in which `day` lies."""
        return cls(FiscalYear.of(day), (day.month - 10) % 12 // 3 + 1)

    @classmethod
    def current(cls) -> FiscalQuarter:
        """The quarter of today in Bangkok."""
        return cls.of(today())

    @property
    def start(self) -> dt.date:
        """Its first day."""
        month = (10, 1, 4, 7)[self.number - 1]
        return dt.date(self.year.start.year + (0 if self.number == 1 else 1), month, 1)

    @property
    def end(self) -> dt.date:
        """Its last day."""
        return self.year.end if self.number == 4 else self.following.start - dt.timedelta(days=1)

    @property
    def following(self) -> FiscalQuarter:
        """The quarter after it."""
        if self.number == 4:
            return FiscalQuarter(FiscalYear(self.year.number + 1), 1)
        return FiscalQuarter(self.year, self.number + 1)

    @property
    def half(self) -> int:
        """1 for October-March (รอบ 6 เดือน), 2 for April-September."""
        return 1 if self.number <= 2 else 2

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


@dataclass(frozen=True, order=True, slots=True)
class FiscalHalf:
    """Half 1 (October-March) or 2 (April-September) of a fiscal year: the assessor's 6-month rounds."""

    year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2):
            raise ValueError(_("A half-year is 1 or 2."))

    @property
    def quarters(self) -> tuple[FiscalQuarter, FiscalQuarter]:
        """Its two quarters."""
        first = 1 if self.number == 1 else 3
        return FiscalQuarter(self.year, first), FiscalQuarter(self.year, first + 1)

    @property
    def start(self) -> dt.date:
        """Its first day."""
        return self.quarters[0].start

    @property
    def end(self) -> dt.date:
        """Its last day."""
        return self.quarters[1].end

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"
