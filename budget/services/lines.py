"""What is in a draft: lines one by one, money between them, or everything anew from a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ita_portal.masking import mask_citizen_numbers
from organization.models import Division, User

from ..choices import Approver
from ..errors import SENTENCES, RefusedError
from ..models import Line, LineVersion, Plan, Revision, Transfer
from ..models.plans import MOST_BAHT
from ..texts import mask_words, search_text
from .acts import guarded, require, require_officer
from .plans import LINE_FIELDS, count_edit, forget_unused_lines, locked_draft, spent_of

_BATCH = 2000
WORDS_OF_LINE = tuple(
    name for name in LINE_FIELDS if name not in ("position", "transferred_in", "transferred_out", "revised", "search")
)
"""What a person enters of a line; the rest follows from it and from transfers."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a transfer, when, by which document (clauses 26-27 of the budget procedure regulation B.E. 2563)."""

    approver: str
    approved_on: dt.date
    document_number: str
    reason: str = ""


@dataclass(slots=True)
class LineInput:
    """A line as a file tells it. code: its own, or None for the next free number. values: by names of `LINE_FIELDS`."""

    code: str | None
    values: dict[str, Any]


def _revised(version: LineVersion) -> Decimal | None:
    if version.original is None:
        return None
    return version.original + version.transferred_in - version.transferred_out


def _settle(version: LineVersion, code: str) -> None:
    """Bring what follows from a line's words up to date."""
    version.revised = _revised(version)
    mask_words(version)
    division = "" if version.division is None else version.division.name
    version.search = search_text(version, code, division)


def next_codes(plan: Plan, taken: Iterable[str] = ()) -> Iterator[str]:
    """Running numbers that no line of the plan has: `0001`, `0002`, …"""
    used = {*plan.lines.values_list("code", flat=True), *taken}
    number = 0
    while True:
        number += 1
        code = f"{number:04d}"
        if code not in used:
            yield code


