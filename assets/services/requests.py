"""What a borrower does: ask, change, cancel, ask for more time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.extras import DateRange

from ita_portal.fiscal import FiscalYear, today
from ita_portal.thai import short_date
from organization.models import User

from ..choices import Act, Decision, LoanState, Place
from ..errors import RefusedError
from ..models import Extension, Loan, LoanEntry, LoanLine
from ..querysets import KEEP_REGISTER
from ..stock import Want, check_days, refusals
from .acts import enter, locked_loan, require


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. use_at: a value of `Place`; location: where, needed off the premises."""

    wants: Sequence[Want]
    start: dt.date
    due: dt.date
    purpose: str
    use_at: str
    location: str = ""
    phone: str = ""

    @property
    def during(self) -> DateRange:
        """Its days, both ends included."""
        return DateRange(self.start, self.due, "[]")

    def check(self, *, without_loan: int | None = None) -> None:
        """RefusedError where it cannot be asked for now: days, things, missing words."""
        check_days(self.start, self.due)
        if not self.wants:
            raise RefusedError("nothing", _("Choose at least one item."))
        if self.use_at not in Place.values:
            raise RefusedError("place", _("Choose where it is used."))
        if any(want.quantity < 1 for want in self.wants):
            raise RefusedError("nothing", _("Choose at least one item."))
        seen: set[int] = set()
        for position, want in enumerate(self.wants):
            if want.asset.pk in seen:
                raise RefusedError("double", _("This item is in the request already."), line=position)
            seen.add(want.asset.pk)
        if not self.purpose.strip():
            raise RefusedError("purpose", _("Write which official work it is for."))
        if self.use_at == Place.OFF_SITE and not self.location.strip():
            raise RefusedError("location", _("Write where it is taken."))
        for refusal in refusals(self.wants, self.start, self.due, without_loan=without_loan):
            raise refusal


def sent_before(form_mark: str, *, by: User) -> list[Loan]:
    """The loans that this form of this person gave already; none where it is new."""
    return list(Loan.objects.filter(form_mark__startswith=_mark(form_mark, by)).order_by("pk"))


@transaction.atomic
def request_loans(wish: Wish, *, borrower: User, entered_by: User, form_mark: str) -> list[Loan]:
    """Ask for what is wished: one loan for each division that lends. Nothing is held by it.

    form_mark: of the form; sent again by the same person it gives the loans that it gave first. entered_by: another
    than the borrower where a paper form is entered. RefusedError where it is not possible now.
    """
    known = sent_before(form_mark, by=entered_by)
    if known:
        return known
    wish.check()
    by_division: dict[int, list[Want]] = {}
    for want in wish.wants:
        by_division.setdefault(want.asset.division_id, []).append(want)
    try:
        with transaction.atomic():
            return [
                _write(
                    Loan(
                        borrower=borrower,
                        entered_by=entered_by,
                        division_id=borrower.division_id,
                        owner_id=division,
                        form_mark=f"{_mark(form_mark, entered_by)}{division}",
                    ),
                    wish,
                    wants,
                )
                for division, wants in sorted(by_division.items())
            ]
    except IntegrityError as error:
        # The same form, sent a second time while the first was being written.
        known = sent_before(form_mark, by=entered_by)
        if not known:
            raise error
        return known


def _mark(form_mark: str, by: User) -> str:
    """How the marks of a form's loans begin. The person stands in it: nobody meets somebody else's loan by a mark."""
    return f"{by.pk}.{form_mark[:40]}:"


def _write(loan: Loan, wish: Wish, wants: list[Want]) -> Loan:
    for name, value in _words(wish).items():
        setattr(loan, name, value)
    loan.fiscal_year = FiscalYear.current().number
    loan.number = _next_number(loan.fiscal_year)
    loan.save(force_insert=True)
    _write_lines(loan, wants, wish)
    LoanEntry.objects.create(loan=loan, act=Act.REQUEST, state=loan.state, by=loan.entered_by)
    return loan


def _words(wish: Wish) -> dict[str, object]:
    return {
        "purpose": wish.purpose.strip(),
        "use_at": wish.use_at,
        "location": wish.location.strip(),
        "phone": wish.phone.strip(),
        "start_on": wish.start,
        "due_on": wish.due,
    }


def _write_lines(loan: Loan, wants: Sequence[Want], wish: Wish) -> None:
    LoanLine.objects.bulk_create(
        LoanLine(loan=loan, asset=want.asset, position=position, quantity=want.quantity, during=wish.during)
        for position, want in enumerate(wants, start=1)
    )


