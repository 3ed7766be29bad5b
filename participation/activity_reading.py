"""What the public sees of activities: lists, a month, a page. Every query goes through `ActivityVersion.public()`."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.fiscal import BUDDHIST_ERA_OFFSET, FiscalQuarter, FiscalYear, today
from ita_portal.keyset import Keyset, KeysetPage
from ita_portal.thai import ENGLISH_MONTHS, MONTHS, long_date, short_date
from organization.models import Division

from .activity_choices import GROUPS, WAS_HELD, ActivityKind, ActivityState
from .activity_elements import Element, elements_of
from .activity_querysets import ActivityVersionQuerySet
from .models import Activity, ActivityDocument, ActivityPhoto, ActivityVersion
from .models.activities import ActivityWords

ORDER: Keyset[ActivityVersion] = Keyset(ActivityVersion, "-starts_on", "-pk")
PAGE = 20
MOST_UPCOMING = 30
"""Activities to come on the first page; the calendar has all of them."""
FARTHEST = dt.timedelta(days=366)
"""How far behind the last activity the calendar can be turned."""
COMPLETE, OPEN = "complete", "open"


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What an address asks for; what makes no sense is left out.

    status: `complete` with all four elements, `open` for what was held without them yet.
    """

    year: FiscalYear | None = None
    quarter: int = 0
    division: int = 0
    kind: str = ""
    status: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], divisions: Mapping[int, str]) -> ActivityFilter:
        """From the address. A quarter without a year is of the present one."""
        year = _year(query.get("year", ""))
        quarter = query.get("quarter", "")
        number = int(quarter) if quarter in ("1", "2", "3", "4") else 0
        division = query.get("division", "")
        key = int(division) if division.isascii() and division.isdigit() and len(division) < 10 else 0
        kind, status = query.get("kind", ""), query.get("status", "")
        return cls(
            year or (FiscalYear.current() if number else None),
            number,
            key if key in divisions else 0,
            kind if kind in ActivityKind.values else "",
            status if status in (COMPLETE, OPEN) else "",
        )

    def apply(self, rows: ActivityVersionQuerySet) -> ActivityVersionQuerySet:
        """The rows that it lets through. What was cancelled has no result to wait for."""
        if self.year is not None:
            rows = rows.of_quarter(FiscalQuarter(self.year, self.quarter)) if self.quarter else rows.of_year(self.year)
        if self.division:
            rows = rows.filter(division=self.division)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.status == COMPLETE:
            rows = rows.complete()
        elif self.status == OPEN:
            rows = rows.filter(state=ActivityState.HELD)
        return rows

    @property
    def chosen(self) -> dict[str, str]:
        """For an address of the same list."""
        values = {
            "year": self.year, "quarter": self.quarter, "division": self.division, "kind": self.kind,
            "status": self.status,
        }  # fmt: skip
        return {name: str(value) for name, value in values.items() if value}

    @property
    def query(self) -> str:
        """The same, encoded."""
        return urlencode(self.chosen)

    @property
    def is_narrow(self) -> bool:
        """Whether more than a year is chosen."""
        return bool(self.quarter or self.division or self.kind or self.status)


