"""Statements of spending: begin or correct one, fill it, throw it away, publish it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear, today
from ita_portal.masking import mask_citizen_numbers
from organization.models import User

from ..choices import State
from ..errors import RefusedError
from ..models import LineVersion, Spent, Statement
from .acts import CHANGED_MEANWHILE, guarded, locked_year, require, require_officer, year_row
from .plans import hold_uploads

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a statement says of a line (its key), in baht since 1 October; None: not known."""

    line: int
    obligated: Decimal | None = None
    disbursed: Decimal | None = None
    received: Decimal | None = None


def end_of_month(year: int, month: int) -> dt.date:
    """The last day of a fiscal month (1 is October)."""
    start = FiscalYear(year).start
    number = start.month - 1 + month
    return dt.date(start.year + number // 12, number % 12 + 1, 1) - dt.timedelta(days=1)


def begin_statement(
    year: int, month: int, *, as_of: dt.date, by: User, form_mark: str, note: str = "", copy: bool = False
) -> Statement:
    """The draft of a statement for a month. copy: with what the month's statement in force says, to be corrected.

    The same form sent twice gives the same draft. RefusedError where the data would be of a day to come, or of a day
    before the month began.
    """
    require_officer(by)
    check_as_of(year, month, as_of)
    with guarded():
        year_row(year)
        locked_year(year)
        known: Statement | None = Statement.objects.filter(form_mark=form_mark).first()
        if known is not None:
            require(known.made_by_id == by.pk, "form_taken", _("Open the form again and send it once more."))
            return known
        made: Statement = Statement.objects.create(
            year=year_row(year),
            month=month,
            as_of=as_of,
            note=mask_citizen_numbers(note.strip()),
            made_by=by,
            form_mark=form_mark,
        )
        if copy:
            _copy_current(made)
    return made


def check_as_of(year: int, month: int, as_of: dt.date) -> None:
    """RefusedError where data of a month cannot be of that day."""
    require(as_of <= today(), "as_of_to_come", _("This day is still to come."), field="as_of")
    begin = end_of_month(year, month - 1) if month > 1 else FiscalYear(year).start - dt.timedelta(days=1)
    require(as_of > begin, "as_of_before", _("This day lies before the month that is told."), field="as_of")


def _copy_current(target: Statement) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO budget_spent (statement_id, line_id, obligated, disbursed, received) "
            "SELECT %s, s.line_id, s.obligated, s.disbursed, s.received FROM budget_spent s "
            "JOIN budget_statement t ON t.id = s.statement_id WHERE t.is_current AND t.year_id = %s AND t.month = %s",
            [target.pk, target.year_id, target.month],
        )


def locked_statement(draft: Statement, *, edits: int | None = None) -> Statement:
    """The draft as it is now, locked until the transaction ends.

    edits: how often it had been changed when the person saw it. RefusedError where it is no draft any more, or was
    changed since.
    """
    try:
        locked: Statement = Statement.objects.select_for_update(no_key=True).get(pk=draft.pk)
    except Statement.DoesNotExist:
        raise RefusedError("gone", _("Somebody has thrown this draft away.")) from None
    require(locked.is_draft, "statement_published_stays", _("What is published is never changed. Start a correction."))
    require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)
    return locked


@transaction.atomic
def write_amounts(draft: Statement, rows: Iterable[Amounts], *, by: User) -> int:
    """Everything in a draft anew; how many lines it tells of."""
    require_officer(by)
    count = 0
    with guarded():
        locked = locked_statement(draft)
        locked.rows.all().delete()
        some = iter(rows)
        while batch := list(islice(some, _BATCH)):
            Spent.objects.bulk_create(
                Spent(
                    statement=locked, line_id=row.line, obligated=row.obligated, disbursed=row.disbursed,
                    received=row.received,
                )
                for row in batch
            )  # fmt: skip
            count += len(batch)
        locked.edits += 1
        locked.save(update_fields=["edits"])
    return count


@transaction.atomic
def discard_statement(draft: Statement, *, by: User) -> None:
    """Throw a draft away; the record of its files stays."""
    require_officer(by)
    hold_uploads(statement=draft.pk)
    locked_statement(draft).delete()


@transaction.atomic
def change_statement(draft: Statement, *, as_of: dt.date, note: str, by: User, edits: int | None = None) -> Statement:
    """Change what a draft says beside its amounts."""
    require_officer(by)
    check_as_of(draft.year_id, draft.month, as_of)
    with guarded():
        locked = locked_statement(draft, edits=edits)
        locked.as_of, locked.note = as_of, mask_citizen_numbers(note.strip())
        locked.edits += 1
        locked.save(update_fields=["as_of", "note", "edits"])
    return locked


def publish_statement(draft: Statement, *, by: User, seen: int | None = None, edits: int | None = None) -> Statement:
    """Make a statement public; an earlier one of its month is history from then on.

    seen: number of the statement in force that the person saw, 0 for none; edits: how often the draft had been changed
    then; neither is looked at where it is None. RefusedError
    where it is empty, where it speaks of a line that no plan in force has, or where another was published meanwhile.
    """
    require_officer(by)
    with guarded():
        locked_year(draft.year_id)
        locked = locked_statement(draft, edits=edits)
        require(locked.rows.exists(), "statement_empty", _("There is nothing in it yet. Upload a file first."))
        gone = locked.rows.filter(~Exists(LineVersion.objects.current().filter(line=OuterRef("line"))))
        require(
            not gone.exists(), "spent_line_gone",
            _("It speaks of a line that is in no plan in force any more. Upload the file again."),
        )  # fmt: skip
        before = Statement.objects.current().filter(year=locked.year_id, month=locked.month).first()
        require(
            seen is None or seen == (before.number if before else 0), "followed",
            _("Somebody else has published a statement of this month in the meantime. Compare the two first."),
        )  # fmt: skip
        if before is not None:
            before.is_current = False
            before.save(update_fields=["is_current"])
        locked.number = (before.number if before else 0) + 1
        locked.state, locked.is_current = State.PUBLISHED, True
        locked.published_by, locked.published_at = by, timezone.now()
        locked.save()
    return locked
