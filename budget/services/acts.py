"""What the acts have in common."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ita_portal.refusals import guarded_by, require
from organization.models import User

from ..errors import SENTENCES
from ..models import BudgetYear
from ..querysets import KEEP_BUDGET

CHANGED_MEANWHILE = _("Somebody has changed this in the meantime. Look at it as it is now and try again.")


def require_officer(by: User) -> None:
    """RefusedError for whoever is no budget officer."""
    require(by.has_perm(KEEP_BUDGET), "not_yours", _("Budget officers do this."))


guarded = guarded_by("budget", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""


def year_row(year: int) -> BudgetYear:
    """The row of a fiscal year, made where there is none."""
    row, _made = BudgetYear.objects.get_or_create(pk=year)
    found: BudgetYear = row
    return found


def locked_year(year: int) -> BudgetYear:
    """The row of a fiscal year, locked until the transaction ends: what hangs on it is published one by one."""
    found: BudgetYear = BudgetYear.objects.select_for_update(no_key=True).get(pk=year)
    return found