def _next_number(year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assets_loannumber AS n (fiscal_year, last) VALUES (%s, 1) "
            "ON CONFLICT (fiscal_year) DO UPDATE SET last = n.last + 1 RETURNING last",
            [year],
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def change_loan(loan: Loan, wish: Wish, *, by: User, revision: int) -> Loan:
    """Ask for something else while nobody has decided. revision: of the loan that the borrower saw.

    The same change sent twice is one change.
    """
    locked = locked_loan(loan, Act.CHANGE)
    _own(locked, by)
    if locked.revision == revision + 1 and _says(locked, wish):
        return locked
    if locked.revision != revision:
        raise RefusedError("changed", _("This request was changed in another window. Read it again."))
    if any(want.asset.division_id != locked.owner_id for want in wish.wants):
        raise RefusedError(
            "other_division", _("Everything in one form belongs to one division. Ask for the rest in a new request.")
        )
    wish.check(without_loan=locked.pk)
    before = {"start_on": str(locked.start_on), "due_on": str(locked.due_on), "use_at": locked.use_at}
    for name, value in _words(wish).items():
        setattr(locked, name, value)
    locked.revision += 1
    locked.save()
    locked.lines.all().delete()
    _write_lines(locked, wish.wants, wish)
    enter(locked, Act.CHANGE, by=by, details=before)
    return locked


def _says(loan: Loan, wish: Wish) -> bool:
    """Whether the loan is already as wished."""
    lines = [(line.asset_id, line.quantity) for line in loan.lines.order_by("position")]
    words = _words(wish)
    return lines == [(want.asset.pk, want.quantity) for want in wish.wants] and all(
        getattr(loan, name) == value for name, value in words.items()
    )


@transaction.atomic
def cancel_loan(loan: Loan, *, by: User, note: str = "") -> Loan:
    """Give back a request or an approval that was not collected: the borrower, or the asset officer with a note."""
    locked = locked_loan(loan, Act.CANCEL)
    if by.pk != locked.borrower_id and not (by.has_perm(KEEP_REGISTER) and note.strip()):
        if by.has_perm(KEEP_REGISTER):
            raise RefusedError("note", _("Write why you cancel somebody else's loan."))
        raise RefusedError("not_yours", _("Only the borrower does this."))
    locked.lines.holding().update(held=0)
    locked.extensions.filter(decision=Decision.WAITING).update(
        decision=Decision.REFUSED, decided_by=by, decided_at=timezone.now(), answer=note
    )
    locked.state, locked.finished_on = LoanState.CANCELLED, today()
    locked.save(update_fields=["state", "finished_on"])
    enter(locked, Act.CANCEL, by=by, note=note)
    return locked


@transaction.atomic
def ask_extension(loan: Loan, *, by: User, new_due_on: dt.date, reason: str) -> Extension:
    """Ask for more time. What others were promised in the meantime is looked at now, and again when it is decided."""
    locked = locked_loan(loan, Act.ASK_EXTENSION)
    _own(locked, by)
    require(bool(reason.strip()), "reason", _("Write why more time is needed."))
    require(
        new_due_on > locked.due_on,
        "order",
        _("The new day of return is later than %(day)s.") % {"day": short_date(locked.due_on)},
    )
    require(new_due_on >= today(), "past", _("The new day of return has passed."))
    check_days(max(locked.due_on, today()), new_due_on)
    require(
        not locked.extensions.filter(decision=Decision.WAITING).exists(),
        "waiting",
        _("A request for more time is waiting already."),
    )
    wants = [Want(line.asset, line.held) for line in locked.lines.holding().select_related("asset")]
    for refusal in refusals(wants, locked.due_on, new_due_on, without_loan=locked.pk):
        if refusal.code in ("taken", "overdue"):
            raise refusal
    extension = Extension.objects.create(
        loan=locked, old_due_on=locked.due_on, new_due_on=new_due_on, reason=reason.strip(), asked_by=by
    )
    enter(locked, Act.ASK_EXTENSION, by=by, note=reason, details={"new_due_on": str(new_due_on)})
    return extension


def is_own(loan: Loan, user: User) -> bool:
    """Whether `user` borrows it, or entered it for who does and still keeps the register."""
    return user.pk == loan.borrower_id or (user.pk == loan.entered_by_id and user.has_perm(KEEP_REGISTER))


def _own(loan: Loan, by: User) -> None:
    require(is_own(loan, by), "not_yours", _("Only the borrower does this."))
