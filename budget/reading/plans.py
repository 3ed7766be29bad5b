"""A plan, one of its revisions, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ita_portal.keyset import KeysetPage

from ..differences import COMPARED, Difference, Fate, differences
from ..models import LineVersion, Plan, Revision, Transfer
from ..money import Money, total
from .lines import ORDER, PAGE
from .quarters import current_statements

FATES: tuple[Fate, ...] = ("added", "removed", "changed")
MOST_TRANSFERS = 200


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """A published revision with a page of its lines. revisions: all published ones, the latest first. current: the
    one in force; before, after: its published neighbours."""

    plan: Plan
    revision: Revision
    revisions: Sequence[Revision]
    money: Money
    page: KeysetPage[LineVersion]
    transfers: Sequence[Transfer]
    names: dict[int, LineVersion]

    @property
    def current(self) -> Revision:
        """The one in force."""
        return next(revision for revision in self.revisions if revision.is_current)

    @property
    def _number(self) -> int:
        return self.revision.number or 0

    @property
    def before(self) -> Revision | None:
        """The one that it follows."""
        return next((one for one in self.revisions if one.number == self._number - 1), None)

    @property
    def after(self) -> Revision | None:
        """The one that follows it."""
        return next((one for one in self.revisions if one.number == self._number + 1), None)

    @property
    def moved(self) -> list[tuple[Transfer, LineVersion | None, LineVersion | None]]:
        """Its transfers, each with the lines of both sides."""
        return [
            (one, self.names.get(one.from_line_id or 0), self.names.get(one.to_line_id or 0)) for one in self.transfers
        ]


def revision_page(year: int, slug: str, number: int | None, after: str) -> RevisionPage:
    """A revision by its address, the one in force without a number; at most eight queries. Plan.DoesNotExist where
    nothing of the plan is published; Revision.DoesNotExist for a number that is not."""
    plan = public_plan(year, slug)
    revisions = list(plan.revisions.published().prefetch_related("documents").order_by("-number"))
    for one in revisions:
        one.plan = plan
    revision = next(
        (one for one in revisions if (one.is_current if number is None else one.number == number)), None
    )  # fmt: skip
    if revision is None:
        raise Revision.DoesNotExist
    statement = None
    if revision.is_current and plan.kind in ("ordinance", "supplement", "revenue"):
        statements = current_statements(year)
        statement = statements[-1] if statements else None
    versions = LineVersion.objects.published().filter(revision=revision)
    transfers = list(revision.transfers.order_by("pk")[:MOST_TRANSFERS])
    sides = {side for one in transfers for side in (one.from_line_id, one.to_line_id) if side}
    page = ORDER.page(versions.with_spending(statement).select_related("line__plan", "division"), after, PAGE)
    names = versions.filter(line__in=sides).select_related("line__plan") if sides else []
    return RevisionPage(
        plan, revision, revisions, total(versions, statement), page, transfers,
        {version.line_id: version for version in names},
    )  # fmt: skip


def public_plan(year: int, slug: str) -> Plan:
    """A plan of which something is in force. Plan.DoesNotExist for every other."""
    found: Plan | None = Plan.objects.at(year, slug).public().first()
    if found is None:
        raise Plan.DoesNotExist
    return found


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Two revisions side by side. shown: one page of those that `fate` lets through; counts: of all."""

    plan: Plan
    before: Revision
    after: Revision
    money_before: Money
    money_after: Money
    counts: dict[Fate, int]
    sums: dict[Fate, Decimal]
    unknown: int
    fate: str
    shown: Sequence[Difference]
    next: int | None
    has_newer: bool

    @property
    def delta(self) -> Decimal | None:
        """By how much the whole changed."""
        if self.money_before.revised is None or self.money_after.revised is None:
            return None
        return self.money_after.revised - self.money_before.revised


def changes_page(year: int, slug: str, numbers: tuple[int, int], fate: str, start: int) -> ChangesPage:
    """What differs between two published revisions; at most nine queries. Only lines that differ are read in full.

    fate: added, removed, changed, or nothing for all. start: how many are skipped. Revision.DoesNotExist for others.
    """
    plan, before, after = two_revisions(year, slug, numbers)
    all_changes = differences_of(before, after)
    counts = {name: sum(one.fate == name for one in all_changes) for name in FATES}
    sums = {
        name: sum((one.delta for one in all_changes if one.fate == name and one.delta is not None), Decimal(0))
        for name in FATES
    }
    chosen = [one for one in all_changes if not fate or one.fate == fate]
    own = [LineVersion.objects.published().filter(revision=one) for one in (before, after)]
    return ChangesPage(
        plan, before, after, total(own[0], None), total(own[1], None), counts, sums,
        sum(one.delta is None for one in all_changes), fate, chosen[start : start + PAGE],
        start + PAGE if len(chosen) > start + PAGE else None, not after.is_current,
    )  # fmt: skip


def two_revisions(year: int, slug: str, numbers: tuple[int, int]) -> tuple[Plan, Revision, Revision]:
    """A plan and two of its published revisions, the earlier one first; two queries. Revision.DoesNotExist, or
    Plan.DoesNotExist, where they are not there."""
    plan = public_plan(year, slug)
    found = {one.number: one for one in plan.revisions.published().filter(number__in=numbers)}
    if len(found) != 2 or numbers[0] >= numbers[1]:
        raise Revision.DoesNotExist
    before, after = (found[number] for number in numbers)
    for one in (before, after):
        one.plan = plan
    return plan, before, after


def differences_of(before: Revision, after: Revision) -> list[Difference]:
    """The lines that differ between two published revisions of a plan; four queries."""
    columns = ("line_id", *COMPARED)
    sides = [
        LineVersion.objects.published().filter(revision=one).order_by().values_list(*columns)
        for one in (before, after)
    ]  # fmt: skip
    differing = {row[0] for one, other in (sides, sides[::-1]) for row in one.difference(other)}
    if not differing:
        return []
    read = [
        list(
            LineVersion.objects.published()
            .filter(revision=one, line__in=differing)
            .select_related("line__plan", "division")
            .order_by("position", "pk")
        )
        for one in (before, after)
    ]
    return differences(*read)
