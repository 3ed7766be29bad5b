"""Lists of lines: a year's with filters, a search over all years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from ita_portal.keyset import Keyset, KeysetPage
from ita_portal.thai import to_arabic_digits

from ..choices import BUDGET_KINDS, Group, Programme, Source
from ..models import LineVersion, Revision, Spent, Statement
from ..querysets import LineVersionQuerySet

PAGE = 50
LONGEST_SEARCH = 100
SHORTEST_SEARCH = 2
MOST_WORDS = 8
_HANDFULS = (1, 2)
"""So many years are looked through one after another before the index is asked for all that are left."""
ORDER: Keyset[LineVersion] = Keyset(LineVersion, "revision_id", "position", "pk")
"""As the plans have them."""
BY_AMOUNT: Keyset[LineVersion] = Keyset(LineVersion, "-revised", "-pk")
"""The largest first; lines whose amount is not known have no place in it."""


def asked_words(text: str) -> str:
    """What is searched for, as it may be sent to the database: bounded, without signs that it refuses."""
    return " ".join(text.replace("\x00", " ").split())[:LONGEST_SEARCH]


def can_be_searched(words: str) -> bool:
    """Whether one of the words that are looked at has two letters: pieces of two are the least that the index holds."""
    return any(len(word) >= SHORTEST_SEARCH for word in words.lower().split()[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What a list of lines is narrowed to; empty for everything. What is no known word is left out."""

    programme: str = ""
    group: str = ""
    division: str = ""
    source: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], divisions: Mapping[int, str]) -> LineFilter:
        """As an address asks for it."""
        division = query.get("division", "")
        known = division.isascii() and division.isdigit() and len(division) < 10 and int(division) in divisions
        return cls(
            programme=_known(query.get("programme", ""), Programme.values),
            group=_known(query.get("group", ""), Group.values),
            division=str(int(division)) if known else "",
            source=_known(query.get("source", ""), Source.values),
            q=asked_words(query.get("q", "")),
            sort=_known(query.get("sort", ""), ("amount",)),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.programme or self.group or self.division or self.source or self.q)

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words was chosen."""
        return bool(self.programme or self.group or self.division or self.source or self.sort)

    @property
    def narrowing(self) -> dict[str, str]:
        """What stands in an address that asks for the same lines."""
        named = {name: getattr(self, name) for name in ("programme", "group", "division", "source", "q")}
        return {name: value for name, value in named.items() if value}

    @property
    def query(self) -> str:
        """The same with its order, encoded."""
        return urlencode(self.narrowing | ({"sort": self.sort} if self.sort else {}))

    def apply(self, rows: LineVersionQuerySet) -> LineVersionQuerySet:
        """The lines that it lets through."""
        exact = {name: getattr(self, name) for name in ("programme", "group", "source") if getattr(self, name)}
        if self.division:
            exact["division_id"] = self.division
        rows = rows.filter(**exact)
        return holding_each(rows, self.q)


def holding_each(rows: LineVersionQuerySet, words: str) -> LineVersionQuerySet:
    """The rows that hold every one of the words, compared letter by letter: for few years' rows.

    The index of pieces (`holding`) is for all years: narrowed to one, the database would rather make the pieces of each
    row anew, which costs a hundred times as much as to compare it.
    """
    for word in to_arabic_digits(words).lower().split()[:MOST_WORDS]:
        rows = rows.filter(search__contains=word)
    return rows.with_numbers_of(words)


def _known(text: str, values: Sequence[str]) -> str:
    return text if text in values else ""


def page_of_lines(
    rows: LineVersionQuerySet, statement: Statement | None, chosen: LineFilter, after: str
) -> KeysetPage[LineVersion]:
    """A page of the lines that are let through, each with what a statement tells of it. One query."""
    found: Any = chosen.apply(rows).with_spending(statement).select_related("line__plan", "division")
    if chosen.sort == "amount":
        return BY_AMOUNT.page(found.exclude(revised=None), after, PAGE)
    return ORDER.page(found, after, PAGE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found. told: what its year's latest statement says of it, None where it is silent."""

    version: LineVersion
    year: int
    told: Spent | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search. next: the key of the next page, empty where this is the last."""

    hits: Sequence[Hit]
    next: str


def search(words: str, after: str) -> Found:
    """Lines of all years that hold every word, the newest year first.

    Lines of the budget and of revenue; those of the other plans only where they pay from no line of it, or it would be
    found twice. A common word fills the page from the newest years; a rare one is found by the index. Six queries.
    """
    by_year: dict[int, list[int]] = {}
    current = Revision.objects.current().values_list("plan__year_id", "pk").order_by("-plan__year_id")
    for year, revision in current:
        by_year.setdefault(year, []).append(revision)
    years = list(by_year)
    first, _dot, rest = after.partition(".")
    key = ORDER.read(rest) if first.isascii() and first.isdigit() and len(first) == 4 else None
    if key is not None and int(first) in by_year:
        years = [year for year in years if year <= int(first)]
    else:
        key = None
    found: list[LineVersion] = []
    for handful in (*_HANDFULS, len(years)):
        some, years = years[:handful], years[handful:]
        missing = PAGE + 1 - len(found)
        if some and missing > 0:
            revisions = [pk for year in some for pk in by_year[year]]
            found += _in_revisions(words, revisions, key, missing, indexed=handful not in _HANDFULS)
        key = None
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return Found(_told(shown), f"{last.line.plan.year_id}.{ORDER.written(last)}" if last else "")


def _in_revisions(
    words: str, revisions: Sequence[int], key: Any, size: int, *, indexed: bool
) -> list[LineVersion]:  # fmt: skip
    current = LineVersion.objects.current().filter(revision_id__in=revisions)
    rows = current.holding(words) if indexed else holding_each(current, words)
    own = rows.filter(Q(revision__plan__kind__in=[*BUDGET_KINDS, "revenue"]) | Q(serves=None))
    behind = ORDER.after(own.select_related("line__plan", "division"), key)
    return list(behind.order_by("-revision__plan__year_id", *ORDER.order)[:size])


def _told(versions: Sequence[LineVersion]) -> list[Hit]:
    if not versions:
        return []
    years = {version.line.plan.year_id for version in versions}
    latest: dict[int, Statement] = {}
    for statement in Statement.objects.current().filter(year_id__in=years).order_by("month"):
        latest[statement.year_id] = statement
    rows = Spent.objects.filter(statement__in=latest.values(), line__in=[version.line_id for version in versions])
    told = {row.line_id: row for row in rows}
    return [Hit(version, version.line.plan.year_id, told.get(version.line_id)) for version in versions]