def _year(text: str) -> FiscalYear | None:
    try:
        return FiscalYear(int(text)) if text.isascii() and text.isdigit() and len(text) == 4 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a list adds up to. people: who took part in what is complete."""

    activities: int
    complete: int
    people: int


def tally_of(rows: ActivityVersionQuerySet) -> Tally:
    """One query."""
    done = Q(state=ActivityState.COMPLETE)
    found = rows.order_by().aggregate(
        n=Count("pk"), complete=Count("pk", filter=done), people=Sum("took_part", filter=done)
    )
    return Tally(found["n"], found["complete"], found["people"] or 0)


def division_names() -> dict[int, str]:
    """Divisions by key, in their order. One query."""
    return dict(Division.objects.values_list("pk", "name"))


def published() -> ActivityVersionQuerySet:
    """What everybody may read, with what pages say of it."""
    rows: ActivityVersionQuerySet = ActivityVersion.objects.public().select_related("activity", "division")
    return rows


def upcoming(day: dt.date) -> list[ActivityVersion]:
    """What is to come, the next first. One query."""
    return list(published().upcoming(day).order_by("starts_on", "pk")[:MOST_UPCOMING])


@dataclass(frozen=True, slots=True)
class Named:
    """An activity as other pages name it."""

    title: str
    url: str
    day: dt.date
    place: str


def newest_activities(count: int) -> list[Named]:
    """What is to come, then what was held last. Two queries."""
    found = upcoming(today())[:count]
    if len(found) < count:
        known = [version.pk for version in found]
        found += list(published().exclude(pk__in=known).order_by("-starts_on", "-pk")[: count - len(found)])
    return [Named(one.title, one.get_absolute_url(), one.starts_on, one.place) for one in found]


def page_of(rows: ActivityVersionQuerySet, after: str) -> KeysetPage[ActivityVersion]:
    """A page of a list, the latest first."""
    return ORDER.page(rows, after, PAGE)


def public_years() -> list[FiscalYear]:
    """Fiscal years with a public activity, the latest first. One query."""
    days = ActivityVersion.objects.public().order_by().values_list("starts_on", flat=True).distinct()
    return sorted({FiscalYear.of(day) for day in days.iterator()}, reverse=True)


@dataclass(frozen=True, slots=True)
class People:
    """A group and how many of it took part."""

    column: str
    name: str | Promise
    count: int


def groups_of(words: ActivityWords) -> list[People]:
    """The groups with a number, in their order."""
    found = [People(group.column, group.name, getattr(words, group.column) or 0) for group in GROUPS]
    return [group for group in found if group.count]


def days_in_words(words: ActivityWords, *, language: str | None = None, short: bool = False) -> str:
    """`14 มีนาคม 2569 เวลา 09.00–12.00 น.`; in English `14 March 2569 BE, 09:00–12:00`."""
    write = short_date if short else long_date
    thai = (language or get_language() or "th").startswith("th")
    first, last = write(words.starts_on, language), write(words.ends_on, language)

    def clock(time: dt.time) -> str:
        return time.strftime("%H.%M" if thai else "%H:%M")

    begins = clock(words.starts_at) if words.starts_at else ""
    ends = clock(words.ends_at) if words.ends_at else ""
    end = " น." if thai else ""
    if words.starts_on == words.ends_on:
        times = f"{begins}–{ends}" if ends else begins
        return f"{first} เวลา {times}{end}" if times and thai else f"{first}, {times}" if times else first
    left = f"{first} ({begins}{end})" if begins else first
    right = f"{last} ({ends}{end})" if ends else last
    return f"{left} – {right}"


def told_days(version: ActivityVersion, *, short: bool = False) -> str:
    """When it takes place; of what will not take place then, when it was to."""
    days = days_in_words(version, short=short)
    if version.state in (ActivityState.POSTPONED, ActivityState.CANCELLED):
        return _("was to be %(days)s") % {"days": days}
    return days


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A public activity. versions: what was published of it before, the latest first."""

    version: ActivityVersion
    elements: Sequence[Element]
    groups: Sequence[People]
    photos: Sequence[ActivityPhoto]
    documents: Sequence[ActivityDocument]
    removed: Sequence[ActivityPhoto | ActivityDocument]
    versions: Sequence[ActivityVersion]

    @property
    def was_held(self) -> bool:
        """Whether its result may be waited for: it was held, or its days are over."""
        return self.version.state in WAS_HELD or self.version.ends_on < today()

    @property
    def corrected(self) -> ActivityVersion | None:
        """Its latest correction."""
        return next((version for version in self.versions if version.is_correction), None)


def activity_page(activity: Activity) -> ActivityPage | None:
    """What everybody may read of it; None for a draft. Three queries."""
    versions = list(activity.versions.select_related("division").order_by("-number"))
    if not versions:
        return None
    photos = list(ActivityPhoto.objects.filter(activity=activity, published_in__isnull=False).order_by("pk"))
    documents = list(ActivityDocument.objects.filter(activity=activity, published_in__isnull=False).order_by("pk"))
    current = versions[0]
    return ActivityPage(
        current, elements_of(current), groups_of(current),
        [photo for photo in photos if photo.removed_at is None],
        [document for document in documents if document.removed_at is None],
        [*(one for one in photos if one.removed_at), *(one for one in documents if one.removed_at)],
        versions,
    )  # fmt: skip


