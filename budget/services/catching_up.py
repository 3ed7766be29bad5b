"""A draft that follows something older is brought behind what is in force: three states are compared, field by field.

base: what the draft was begun from. theirs: what is in force now. mine: the draft. What only one side changed is taken;
what both changed differently, a person decides. Money that the draft moved is moved again on the amounts in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from organization.models import Division, User

from ..errors import SENTENCES, RefusedError
from ..models import LineVersion, Revision, Transfer
from ..texts import search_text
from .acts import CHANGED_MEANWHILE, guarded, require, require_officer
from .plans import LINE_FIELDS, count_edit, forget_unused_lines, locked_draft, spent_of

_BATCH = 2000
TOGETHER: dict[str, tuple[str, ...]] = {
    "item": ("item",),
    "detail": ("detail",),
    "classification": ("programme", "group", "category", "revenue_group"),
    "work": ("work",),
    "division": ("division_id",),
    "source": ("source",),
    "amount": ("original", "q1", "q2", "q3", "q4"),
    "place": ("place",),
    "months": ("month_from", "month_to"),
    "method": ("method",),
    "serves": ("serves_id",),
}
"""What is taken from one side as a whole: columns that only fit each other."""
WHOLE = "line"
"""The name of the choice whether a line is there at all."""
Side = Literal["mine", "theirs"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both changed differently. name: of `TOGETHER`, or `WHOLE`. A side is None where the line is not there."""

    name: str
    base: LineVersion | None
    mine: LineVersion | None
    theirs: LineVersion | None

    @property
    def line(self) -> int:
        """Key of its line."""
        found = self.mine or self.theirs or self.base
        if found is None:
            raise ValueError("a conflict about nothing")
        return found.line_id

    @property
    def key(self) -> str:
        """The name of its choice in a form: `17:item`."""
        return f"{self.line}:{self.name}"


@dataclass(frozen=True, slots=True)
class Left:
    """A transfer of the draft that cannot be done again. reason: a sentence; code: for programs and tests."""

    transfer: Transfer
    code: str
    reason: str


@dataclass(slots=True)
class Merge:
    """What catching up would give. lines: in their order, not saved. news: keys of lines that the others changed.

    again: transfers that are done again. left: those that cannot be.
    """

    base: Revision | None
    theirs: Revision
    lines: list[LineVersion] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    news: set[int] = field(default_factory=set)
    again: list[Transfer] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def is_behind(draft: Revision) -> Revision | None:
    """What was published since the draft was begun, the latest; None where the draft follows what is in force."""
    current: Revision | None = draft.plan.revisions.current().select_related("published_by", "plan").first()
    return None if current is None or current.pk == draft.based_on_id else current


def _values(version: LineVersion | None, names: Iterable[str]) -> tuple[Any, ...] | None:
    return None if version is None else tuple(getattr(version, name) for name in names)


def _same(one: LineVersion | None, other: LineVersion | None) -> bool:
    return all(_values(one, names) == _values(other, names) for names in TOGETHER.values())


def _copy(version: LineVersion, draft: Revision) -> LineVersion:
    made = LineVersion(revision=draft, line_id=version.line_id)
    made.line = version.line
    for name in LINE_FIELDS:
        setattr(made, name, getattr(version, name))
    return made


def _lines(revision: Revision | None) -> dict[int, LineVersion]:
    if revision is None:
        return {}
    found = revision.versions.select_related("line", "division").order_by("position", "pk")
    return {version.line_id: version for version in found}


def merge(draft: Revision, theirs: Revision, choices: Mapping[str, Side] | None = None) -> Merge:
    """What the draft would be behind `theirs`. choices: by `Conflict.key`; without one a conflict keeps theirs.

    RefusedError for a budget whose first revision was published meanwhile: nothing says what the draft changes of it.
    """
    chosen = choices or {}
    base = draft.based_on
    require(
        base is not None or not draft.plan.is_budget, "first_revision",
        _("This plan was published for the first time in the meantime. Revise what is in force, and throw this away."),
    )  # fmt: skip
    found = Merge(base, theirs)
    was, now, own = _lines(base), _lines(theirs), _lines(draft)
    for key, version in now.items():
        _merge_line(found, draft, (was.get(key), version, own.pop(key, None)), chosen)
    last = max((line.position for line in found.lines), default=0)
    for key, version in own.items():
        before = was.get(key)
        if before is not None:
            found.news.add(key)
            if draft.plan.is_budget or _same(before, version):
                continue  # they took it out; money in force does not come back by itself
            conflict = Conflict(WHOLE, before, version, None)
            found.conflicts.append(conflict)
            if chosen.get(conflict.key) != "mine":
                continue
        last += 1
        made = _copy(version, draft)
        made.position = last
        made.transferred_in = made.transferred_out = Decimal(0)
        found.lines.append(made)
    _move_again(found, draft, was)
    return found