@transaction.atomic
def add_line(draft: Revision, values: Mapping[str, Any], *, by: User, edits: int, code: str = "") -> LineVersion:
    """A new line at the end of a draft. values: by names of `WORDS_OF_LINE`. In a revision of a budget it begins at
    zero: money comes by transfer."""
    require_officer(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        line = Line.objects.create(plan=locked.plan, code=code or next(next_codes(locked.plan)))
        last = locked.versions.aggregate(last=Max("position"))["last"] or 0
        version = LineVersion(revision=locked, line=line, position=last + 1, **values)
        _require_original(locked, version)
        _settle(version, line.code)
        version.save()
        count_edit(locked)
    return version


@transaction.atomic
def change_line(version: LineVersion, values: Mapping[str, Any], *, by: User, edits: int) -> LineVersion:
    """Change a line's words in a draft. The original amount of a budget in force stays: money moves by transfer."""
    require_officer(by)
    with guarded():
        draft = locked_draft(version.revision, edits=edits)
        found = LineVersion.objects.select_related("line").get(pk=version.pk, revision=draft)
        for name in WORDS_OF_LINE:
            if name in values:
                setattr(found, name, values[name])
        _require_original(draft, found)
        _settle(found, found.line.code)
        found.save()
        count_edit(draft)
    return found


def in_force(draft: Revision, line: int) -> LineVersion | None:
    """What the revision that a draft follows says of a line; None where it says nothing."""
    if draft.based_on_id is None:
        return None
    found: LineVersion | None = LineVersion.objects.filter(revision=draft.based_on_id, line=line).first()
    return found


def _require_original(draft: Revision, version: LineVersion) -> None:
    """RefusedError where a line of a budget in force has another original amount than before, or a new one has one."""
    if draft.based_on_id is None or not draft.plan.is_budget:
        return
    before = in_force(draft, version.line_id)
    require(
        before is not None or not version.original, "new_line_by_transfer",
        _("A new line of a budget in force begins at zero. Its money comes by a transfer."), field="original",
    )  # fmt: skip
    require(
        before is None or before.original is None or version.original == before.original, "original_stays",
        _("The original amount of a budget in force stays. Move money by a transfer."), field="original",
    )  # fmt: skip


@transaction.atomic
def remove_line(version: LineVersion, *, by: User, edits: int) -> None:
    """Take a line out of a draft. RefusedError where money was moved to or from it in this draft."""
    require_officer(by)
    with guarded():
        draft = locked_draft(version.revision, edits=edits)
        moved = draft.transfers.filter(from_line=version.line_id) | draft.transfers.filter(to_line=version.line_id)
        require(
            not moved.exists(), "line_has_transfers", _("Money moves to or from this line. Undo the transfers first.")
        )
        if draft.plan.is_budget:
            before = in_force(draft, version.line_id)
            require(before is None or not before.revised, "plan_originals_stay", SENTENCES["plan_originals_stay"])
        LineVersion.objects.filter(pk=version.pk, revision=draft).delete()
        forget_unused_lines(draft.plan)
        count_edit(draft)


@transaction.atomic
def transfer(
    draft: Revision,
    giver: LineVersion,
    taker: LineVersion,
    amount: Decimal,
    approval: Approval,
    *,
    by: User,
    edits: int,
) -> Transfer:
    """Move money between two lines of a draft.

    RefusedError where the giver has less, or the taker is a new item that the council did not approve (clause 27).
    """
    require_officer(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        require(
            locked.based_on_id is not None, "first_revision", _("A plan that is not in force yet needs no transfer.")
        )
        require(locked.plan.is_budget, "no_budget", _("Money moves between lines of the budget only."))
        require(giver.line_id != taker.line_id, "transfer_between_two", _("A transfer goes from one line to another."),
                field="to_line")  # fmt: skip
        found = {row.pk: row for row in locked.versions.filter(pk__in=[giver.pk, taker.pk]).order_by("pk")}
        require(len(found) == 2, "changed", _("This line is not in the draft any more."))
        source, target = found[giver.pk], found[taker.pk]
        require(amount > 0, "transfer_is_something", _("A transfer is more than zero."), field="amount")
        require(
            source.revised is not None and source.revised >= amount, "too_little",
            _("So much is not left on the line that gives it."), field="amount",
        )  # fmt: skip
        require(
            source.revised is not None and source.revised - amount >= spent_of(locked.plan).get(source.line_id, 0),
            "plan_spent_money_stays", SENTENCES["plan_spent_money_stays"], field="amount",
        )  # fmt: skip
        require(
            target.original is not None, "amount_unknown", _("The amount of this line is not known."), field="to_line"
        )
        require((target.revised or 0) + amount <= MOST_BAHT, "too_much", _("This amount is too large."), field="amount")
        if approval.approver != Approver.COUNCIL and in_force(locked, target.line_id) is None:
            require(
                False, "needs_council",
                _("A new item is approved by the council (budget procedure regulation B.E. 2563, clause 27)."),
                field="approver",
            )  # fmt: skip
        source.transferred_out += amount
        target.transferred_in += amount
        for row in (source, target):
            row.revised = _revised(row)
            row.save(update_fields=["transferred_in", "transferred_out", "revised"])
        made: Transfer = Transfer.objects.create(
            revision=locked, from_line_id=source.line_id, to_line_id=target.line_id, amount=amount,
            approver=approval.approver, approved_on=approval.approved_on, document_number=approval.document_number,
            reason=mask_citizen_numbers(approval.reason),
        )  # fmt: skip
        count_edit(locked)
    return made


@transaction.atomic
def undo_transfer(made: Transfer, *, by: User, edits: int) -> None:
    """Take a transfer of a draft back."""
    require_officer(by)
    with guarded():
        draft = locked_draft(made.revision, edits=edits)
        found = Transfer.objects.select_for_update().get(pk=made.pk, revision=draft)
        for line, column in ((found.from_line_id, "transferred_out"), (found.to_line_id, "transferred_in")):
            if line is None:
                continue
            row = draft.versions.get(line=line)
            setattr(row, column, getattr(row, column) - found.amount)
            row.revised = _revised(row)
            require(
                row.revised is not None and row.revised >= 0, "too_little",
                _("So much is not left on the line that gives it."),
            )  # fmt: skip
            row.save(update_fields=["transferred_in", "transferred_out", "revised"])
        found.delete()
        count_edit(draft)


@transaction.atomic
def replace_lines(
    draft: Revision, rows: Sequence[LineInput], *, by: User, edits: int, approval: Approval | None = None
) -> int:
    """Everything in a draft anew, as a file tells it; how many lines. Lines keep themselves by their codes.

    Amounts of the rows are whole (original, transferred in and out). In a revision of a budget, what a line gained or
    lost since what is in force becomes a transfer with one side, approved as `approval` says; RefusedError without one.
    """
    require_officer(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        locked.versions.all().delete()
        locked.transfers.all().delete()
        codes = next_codes(locked.plan, [row.code for row in rows if row.code])
        named = [(row.code or next(codes), row) for row in rows]
        lines = _lines_of(locked.plan, [code for code, _row in named])
        divisions = dict(Division.objects.values_list("pk", "name"))
        versions = (
            _version(locked, lines[code], position, row, divisions)
            for position, (code, row) in enumerate(named, start=1)
        )
        while batch := list(islice(versions, _BATCH)):
            LineVersion.objects.bulk_create(batch)
        if locked.based_on_id is not None and locked.plan.is_budget:
            _explain(locked, approval)
        forget_unused_lines(locked.plan)
        count_edit(locked)
    return len(named)


def _lines_of(plan: Plan, codes: Sequence[str]) -> dict[str, Line]:
    known = {line.code: line for line in plan.lines.all()}
    for start in range(0, len(codes), _BATCH):
        fresh = [Line(plan=plan, code=code) for code in codes[start : start + _BATCH] if code not in known]
        known |= {line.code: line for line in Line.objects.bulk_create(fresh)}
    return known


def _version(draft: Revision, line: Line, position: int, row: LineInput, divisions: Mapping[int, str]) -> LineVersion:
    version = LineVersion(revision=draft, line=line, **{**row.values, "position": position})
    version.revised = _revised(version)
    mask_words(version)
    version.search = search_text(version, line.code, divisions.get(version.division_id or 0, ""))
    return version


def _explain(draft: Revision, approval: Approval | None) -> None:
    """What lines gained and lost since what is in force, as transfers with one side."""
    columns = ("line_id", "transferred_in", "transferred_out", "original", "revised")
    before = {row[0]: row[1:] for row in LineVersion.objects.filter(revision=draft.based_on_id).values_list(*columns)}
    made = []
    left = {line for line, row in before.items() if row[3]}
    for line, gained, given, original, _revised_now in draft.versions.values_list(*columns):
        was = before.get(line)
        left.discard(line)
        if was is None:
            require(
                not original, "new_line_by_transfer",
                _("A new line of a budget in force begins at zero. Its money comes by a transfer."),
            )  # fmt: skip
        else:
            require(was[2] is None or original == was[2], "original_stays",
                    _("The original amount of a budget in force stays. Move money by a transfer."))  # fmt: skip
        into, out_of = (gained - (was[0] if was else 0)), (given - (was[1] if was else 0))
        require(
            into >= 0 and out_of >= 0, "transfer_undone",
            _("A transfer that was published cannot be taken back. Move the money back by another one."),
        )  # fmt: skip
        for amount, side in ((into, "to_line_id"), (out_of, "from_line_id")):
            if not amount:
                continue
            if approval is None:
                raise RefusedError(
                    "approval_missing",
                    _("The file moves money. Say who approved it, when and in which document."),
                    field="approver",
                )  # fmt: skip
            made.append(
                Transfer(
                    revision=draft, amount=amount, approver=approval.approver, approved_on=approval.approved_on,
                    document_number=approval.document_number, reason=mask_citizen_numbers(approval.reason),
                    **{side: line},
                )
            )  # fmt: skip
    require(not left, "plan_originals_stay", SENTENCES["plan_originals_stay"])
    Transfer.objects.bulk_create(made)
