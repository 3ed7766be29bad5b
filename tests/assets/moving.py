"""Loans as they would stand if they had begun on another day."""

from __future__ import annotations

from django.db import connection

from assets.models import Loan

from .factories import DAY


def moved(loan: Loan, days: int) -> Loan:
    """`loan` with all its days `days` later (earlier where negative)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assets_loan SET start_on = start_on + %s, due_on = due_on + %s WHERE id = %s", [days, days, loan.pk]
        )
        cursor.execute(
            "UPDATE assets_loanline SET during = daterange(lower(during) + %s, upper(during) + %s) WHERE loan_id = %s",
            [days, days, loan.pk],
        )
    loan.refresh_from_db()
    assert (loan.due_on - loan.start_on) // DAY >= 0
    return loan