def _merge_line(
    found: Merge, draft: Revision, three: tuple[LineVersion | None, LineVersion, LineVersion | None],
    chosen: Mapping[str, Side],
) -> None:  # fmt: skip
    """A line that is in force. three: base, theirs, mine."""
    base, theirs, mine = three
    if not _same(base, theirs) or _money(base) != _money(theirs):
        found.news.add(theirs.line_id)
    made = _copy(theirs, draft)
    if mine is None:
        if base is not None:  # the draft takes it out
            if _same(base, theirs) and _money(base) == _money(theirs):
                return
            conflict = Conflict(WHOLE, base, None, theirs)
            found.conflicts.append(conflict)
            if chosen.get(conflict.key) == "mine":
                return
        found.lines.append(made)
        return
    for name, columns in TOGETHER.items():
        own, new, old = (_values(version, columns) for version in (mine, theirs, base))
        if own in (new, old) or (name == "amount" and draft.plan.is_budget and theirs.original is not None):
            continue  # original amounts of a budget in force stay
        take = True
        if new != old:
            conflict = Conflict(name, base, mine, theirs)
            found.conflicts.append(conflict)
            take = chosen.get(conflict.key) == "mine"
        if take:
            for column in columns:
                setattr(made, column, getattr(mine, column))
    found.lines.append(made)


def _money(version: LineVersion | None) -> tuple[Any, ...] | None:
    return _values(version, ("transferred_in", "transferred_out"))


def _signature(made: Transfer) -> tuple[Any, ...]:
    return (made.from_line_id, made.to_line_id, made.amount, made.approved_on, made.document_number.strip())


def _move_again(found: Merge, draft: Revision, was: Mapping[int, LineVersion]) -> None:
    """The draft's transfers on the merged lines, one after the other."""
    lines = {line.line_id: line for line in found.lines}
    since = Transfer.objects.filter(
        revision__plan=draft.plan_id, revision__state="published", revision__number__lte=found.theirs.number,
        revision__number__gt=found.base.number if found.base is not None and found.base.number else 0,
    )  # fmt: skip
    done = [_signature(made) for made in since]
    spent = spent_of(draft.plan)
    for made in draft.transfers.select_related("from_line", "to_line").order_by("pk"):
        source = lines.get(made.from_line_id or 0)
        target = lines.get(made.to_line_id or 0)
        if _signature(made) in done:
            done.remove(_signature(made))
            found.left.append(Left(made, "done", _("The other revision moved the same money already.")))
        elif (made.from_line_id and source is None) or (made.to_line_id and target is None):
            found.left.append(Left(made, "line_gone", _("One of its lines is not there any more.")))
        elif source is not None and ((source_left := revised_of(source)) is None or source_left < made.amount):
            found.left.append(Left(made, "too_little", _("So much is not left on the line that gives it.")))
        elif source is not None and (revised_of(source) or 0) - made.amount < spent.get(source.line_id, 0):
            found.left.append(Left(made, "spent", str(SENTENCES["plan_spent_money_stays"])))
        elif target is not None and target.original is None:
            found.left.append(Left(made, "amount_unknown", _("The amount of this line is not known.")))
        else:
            if source is not None:
                source.transferred_out += made.amount
            if target is not None:
                target.transferred_in += made.amount
            found.again.append(made)


def revised_of(version: LineVersion) -> Decimal | None:
    """The amount after transfers; None where the original is not known."""
    if version.original is None:
        return None
    return version.original + version.transferred_in - version.transferred_out


@transaction.atomic
def catch_up(
    draft: Revision,
    *,
    by: User,
    edits: int,
    behind: int,
    choices: Mapping[str, Side],
    leave: bool = False,
) -> Merge:
    """Bring a draft behind what is in force.

    behind: key of the revision in force that the person saw. leave: transfers that cannot be done again are left out;
    RefusedError where there are some and this was not said, where a conflict has no choice, or where either side was
    changed in the meantime.
    """
    require_officer(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        current = is_behind(locked)
        if current is None:
            raise RefusedError("not_behind", _("This draft follows what is in force already."))
        require(current.pk == behind, "changed", CHANGED_MEANWHILE)
        found = merge(locked, current, choices)
        open_ = [conflict for conflict in found.conflicts if choices.get(conflict.key) not in ("mine", "theirs")]
        require(not open_, "choose", _("Choose for every line that both have changed."))
        require(
            leave or not found.left, "left", _("Some transfers cannot be done again. Say that they are left out."),
            field="leave",
        )  # fmt: skip
        _write(locked, found)
    return found


def _write(draft: Revision, found: Merge) -> None:
    again = [
        Transfer(
            revision=draft, from_line_id=made.from_line_id, to_line_id=made.to_line_id, amount=made.amount,
            approver=made.approver, approved_on=made.approved_on, document_number=made.document_number,
            reason=made.reason,
        )
        for made in found.again
    ]  # fmt: skip
    base = found.base
    if base is not None and draft.declared_total == base.declared_total:
        draft.declared_total = found.theirs.declared_total
    draft.based_on = found.theirs
    draft.save(update_fields=["based_on", "declared_total"])
    draft.versions.all().delete()
    draft.transfers.all().delete()
    divisions = dict(Division.objects.values_list("pk", "name"))
    for version in found.lines:
        version.revised = revised_of(version)
        version.search = search_text(version, version.line.code, divisions.get(version.division_id or 0, ""))
    LineVersion.objects.bulk_create(found.lines, batch_size=_BATCH)
    Transfer.objects.bulk_create(again)
    forget_unused_lines(draft.plan)
    count_edit(draft)
