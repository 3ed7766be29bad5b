"""A plan from its first draft to a revision in force: begin, revise, throw away, publish.

`services.lines` changes what is in a draft.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.masking import mask_citizen_numbers
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..choices import PlanKind, State
from ..errors import RefusedError
from ..models import Comment, Document, Line, LineVersion, Plan, Purchase, Revision, Spent, Statement, Transfer, Upload
from .acts import CHANGED_MEANWHILE, guarded, locked_year, require, require_officer, year_row

LINE_FIELDS = (
    "position", "programme", "work", "group", "category", "revenue_group", "item", "detail", "division_id", "source",
    "original", "transferred_in", "transferred_out", "revised", "q1", "q2", "q3", "q4", "place", "month_from",
    "month_to", "method", "serves_id", "search",
)  # fmt: skip
"""What a revision says of a line."""


class BehindError(RefusedError):
    """Somebody else published in the meantime. current: what they published; the draft follows something older."""

    def __init__(self, current: Revision) -> None:
        super().__init__("plan_follows_current", _("Somebody else has published a revision in the meantime."))
        self.current = current


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a revision as a whole."""

    title: str
    reason: str = ""
    approver: str = ""
    approved_on: dt.date | None = None
    document_number: str = ""
    declared_total: Decimal | None = None


def _of_form(form_mark: str, by: User) -> Revision | None:
    """What this very form has made already; RefusedError where the mark is another person's."""
    known: Revision | None = Revision.objects.filter(form_mark=form_mark).first()
    require(known is None or known.made_by_id == by.pk, "form_taken", _("Open the form again and send it once more."))
    return known


def begin_plan(year: int, kind: str, words: Words, *, by: User, form_mark: str, number: int = 1) -> Revision:
    """The first draft of a plan that is not there yet. The same form sent twice gives the same draft.

    RefusedError where something of the plan is published: it is revised then.
    """
    require_officer(by)
    number = number if kind == PlanKind.SUPPLEMENT else 1
    while True:
        with guarded():
            made, _new = Plan.objects.get_or_create(year=year_row(year), kind=kind, number=number)
            plan = _locked_plan(made.pk)
            if plan is None:  # its last draft was thrown away a moment ago, and the plan with it
                continue
            known = _of_form(form_mark, by)
            if known is not None:
                return known
            require(
                not plan.revisions.published().exists(), "plan_once_a_year",
                _("This plan is there already for that fiscal year. Revise it instead."), field="kind",
            )  # fmt: skip
            return _made_draft(plan, None, words, by=by, form_mark=form_mark)


def revise(plan: Plan, words: Words, *, by: User, form_mark: str) -> Revision:
    """A draft with everything that is in force, to be changed and published as the next revision."""
    require_officer(by)
    with guarded():
        _locked_plan(plan.pk)
        known = _of_form(form_mark, by)
        if known is not None:
            return known
        current = plan.revisions.current().first()
        if current is None:
            raise RefusedError("nothing_current", _("Nothing of this plan is published yet. Change its draft."))
        draft = _made_draft(plan, current, words, by=by, form_mark=form_mark)
        copy_lines(current, draft)
        return draft


def _locked_plan(plan: int) -> Plan | None:
    """A plan, locked until the transaction ends; None where it is gone."""
    # Without an order: the usual one joins the year, whose row would be locked after the plan's.
    found: Plan | None = Plan.objects.select_for_update(no_key=True, of=("self",)).order_by().filter(pk=plan).first()
    return found


def _made_draft(plan: Plan, based_on: Revision | None, words: Words, *, by: User, form_mark: str) -> Revision:
    draft: Revision = Revision.objects.create(
        plan=plan, based_on=based_on, made_by=by, form_mark=form_mark, **_columns(words)
    )
    return draft


def _columns(words: Words) -> dict[str, object]:
    columns: dict[str, object] = {name: getattr(words, name) for name in Words.__slots__}
    return {**columns, "title": mask_citizen_numbers(words.title), "reason": mask_citizen_numbers(words.reason)}


