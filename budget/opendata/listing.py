"""Which files there are: for the page that lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from ..choices import PlanKind
from ..models import MonthSummary, Revision
from .rows import YearData, years_data

_ENDINGS = (("csv", "CSV"), ("json", "JSON"), ("xlsx", "Excel"))


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file in its forms. about: what is in it; thai: whether its name is; links: pairs of a form and its address."""

    name: str
    about: str
    links: tuple[tuple[str, str], ...]
    thai: bool = False


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
    def files(self) -> list[ListedFile]:
        """What there is of the year as a whole."""
        found = []
        if self.data.budget:
            found += [
                self._file("lines", _("Budget lines"), _("The budget in force, with the latest state of spending")),
                self._file("transfers", _("Transfers"), _("Money that moved between lines, by whom it was approved")),
            ]
        if self.data.statements:
            found.append(self._file("spending", _("Spending by month"), _("Each line at the end of each month told")))
        if self.data.of_kind(PlanKind.REVENUE):
            found.append(self._file("revenue", _("Revenue"), _("What was expected and what came in")))
        if self.has_purchases:
            found.append(self._file("procurement", _("Procurement"), _("Every purchase in the official columns")))
        return found

    @property
    def plans(self) -> list[ListedFile]:
        """The lines of each plan in force, with all that they say."""
        return [self._plan(revision) for revision in self.data.revisions]

    def _plan(self, revision: Revision) -> ListedFile:
        where = [self.year, revision.plan.slug]
        links = [(form, reverse("budget:plan_file", args=[*where, ending])) for ending, form in _ENDINGS]
        described = ("Data Package", reverse("budget:plan_package", args=where))
        return ListedFile(revision.plan.name, revision.title, (*links, described), thai=True)

    def _file(self, name: str, title: str, about: str) -> ListedFile:
        links = tuple((form, reverse(f"budget:{name}_file", args=[self.year, ending])) for ending, form in _ENDINGS)
        return ListedFile(title, about, links)


def listed_years() -> list[ListedYear]:
    """Years with something published, the latest first. Four queries."""
    months = MonthSummary.objects.current().order_by().values("year").annotate(last=Max("published_at"))
    bought = dict(months.values_list("year", "last"))
    return [ListedYear.of(data, bought.get(data.year)) for data in years_data()]
