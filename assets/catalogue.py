"""What can be borrowed: reading the catalogue page by page, and an asset's calendar.

The page is walked along the index of names; what is taken is left out by the database for single items and by
arithmetic for quantity items, so that a page costs the same however many assets there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from psycopg2.extras import DateRange

from ita_portal.fiscal import today
from organization.search import Grams, holding_any

from .availability import DAY, Span, free_spans
from .choices import AssetKind
from .models import Asset, Category, Loan, LoanLine, Photo, RegisterSettings
from .stock import Supply, claims_of, supply_of
from .synonyms import alternatives

PAGE = 24
_MOST_WORDS = 8
_MOST_STEPS = 8
"""How often a page reaches further along the index where quantity items are taken."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the catalogue shows. after: the label of the last asset on the page before."""

    start: dt.date
    due: dt.date
    q: str = ""
    division: int | None = None
    category: int | None = None
    kind: str = ""
    free_only: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An asset in the catalogue."""

    asset: Asset
    supply: Supply
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the catalogue. following: the label to go on from, where there is more."""

    offers: Sequence[Offer]
    following: str = ""


def page_of(choice: Choice) -> Page:
    """A page of what may be lent, by name and number. Three queries, one more for each step where things are taken."""
    rows = _chosen(choice)
    last = Asset.objects.filter(label=choice.after).only("name", "number").first() if choice.after else None
    found: list[tuple[Asset, Supply]] = []
    more = True
    for _step in range(_MOST_STEPS):
        batch = list((rows if last is None else _beyond(rows, last))[: PAGE + 1])
        more = len(batch) > PAGE
        batch = batch[:PAGE]
        supplies = supply_of(batch, choice.start, choice.due)
        for asset in batch:
            if len(found) == PAGE:
                more = True
                break
            last = asset
            if supplies[asset.pk].free or not choice.free_only:
                found.append((asset, supplies[asset.pk]))
        if not more or len(found) == PAGE:
            break
    photos = first_photos([asset for asset, _supply in found])
    offers = [Offer(asset, supply, photos.get(asset.pk)) for asset, supply in found]
    return Page(offers, last.label if more and last else "")


def first_photos(assets: Sequence[Asset]) -> dict[int, Photo]:
    """The first picture of each asset that has one, by the asset's primary key. One query."""
    photos = Photo.objects.filter(asset__in=[asset.pk for asset in assets]).order_by("asset_id", "pk")
    return {photo.asset_id: photo for photo in photos.distinct("asset_id") if photo.asset_id}


def _chosen(choice: Choice) -> Any:
    rows = Asset.objects.lendable().select_related("division", "category").order_by("name", "number")
    if choice.q:
        rows = _searched(rows, choice.q)
    if choice.division:
        rows = rows.filter(division_id=choice.division)
    if choice.category:
        rows = rows.filter(category_id=choice.category)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.free_only:
        taken = LoanLine.objects.holding().filter(
            Q(during__overlap=DateRange(choice.start, choice.due, "[]")) | Q(out__gt=0, during__endswith__lte=today()),
            # Not “=”: with it the database would first gather what is held of all things, and then look for these few.
            asset_id__gte=OuterRef("pk"),
            asset_id__lte=OuterRef("pk"),
        )
        rows = rows.filter(Q(kind=AssetKind.QUANTITY) | ~Exists(taken), quantity__gt=F("broken"))
    return rows


def _searched(rows: Any, words: str) -> Any:
    """The rows in which every one of `words`, or what else it may be called, is found: in their own words, or in the
    name of their kind. One query for the kinds."""
    kinds = [(pk, name.lower()) for pk, name in Category.objects.order_by().values_list("pk", "name")]
    rows = rows.alias(grams=Grams(F("search")))
    for word in words.lower().split()[:_MOST_WORDS]:
        names = alternatives(word)
        of_kind = [pk for pk, kind in kinds if any(name in kind for name in names)]
        or_kind = Q(category_id__in=of_kind) if of_kind else None
        rows = rows.filter(holding_any("search", names, "grams", or_kind))
    return rows


def _beyond(rows: Any, last: Asset) -> Any:
    """The rows after `last`; the first condition is the one that the index answers."""
    return rows.filter(name__gte=last.name).filter(Q(name__gt=last.name) | Q(number__gt=last.number))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. free: pieces; state: free, partly, taken or past."""

    date: dt.date
    free: int
    state: str
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """A loan that keeps an asset from others, for people who may see it."""

    loan: Loan
    start: dt.date
    end: dt.date
    pieces: int
    late: bool


@dataclass(frozen=True, slots=True)
class Month:
    """An asset's month. weeks: seven days each, from Monday; None: not of this month."""

    first: dt.date
    last: dt.date
    weeks: Sequence[Sequence[Day | None]]
    spans: Sequence[tuple[Span, str]]
    holders: Sequence[Holder] = field(default=())
    before: dt.date | None = None
    after: dt.date | None = None


def bounded_month(first: dt.date) -> dt.date:
    """The first day of the month, not before the present one and not after the last in which a loan can lie."""
    earliest, latest = _bounds()
    return min(max(first.replace(day=1), earliest), latest)


def _bounds() -> tuple[dt.date, dt.date]:
    now, rules = today(), RegisterSettings.current()
    return now.replace(day=1), (now + DAY * (rules.most_days_ahead + rules.most_loan_days)).replace(day=1)


def month_of(asset: Asset, first: dt.date, visible: Any) -> Month:
    """How free `asset` is on each day of the month that begins on `first`. visible: the loans that may be named.

    Past days say nothing: what was given back no longer counts as held.
    """
    now = today()
    following = (first + DAY * 31).replace(day=1)
    last = following - DAY
    earliest, latest = _bounds()
    spans: list[Span] = []
    if last >= now:
        held = claims_of([asset.pk]).get(asset.pk, [])
        spans = free_spans(asset.usable if asset.can_be_lent else 0, held, max(first, now), last)
    days: list[Day | None] = [None] * first.weekday()
    days += [Day(day, 0, "past") for day in _days(first, min(last, now - DAY))]
    days += [
        Day(day, max(0, span.free), _state(asset, span.free), is_today=day == now)
        for span in spans
        for day in span.days
    ]
    days += [None] * (-len(days) % 7)
    return Month(
        first,
        last,
        [days[start : start + 7] for start in range(0, len(days), 7)],
        [(Span(span.start, span.end, max(0, span.free)), _state(asset, span.free)) for span in spans],
        _holders(asset, max(first, now), last, visible),
        (first - DAY).replace(day=1) if first > earliest else None,
        following if first < latest else None,
    )


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + DAY * number for number in range((last - first).days + 1)]


def _state(asset: Asset, free: int) -> str:
    if free <= 0:
        return "taken"
    return "free" if free >= asset.usable else "partly"


def _holders(asset: Asset, start: dt.date, end: dt.date, visible: Any) -> list[Holder]:
    now = today()
    lines = (
        LoanLine.objects.holding()
        .filter(
            Q(during__overlap=DateRange(start, end, "[]")) | Q(out__gt=0, during__endswith__lte=now),
            asset=asset,
            loan__in=visible,
        )
        .select_related("loan__borrower")
        .order_by("during", "pk")
    )
    found = []
    for line in lines:
        until = line.during.upper - DAY
        late = until < now
        found.append(Holder(line.loan, line.during.lower, until, line.out if late else line.held, late))
    return found