# A month ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month and what takes place on it."""

    date: dt.date
    activities: Sequence[ActivityVersion]
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of seven days from Monday (None: of another month) and as a list."""

    first: dt.date
    weeks: Sequence[Sequence[Day | None]]
    activities: Sequence[ActivityVersion]
    before: str
    after: str

    @property
    def title(self) -> str:
        """`ธันวาคม 2569`."""
        return month_name(self.first)


def month_name(day: dt.date) -> str:
    """The month of a day with its year of the Buddhist Era."""
    year = day.year + BUDDHIST_ERA_OFFSET
    if (get_language() or "th").startswith("th"):
        return f"{MONTHS[day.month - 1]} {year}"
    return _("%(month)s %(year)s BE") % {"month": ENGLISH_MONTHS[day.month - 1], "year": year}


def asked_month(text: str) -> dt.date:
    """The first day of the month in an address (`2026-12`), within what can be turned to; else of the present month."""
    now = today().replace(day=1)
    try:
        day = dt.date.fromisoformat(f"{text}-01") if len(text) == 7 and text.isascii() else now
    except ValueError:
        return now
    first, last = _bounds()
    return min(max(day, first), last)


def _bounds() -> tuple[dt.date, dt.date]:
    """The first and the last month that can be turned to. One query."""
    found = ActivityVersion.objects.public().order_by().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    now = today()
    first, last = min(found["first"] or now, now), max(found["last"] or now, now) + FARTHEST
    return first.replace(day=1), last.replace(day=1)


def month_of(first: dt.date) -> Month:
    """The month that begins on `first`. Two queries."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    rows = list(published().on_days(first, last).order_by("starts_on", "starts_at", "pk"))
    earliest, latest = _bounds()
    day, days = first, [None] * first.weekday()
    shown: list[Day | None] = [*days]
    while day <= last:
        shown.append(Day(day, [row for row in rows if row.starts_on <= day <= row.ends_on], day == today()))
        day += dt.timedelta(days=1)
    shown += [None] * (-len(shown) % 7)
    weeks = [shown[start : start + 7] for start in range(0, len(shown), 7)]
    before = (first - dt.timedelta(days=1)).replace(day=1)
    after = last + dt.timedelta(days=1)
    return Month(
        first, weeks, rows,
        before.strftime("%Y-%m") if before >= earliest else "", after.strftime("%Y-%m") if after <= latest else "",
    )  # fmt: skip


def shown_state(version: ActivityVersion, day: dt.date) -> tuple[str, str]:
    """The shape (`static/img/icons.svg`) and the words for where an activity stands on a day."""
    if version.state == ActivityState.ANNOUNCED:
        if version.starts_on <= day <= version.ends_on:
            return "in_progress", _("Goes on today")
        return ("upcoming", _("To come")) if version.starts_on > day else ("awaiting", _("Result to come"))
    shapes: dict[str, str] = {
        ActivityState.POSTPONED: "delayed", ActivityState.CANCELLED: "not_done", ActivityState.HELD: "awaiting",
        ActivityState.COMPLETE: "done",
    }  # fmt: skip
    words = _("Result to come") if version.state == ActivityState.HELD else version.get_state_display()
    return shapes.get(version.state, "outside"), words


@dataclass(frozen=True, slots=True)
class Shown:
    """An activity in a list."""

    version: ActivityVersion
    icon: str
    state: str
    days: str
    photo: ActivityPhoto | None = None

    @property
    def url(self) -> str:
        """Its page."""
        return self.version.get_absolute_url()


def shown(rows: Iterable[ActivityVersion], day: dt.date, *, photos: bool = False) -> list[Shown]:
    """Rows of a list as they are shown, with the first photo of each. At most one query."""
    found = list(rows)
    pictures: dict[int, ActivityPhoto] = {}
    if photos and found:
        kept: Any = ActivityPhoto.objects.public().filter(activity__in=[row.activity_id for row in found])
        pictures = {photo.activity_id: photo for photo in kept.order_by("-pk")}
    return [
        Shown(row, *shown_state(row, day), told_days(row, short=True), pictures.get(row.activity_id)) for row in found
    ]
