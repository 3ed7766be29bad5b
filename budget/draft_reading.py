"""A draft as its officer sees it: added up, beside what is in force, and what stands in the way of its publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from ita_portal.thai import baht

from .choices import Group, Method, PlanKind, Programme, RevenueGroup
from .desk_reading import month_name
from .differences import Difference, differences
from .models import LineVersion, Revision, Spent, Transfer
from .money import Money, split
from .services.catching_up import is_behind
from .services.plans import spent_of


@dataclass(frozen=True, slots=True)
class Part:
    """A programme or category of revenue of a draft, beside what is in force."""

    name: str
    now: Money
    before: Money | None

    @property
    def delta(self) -> Decimal | None:
        """By how much it changes; None where one of the two is not known."""
        if self.before is None or self.now.revised is None:
            return None
        return self.now.revised - (self.before.revised or Decimal(0))


@dataclass(frozen=True, slots=True)
class Totals:
    """A draft added up. off: what the lines are away from the declared total; None where none was declared."""

    parts: list[Part]
    whole: Money
    before: Money | None
    off: Decimal | None


def summed(parts: Iterable[Money]) -> Money:
    """Several sums in one; unknown stays unknown."""
    found = list(parts)

    def add(name: str) -> Decimal | None:
        known = [amount for part in found if (amount := getattr(part, name)) is not None]
        return sum(known, Decimal(0)) if known else None

    return Money(
        lines=sum(part.lines for part in found), original=add("original"), revised=add("revised"),
        obligated=add("obligated"), disbursed=add("disbursed"), received=add("received"),
        unknown=sum(part.unknown for part in found), unknown_original=sum(part.unknown_original for part in found),
        left_known=add("left_known"), left_untold=sum(part.left_untold for part in found),
    )  # fmt: skip


def part_names(kind: str, *, by_group: bool = False) -> tuple[str, Any]:
    """By which column a kind of plan is added up, and the words of its values."""
    if kind == PlanKind.REVENUE:
        return "revenue_group", RevenueGroup
    return ("group", Group) if by_group else ("programme", Programme)


def totals_of(draft: Revision, *, by_group: bool = False) -> Totals:
    """The draft by its programmes, groups or categories of revenue. At most two queries."""
    column, names = part_names(draft.plan.kind, by_group=by_group)
    now = split(draft.versions.all(), None, column)
    before = split(LineVersion.objects.filter(revision=draft.based_on_id), None, column) if draft.based_on_id else None
    order = [*names.values, ""]
    keys = sorted({*now, *(before or {})}, key=order.index)
    labels = {**dict(names.choices), "": _("Not entered")}
    parts = [
        Part(str(labels[key]), now.get(key, Money()), None if before is None else before.get(key, Money()))
        for key in keys
    ]
    whole = summed(now.values())
    total, declared = whole.revised or Decimal(0), draft.declared_total
    return Totals(
        parts,
        whole,
        None if before is None else summed(before.values()),
        None if declared is None else total - declared,
    )


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at before a publication. stops: whether the database refuses it. url: where to mend it."""

    words: str
    is_good: bool
    stops: bool = True
    url: str = ""

    @property
    def state(self) -> str:
        """For its sign: done, not_done, delayed (a hint)."""
        return "done" if self.is_good else "not_done" if self.stops else "delayed"