def copy_lines(source: Revision, target: Revision) -> None:
    """Every line of `source` into the draft `target`, as it stands. One statement, whatever their number."""
    columns = ", ".join(f'"{name}"' for name in ("line_id", *LINE_FIELDS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO budget_lineversion (revision_id, {columns}) "  # noqa: S608 - names of the code
            f"SELECT %s, {columns} FROM budget_lineversion WHERE revision_id = %s ORDER BY position",
            [target.pk, source.pk],
        )


def locked_draft(draft: Revision, *, edits: int | None = None) -> Revision:
    """The draft as it is now, locked with its plan until the transaction ends; its `edits` are counted up when it is
    saved.

    edits: how often it had been changed when the person saw it. RefusedError where it is no draft any more, or was
    changed since. The plan is locked too, as drafts of one plan share its lines and their codes.
    """
    _locked_plan(draft.plan_id)
    try:
        locked: Revision = (
            Revision.objects.select_for_update(no_key=True, of=("self",)).select_related("plan").get(pk=draft.pk)
        )
    except Revision.DoesNotExist:
        raise RefusedError("gone", _("Somebody has thrown this draft away.")) from None
    require(locked.is_draft, "revision_published_stays", _("What is published is never changed. Start a revision."))
    require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
    return locked


def spent_of(plan: Plan) -> dict[int, Decimal]:
    """Of lines, what the latest statement in force of the plan's year says is paid or committed. Two queries."""
    latest = Statement.objects.latest_of(plan.year_id)
    rows = Spent.objects.filter(statement=latest, line__plan=plan) if latest is not None else Spent.objects.none()
    return {
        line: (disbursed or Decimal(0)) + (obligated or Decimal(0))
        for line, disbursed, obligated in rows.values_list("line", "disbursed", "obligated")
    }


def count_edit(draft: Revision) -> None:
    """Note that a locked draft was changed."""
    draft.edits += 1
    draft.save(update_fields=["edits"])


@transaction.atomic
def change_words(draft: Revision, words: Words, *, by: User, edits: int) -> Revision:
    """Change what is said of a draft as a whole."""
    require_officer(by)
    with guarded():
        locked = locked_draft(draft, edits=edits)
        for name, value in _columns(words).items():
            setattr(locked, name, value)
        locked.edits += 1
        locked.save()
    return locked


@transaction.atomic
def discard(draft: Revision, *, by: User) -> None:
    """Throw a draft away. Lines that were never published go with it; the record of its files stays."""
    require_officer(by)
    hold_uploads(revision=draft.pk)
    locked = locked_draft(draft)
    plan = locked.plan
    for document in locked.documents.all():
        transaction.on_commit(partial(document.file.storage.delete, str(document.file.name)))
    locked.delete()
    forget_unused_lines(plan)
    if not plan.revisions.exists() and not plan.lines.exists():
        plan.delete()


def hold_uploads(**draft: int) -> None:
    """Lock the records of the files of a draft before the draft itself: so does who stores one of them."""
    list(Upload.objects.select_for_update(of=("self",)).filter(**draft).order_by("pk").values_list("pk", flat=True))


def forget_unused_lines(plan: Plan) -> None:
    """Lines of which no revision speaks any more are no lines, unless something else refers to them.

    The plan is locked (`locked_draft`): nobody gives one of its lines to a draft meanwhile.
    """
    line = OuterRef("pk")
    used = (
        Exists(LineVersion.objects.filter(line=line)),
        Exists(LineVersion.objects.filter(serves=line)),
        Exists(Transfer.objects.filter(Q(from_line=line) | Q(to_line=line))),
        Exists(Spent.objects.filter(line=line)),
        Exists(Purchase.objects.filter(line=line)),
        Exists(Comment.objects.filter(line=line)),
    )
    unused = Line.objects.filter(plan=plan)
    for found in used:
        unused = unused.filter(~found)
    unused._raw_delete(unused.db)


def add_document(draft: Revision, upload: SafeUpload, *, title: str, by: User, edits: int | None = None) -> Document:
    """Attach a file that `ita_portal.uploads` has accepted. The same file is attached once."""
    require_officer(by)
    document: Document | None = None
    try:
        with guarded():
            locked = locked_draft(draft)
            known = locked.documents.filter(sha256=upload.sha256).first()
            if known is not None:
                return known
            require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
            document = Document(
                revision=locked, title=(title.strip() or upload.name)[:300], name=upload.name,
                content_type=upload.content_type, size=upload.size, sha256=upload.sha256, added_by=by,
            )  # fmt: skip
            document.file.save(upload.name, upload.content, save=False)
            document.save()
            count_edit(locked)
    except Exception:
        if document is not None and document.file:
            document.file.delete(save=False)
        raise
    return document


@transaction.atomic
def remove_document(draft: Revision, pk: int, *, by: User) -> None:
    """Take a file out of a draft; nothing where it is out already."""
    require_officer(by)
    with guarded():
        locked = locked_draft(draft)
        document = locked.documents.filter(pk=pk).first()
        if document is None:
            return
        transaction.on_commit(partial(document.file.storage.delete, str(document.file.name)))
        document.delete()
        count_edit(locked)


def publish(draft: Revision, *, by: User, edits: int) -> Revision:
    """Put a draft in force: from now on it is public and stays as it is, and what was in force before is history.

    edits: as the person saw the draft. BehindError where another revision was published after the draft was begun;
    RefusedError with the sentence of the guard that does not hold.
    """
    require_officer(by)
    with guarded():
        # The year first: a statement that is published meanwhile speaks of lines which this may take away.
        year = Plan.objects.filter(pk=draft.plan_id).values_list("year_id", flat=True).first()
        if year is not None:
            locked_year(year)
        locked = locked_draft(draft, edits=edits)
        current = locked.plan.revisions.current().first()
        if locked.based_on_id != (current.pk if current else None):
            if current is None:  # what was in force stays in force until something follows it
                raise RefusedError("changed", CHANGED_MEANWHILE)
            raise BehindError(current)
        if current is not None:
            current.is_current = False
            current.save(update_fields=["is_current"])
        locked.number = (current.number if current else 0) + 1
        locked.state, locked.is_current = State.PUBLISHED, True
        locked.published_by, locked.published_at = by, timezone.now()
        locked.save()
    return locked
