"""Letters as they are shown: to everybody, to the sender, at the desk. Each list in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from ita_portal.fiscal import BANGKOK, FiscalYear, today
from ita_portal.keyset import Keyset
from organization.models import User
from organization.search import containing

from .choices import LetterState
from .models import Letter, LetterMessage
from .querysets import OPEN_STATES, LetterQuerySet

PAGE = 20
NEWEST_PUBLISHED = Keyset(Letter, "-published_at", "-pk")
MOST_URGENT = Keyset(Letter, "next_due_on", "pk")
NEWEST = Keyset(Letter, "-pk")
SHORTEST_SEARCH = 2


def begin_of(day: dt.date) -> dt.datetime:
    """When a day begins in Bangkok."""
    return dt.datetime.combine(day, dt.time(), BANGKOK)


def published_letters(chosen: Mapping[str, Any]) -> LetterQuerySet:
    """What everybody may read. chosen: kind, division (key), year (fiscal year in which it came), q (words)."""
    rows: LetterQuerySet = Letter.objects.published().select_related("division")
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    if division := chosen.get("division"):
        rows = rows.filter(division=division)
    if year := chosen.get("year"):
        fiscal = FiscalYear(int(year))
        rows = rows.filter(sent_at__gte=begin_of(fiscal.start), sent_at__lt=begin_of(fiscal.end + dt.timedelta(1)))
    words = str(chosen.get("q") or "")
    if len(words) >= SHORTEST_SEARCH:
        rows = containing(rows, "search", words)
    return rows


def newest_published(most: int) -> list[Letter]:
    """The latest, for the home of participation. One query."""
    return list(Letter.objects.published().select_related("division").order_by("-published_at", "-pk")[:most])


def published_years() -> list[int]:
    """Fiscal years in which something came that is public, newest first. One query."""
    days = Letter.objects.published().order_by().values_list("sent_at__date", flat=True).distinct()
    return sorted({FiscalYear.of(day).number for day in days}, reverse=True)


def conversation(letter: Letter) -> list[LetterMessage]:
    """What was written after the letter and its answer, from the first on. One query."""
    return list(LetterMessage.objects.filter(letter=letter).select_related("author").order_by("pk"))


def is_late(letter: Letter, day: dt.date) -> bool:
    """Whether somebody waits past the day."""
    return letter.state in OPEN_STATES and letter.next_due_on < day


def is_near(letter: Letter, day: dt.date, days: int) -> bool:
    """Whether it is due today or soon."""
    return letter.state in OPEN_STATES and day <= letter.next_due_on <= day + dt.timedelta(days=days)


# The desk -------------------------------------------------------------------------------------------------
def _waiting() -> Q:
    return Q(state__in=OPEN_STATES)


PILES: dict[str, Q] = {
    "open": _waiting(),
    "received": Q(state=LetterState.RECEIVED),
    "with_division": Q(state=LetterState.WITH_DIVISION),
    "answered": Q(state=LetterState.ANSWERED),
    "closed": Q(state=LetterState.CLOSED),
    "refused": Q(state=LetterState.REFUSED),
}
"""Every letter is in one of the states; `open` holds the first two together."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many letters of those that a person sees are where."""

    piles: Mapping[str, int]
    late: int
    near: int
    to_decide: int


def desk_counts(user: User, near_days: int) -> DeskCounts:
    """The counts of the desk. Two queries."""
    day = today()
    found = Letter.objects.visible_to(user).order_by().aggregate(
        **{f"pile_{name}": Count("pk", filter=condition) for name, condition in PILES.items()},
        late=Count("pk", filter=_waiting() & Q(next_due_on__lt=day)),
        near=Count("pk", filter=_waiting() & Q(next_due_on__range=(day, day + dt.timedelta(days=near_days)))),
    )  # fmt: skip
    piles = {name: found[f"pile_{name}"] for name in PILES}
    return DeskCounts(piles, found["late"], found["near"], Letter.objects.visible_to(user).to_decide().count())


def desk_letters(user: User, chosen: Mapping[str, Any], near_days: int) -> tuple[LetterQuerySet, Keyset[Letter]]:
    """The letters of a list at the desk that `user` may see, and their order: what is due first, else the newest."""
    rows: LetterQuerySet = Letter.objects.visible_to(user).select_related("division", "about")
    day = today()
    state = chosen.get("state") or "open"
    if state == "to_decide":
        rows = rows.to_decide()
    elif state != "all":
        rows = rows.filter(PILES[state])
    if chosen.get("late") == "late":
        rows = rows.late(day)
    elif chosen.get("late") == "near":
        rows = rows.near(day, near_days)
    if division := chosen.get("division"):
        rows = rows.filter(division=division)
    if kind := chosen.get("kind"):
        rows = rows.filter(kind=kind)
    urgent = state in ("open", "received", "with_division") or bool(chosen.get("late"))
    return rows, MOST_URGENT if urgent else NEWEST