def checks_of(draft: Revision, totals: Totals) -> list[Check]:
    """Everything that publication looks at, and what is easily forgotten. A handful of queries, whatever its size."""
    lines = reverse("budget:draft_lines", args=[draft.pk])
    words = reverse("budget:draft_words", args=[draft.pk])
    found = [
        Check(
            _("It has %(count)s lines.") % {"count": f"{totals.whole.lines:,}"} if totals.whole.lines
            else _("There is nothing in it yet."), bool(totals.whole.lines), url=lines,
        ),
        _adds_up(draft, totals, words),
    ]  # fmt: skip
    found += _of_revision(draft, totals)
    lacks = draft.versions.aggregate(
        division=Count("pk", filter=Q(division=None)), serves=Count("pk", filter=Q(serves=None))
    )
    if draft.plan.kind != PlanKind.REVENUE:
        found.append(
            Check(
                _("Lines without a division: %(count)s.") % {"count": lacks["division"]} if lacks["division"]
                else _("Every line has a division."), not lacks["division"], False, f"{lines}?missing=division",
            )
        )  # fmt: skip
    found.append(
        Check(
            _("Lines whose amount is not known: %(count)s.") % {"count": totals.whole.unknown_original}
            if totals.whole.unknown_original else _("The amount of every line is known."),
            not totals.whole.unknown_original, False, f"{lines}?missing=amount",
        )
    )  # fmt: skip
    if not draft.plan.is_budget and draft.plan.kind != PlanKind.REVENUE:
        found.append(
            Check(
                _("Lines that name no budget line: %(count)s.") % {"count": lacks["serves"]} if lacks["serves"]
                else _("Every line names the budget line that pays for it."), not lacks["serves"], False,
                f"{lines}?missing=serves",
            )
        )  # fmt: skip
    has_documents = draft.documents.exists()
    found.append(
        Check(
            _("The document is attached.") if has_documents else _("No document is attached."), has_documents, False,
            reverse("budget:draft_documents", args=[draft.pk]),
        )
    )  # fmt: skip
    return found


def _adds_up(draft: Revision, totals: Totals, url: str) -> Check:
    if totals.off is None:
        return Check(_("No total was declared to compare the lines with."), False, False, url)
    if not totals.off:
        return Check(_("The lines add up to the declared total."), True)
    words = (
        _("The lines add up to %(amount)s baht more than the declared total.")
        if totals.off > 0
        else _("The lines add up to %(amount)s baht less than the declared total.")
    )
    return Check(words % {"amount": baht(abs(totals.off))}, False, True, url)


def _of_revision(draft: Revision, totals: Totals) -> list[Check]:
    """What a revision is looked at for: it follows what is in force, its money is explained, spent lines stay."""
    current = is_behind(draft)
    found = []
    if current is not None:
        catch_up = reverse("budget:draft_catch_up", args=[draft.pk])
        found.append(Check(_("Somebody else has published a revision in the meantime."), False, url=catch_up))
    if draft.based_on_id is None:
        return found
    if draft.plan.is_budget:
        sides = draft.transfers.aggregate(
            given=Sum("amount", filter=Q(from_line__isnull=False)),
            gained=Sum("amount", filter=Q(to_line__isnull=False)),
            count=Count("pk"),
        )  # fmt: skip
        balanced = (sides["given"] or 0) == (sides["gained"] or 0)
        if sides["count"]:
            words = (
                _("What is taken from some lines is what others get.")
                if balanced
                else _("%(given)s baht are taken from lines, and %(gained)s baht are given to others.")
                % {"given": baht(sides["given"] or 0), "gained": baht(sides["gained"] or 0)}
            )
            found.append(Check(words, balanced, url=reverse("budget:draft", args=[draft.pk]) + "#transfers"))
        others = _other_originals(draft)
        if others:
            url = reverse("budget:draft_changes", args=[draft.pk])
            words = _("Lines whose original amount changes, or that leave with money: %(count)s.")
            found.append(Check(words % {"count": others}, False, url=url))
        given_away = _given_away(draft)
        if given_away:
            words = _("Lines that give away money that is spent or committed: %(count)s.")
            url = reverse("budget:draft", args=[draft.pk]) + "#transfers"
            found.append(Check(words % {"count": given_away}, False, url=url))
        unexplained = _unexplained(draft)
        found.append(
            Check(
                _("Lines whose change no transfer explains: %(count)s.") % {"count": unexplained} if unexplained
                else _("Every change of an amount is explained by a transfer."), not unexplained,
                url=reverse("budget:draft_changes", args=[draft.pk]),
            )
        )  # fmt: skip
    missing = LineVersion.objects.filter(revision=draft.based_on_id).exclude(line__in=draft.versions.values("line"))
    spent = missing.filter(line__in=Spent.objects.filter(statement__is_current=True).values("line")).count()
    if spent:
        url = reverse("budget:draft_changes", args=[draft.pk])
        found.append(
            Check(_("Lines with spending that would disappear: %(count)s.") % {"count": spent}, False, url=url)
        )
    before = None if totals.before is None else totals.before.revised
    if draft.plan.is_budget and before is not None and totals.whole.revised != before:
        found.append(
            Check(
                _("The total changes from %(before)s to %(after)s baht.")
                % {"before": baht(before), "after": baht(totals.whole.revised)},
                False, False, reverse("budget:draft_changes", args=[draft.pk]),
            )
        )  # fmt: skip
    return found


