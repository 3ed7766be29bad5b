"""Which files there are: for the page that lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max

from ..choices import PlanKind
from ..models import MonthSummary, Revision
from .rows import YearData, years_data


@dataclass(frozen=True, slots=True)
class ListedYear:
    """A year with files. updated: when something of it was published last; has_purchases: whether months are told."""

    data: YearData
    updated: dt.datetime | None
    has_purchases: bool

    @classmethod
    def of(cls, data: YearData, bought: dt.datetime | None) -> ListedYear:
        """bought: when a month of purchases was published last; None where none was."""
        moments = [one.published_at for one in data.revisions] + [one.published_at for one in data.statements]
        return cls(data, max(filter(None, [*moments, bought]), default=None), bought is not None)

    @property
    def year(self) -> int:
        """Its fiscal year."""
        return self.data.year

    @property
    def revenue(self) -> Revision | None:
        """The estimate of revenue in force."""
        return self.data.of_kind(PlanKind.REVENUE)


def listed_years() -> list[ListedYear]:
    """Years with a published plan, the latest first. Three queries."""
    months = MonthSummary.objects.current().order_by().values("year").annotate(last=Max("published_at"))
    bought = dict(months.values_list("year", "last"))
    return [ListedYear.of(data, bought.get(data.year)) for data in years_data()]
