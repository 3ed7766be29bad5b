"""A plan on one page for the staff who say that they have read it: what it is about, what is theirs, what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from organization.models import User

from .choices import PlanKind, Programme, RevenueGroup
from .differences import Difference, differences
from .models import LineVersion, Plan, Reading, Revision, Statement
from .money import Money, split, total

LARGEST = 5
"""Of programmes, of a division's lines, of changes: how many stand on the page; the rest is a link away."""


@dataclass(frozen=True, slots=True)
class Part:
    """A programme, or a category of revenue, with its sums."""

    name: str
    money: Money
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since the revision that somebody read. largest: those that move most money first."""

    since: Revision
    added: int
    removed: int
    changed: int
    largest: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Summary:
    """A revision in force for one reader. own: of their division, None where it has no part in it or they have none.

    statement: the latest of the year, for what is spent. read: their confirmation of this very revision.
    """

    revision: Revision
    whole: Money
    parts: Sequence[Part]
    more_parts: int
    statement: Statement | None
    own: Money | None = None
    own_lines: Sequence[LineVersion] = field(default_factory=list)
    changes: Changes | None = None
    read: Reading | None = None


def current_of(year: int, slug: str) -> Revision | None:
    """The revision in force of the plan at an address."""
    plan: Plan | None = Plan.objects.at(year, slug).first()
    if plan is None:
        return None
    found: Revision | None = plan.revisions.current().select_related("plan").first()
    return found


def summary_for(revision: Revision, user: User) -> Summary:
    """What somebody should know of a revision before they confirm it. At most ten queries, whatever its length."""
    plan = revision.plan
    rows = LineVersion.objects.filter(revision=revision)
    statement: Statement | None = None
    if plan.is_budget or plan.kind == PlanKind.REVENUE:
        statement = Statement.objects.latest_of(plan.year_id)
    whole = total(rows, statement)
    parts = _parts(rows, statement, whole, is_revenue=plan.kind == PlanKind.REVENUE)
    own = own_lines = None
    if user.division_id is not None:
        mine = rows.filter(division=user.division_id)
        own = total(mine, statement)
        own_lines = list(
            mine.with_spending(statement).exclude(revised=None).select_related("line__plan")
            .order_by("-revised", "position")[:LARGEST]
        )  # fmt: skip
    readings = list(
        Reading.objects.filter(user=user, revision__plan=plan).select_related("revision").order_by("-revision__number")
    )
    read = next((one for one in readings if one.revision_id == revision.pk), None)
    earlier = next((one.revision for one in readings if one.revision_id != revision.pk), None)
    return Summary(
        revision=revision, whole=whole, parts=parts[:LARGEST], more_parts=max(0, len(parts) - LARGEST),
        statement=statement, own=own if own is not None and own.lines else None, own_lines=own_lines or [],
        changes=None if earlier is None or read is not None else _changes(earlier, revision), read=read,
    )  # fmt: skip


def _parts(rows, statement: Statement | None, whole: Money, *, is_revenue: bool) -> list[Part]:  # type: ignore[no-untyped-def]
    words, column = (RevenueGroup, "revenue_group") if is_revenue else (Programme, "programme")
    found = split(rows, statement, column)
    made = [
        Part(
            str(words(key).label), money,
            None if money.revised is None or not whole.revised else money.revised * 100 / whole.revised,
        )
        for key, money in found.items()
    ]  # fmt: skip
    return sorted(made, key=lambda part: (part.money.revised is None, -(part.money.revised or 0), part.name))


def _changes(before: Revision, after: Revision) -> Changes:
    """Changes between two revisions of a plan. Two queries."""
    found = differences(
        before.versions.select_related("line__plan"), after.versions.select_related("line__plan").order_by("position")
    )
    fates = [one.fate for one in found]
    return Changes(
        since=before, added=fates.count("added"), removed=fates.count("removed"), changed=fates.count("changed"),
        largest=sorted(found, key=lambda one: -abs(one.delta or Decimal(0)))[:LARGEST],
    )  # fmt: skip