def _other_originals(draft: Revision) -> int:
    """Lines whose original amount is another one, new ones with money, and those that leave with money."""
    columns = ("line_id", "original", "revised")
    before = {row[0]: row[1:] for row in LineVersion.objects.filter(revision=draft.based_on_id).values_list(*columns)}
    count = 0
    for line, original, _revised in draft.versions.values_list(*columns):
        was = before.pop(line, None)
        count += bool(original) if was is None else was[0] is not None and was[0] != original
    return count + sum(1 for _original, revised in before.values() if revised)


def _given_away(draft: Revision) -> int:
    """Lines that give money away which the latest statement says is spent or committed."""
    givers = draft.transfers.filter(from_line__isnull=False).values("from_line")
    left = draft.versions.filter(line__in=givers).values_list("line_id", "revised")
    spent = spent_of(draft.plan)
    return sum(1 for line, revised in left if (revised or 0) < spent.get(line, 0))


def _unexplained(draft: Revision) -> int:
    """Lines that gained or gave something else than the draft's transfers say, as the database counts them."""
    columns = ("line_id", "transferred_in", "transferred_out")
    moved: dict[int, list[Decimal]] = {}
    for line, gained, given in draft.versions.exclude(transferred_in=0, transferred_out=0).values_list(*columns):
        moved[line] = [gained, given]
    before = LineVersion.objects.filter(revision=draft.based_on_id).exclude(transferred_in=0, transferred_out=0)
    for line, gained, given in before.values_list(*columns):
        sums = moved.setdefault(line, [Decimal(0), Decimal(0)])
        sums[0] -= gained
        sums[1] -= given
    for side, column in ((0, "to_line_id"), (1, "from_line_id")):
        for line, amount in Transfer.objects.filter(revision=draft).values_list(column, "amount"):
            if line is not None:
                moved.setdefault(line, [Decimal(0), Decimal(0)])[side] -= amount
    return sum(1 for sums in moved.values() if any(sums))


@dataclass(frozen=True, slots=True)
class Said:
    """A column of a line in words. is_amount: whether it is money."""

    label: str
    before: str
    after: str
    is_amount: bool = False


def field_label(name: str) -> str:
    """What a column of a line is called."""
    return str(LineVersion._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]


def in_words(version: LineVersion | None, name: str) -> str:
    """What a line says in a column, as people read it; an en dash for nothing."""
    value = None if version is None else getattr(version, name)
    if version is None or value in (None, ""):
        return "–"
    special: dict[str, Callable[[], object]] = {
        "serves_id": lambda: "–" if version.serves is None else version.serves.public_id,
        "month_from": lambda: month_name(value),
        "month_to": lambda: month_name(value),
        "method": lambda: dict(Method.choices).get(value, value),
        "division_id": lambda: version.division,
    }
    if name in special:
        return str(special[name]())
    if isinstance(value, Decimal):
        return baht(value)
    display = getattr(version, f"get_{name}_display", None)
    return str(value if display is None else display())


def said(before: LineVersion | None, after: LineVersion | None, names: Iterable[str]) -> list[Said]:
    """Some columns of two states of a line."""
    return [
        Said(field_label(name), in_words(before, name), in_words(after, name), name in MONEY_COLUMNS) for name in names
    ]


def changes_of(draft: Revision) -> list[Difference]:
    """What a draft changes of what it follows. Two queries."""
    columns = ("line", "division", "serves__plan")
    before = LineVersion.objects.filter(revision=draft.based_on_id).select_related(*columns).order_by("position", "pk")
    return differences(before, draft.versions.select_related(*columns).order_by("position", "pk"))


MONEY_COLUMNS = frozenset({"original", "transferred_in", "transferred_out", "revised", "q1", "q2", "q3", "q4"})
