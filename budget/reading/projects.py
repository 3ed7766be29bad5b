"""The projects of a year's action plan (แผนการดำเนินงาน, form ผด.02): when, where, by whom, and how much is spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import get_language

from ita_portal.fiscal import FiscalYear, today
from ita_portal.thai import ENGLISH_MONTHS, SHORT_MONTHS

from ..choices import PlanKind
from ..models import LineVersion, Revision, Statement
from ..money import Money, total
from ..querysets import LineVersionQuerySet
from .lines import ORDER, PAGE, asked_words
from .slices import division_names

MONTH_WIDTH = 20
"""Of a month in the strip, in its own units."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project. paid: the budget line that pays for it with its spending, None where the plan names none."""

    version: LineVersion
    months: str
    paid: LineVersion | None
    told: Money | None

    @property
    def x(self) -> int:
        """Where its bar begins in the strip."""
        return ((self.version.month_from or 1) - 1) * MONTH_WIDTH

    @property
    def width(self) -> int:
        """How long its bar is; 0 where the plan does not say when."""
        if self.version.month_from is None or self.version.month_to is None:
            return 0
        return (self.version.month_to - self.version.month_from + 1) * MONTH_WIDTH


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """A page of projects. money: of all that are let through; now_x: this month in the strip, None in other years."""

    projects: Sequence[Project]
    money: Money
    statement: Statement | None
    divisions: dict[int, str]
    division: str
    words: str
    next: str
    is_first: bool
    months: Sequence[str]
    now_x: int | None
    has_plan: bool

    @property
    def is_narrow(self) -> bool:
        """Whether any project is left out."""
        return bool(self.division or self.words)

    @property
    def query(self) -> str:
        """What stands in an address that asks for the same projects."""
        return urlencode({name: value for name, value in (("division", self.division), ("q", self.words)) if value})


def month_names() -> list[str]:
    """The fiscal year's months in short, October first."""
    thai = (get_language() or "th").startswith("th")
    names = SHORT_MONTHS if thai else [name[:3] for name in ENGLISH_MONTHS]
    return [names[(month + 8) % 12] for month in range(1, 13)]


def _short(year: int, month: int) -> str:
    buddhist = year if month > 3 else year - 1
    thai = (get_language() or "th").startswith("th")
    return f"{month_names()[month - 1]} {buddhist % 100 if thai else buddhist}"


def months_in_words(year: int, begin: int | None, end: int | None) -> str:
    """`พ.ย. 68 – ม.ค. 69`; one month once; nothing where the plan does not say when."""
    if begin is None or end is None:
        return ""
    return _short(year, begin) if begin == end else f"{_short(year, begin)} – {_short(year, end)}"


def projects_page(year: int, division: str, words: str, after: str) -> ProjectsPage:
    """Up to fifty projects from behind a key. At most six queries, whatever their number."""
    divisions = division_names()
    known = division.isascii() and division.isdigit() and len(division) < 10 and int(division) in divisions
    chosen, words = (str(int(division)) if known else ""), asked_words(words)
    # Named, or the planner walks through the lines of every year in their order.
    plans = Revision.objects.current().filter(plan__year=year, plan__kind=PlanKind.ACTION)
    revision = plans.values_list("pk", flat=True).first()
    whole: LineVersionQuerySet = LineVersion.objects.filter(revision=revision)
    rows = whole.filter(division=chosen) if chosen else whole
    rows = rows.holding(words) if words else rows
    page = ORDER.page(rows.select_related("line__plan", "division"), after, PAGE)
    statement = Statement.objects.latest_of(year)
    paid = _paid_from([row.serves_id for row in page.rows if row.serves_id], statement)
    now = FiscalYear.current().number == year
    return ProjectsPage(
        projects=[_project(year, row, paid.get(row.serves_id or 0)) for row in page.rows],
        money=total(rows, None),
        statement=statement,
        divisions=divisions,
        division=chosen,
        words=words,
        next=page.next,
        is_first=page.is_first,
        months=month_names(),
        now_x=(today().month + 2) % 12 * MONTH_WIDTH if now else None,
        has_plan=revision is not None,
    )


def _paid_from(lines: Sequence[int], statement: Statement | None) -> dict[int, LineVersion]:
    if not lines:
        return {}
    rows = LineVersion.objects.current().filter(line__in=lines).with_spending(statement).select_related("line__plan")
    return {row.line_id: row for row in rows}


def _project(year: int, row: LineVersion, paid: LineVersion | None) -> Project:
    told = None
    if paid is not None:
        spent = getattr(paid, "disbursed", None)
        told = Money(lines=1, original=paid.original, revised=paid.revised, disbursed=spent)
    return Project(row, months_in_words(year, row.month_from, row.month_to), paid, told)
