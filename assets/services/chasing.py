"""What the asset officer does about a loan that is late: demand its return, and leave a trace of it (clause 211)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import BANGKOK, today
from organization.models import User

from ..choices import Act
from ..models import Loan, LoanEntry
from ..querysets import KEEP_REGISTER
from .acts import enter, locked_loan, require


@transaction.atomic
def chase_loan(loan: Loan, *, by: User, note: str) -> LoanEntry:
    """Write down that the return of an overdue loan was demanded. note: how, such as by telephone.

    Once a day is enough: whoever comes second on the same day gets the entry of the first. RefusedError where the
    loan is not overdue; codes are names of the form's fields, `late`, `state` or `not_yours`.
    """
    require(by.has_perm(KEEP_REGISTER), "not_yours", _("Asset officers do this."))
    locked = locked_loan(loan, Act.CHASE)
    require(locked.days_late() > 0, "late", _("This loan is not overdue."))
    begin = dt.datetime.combine(today(), dt.time(), BANGKOK)
    known = locked.entries.filter(act=Act.CHASE, at__gte=begin, at__lt=begin + dt.timedelta(days=1)).first()
    if known is not None:
        return known
    require(bool(note.strip()), "how", _("Write how you demanded it: by telephone, by letter …"))
    late = {"days_late": locked.days_late()}
    return enter(locked, Act.CHASE, by=by, note=note, details=late)


def last_chased(loans: list[int]) -> dict[int, dt.date]:
    """The day on which the return was demanded last, by loan (primary keys). One query."""
    found: dict[int, dt.date] = {}
    if loans:
        rows = LoanEntry.objects.filter(loan_id__in=loans, act=Act.CHASE).order_by("at")
        for loan, at in rows.values_list("loan_id", "at"):
            found[loan] = timezone.localtime(at, BANGKOK).date()
    return found
