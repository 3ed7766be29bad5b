"""Why an act on an asset or a loan was refused, in a sentence for the person who tried."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RefusedError(Exception):
    """The act was not done and nothing has changed. `str()` is the sentence; code: for programs and tests.

    line: the position of the loan's line that it is about, from 0, where it is about one.
    """

    def __init__(self, code: str, message: str | Promise, *, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return str(self.message)


SENTENCES: dict[str, str | Promise] = {
    "loan_line_not_lent_twice": _("Somebody else was given this item for these days a moment ago."),
    "loan_line_out_once": _("This item is handed out already and has not come back."),
    "loan_line_within_quantity": _("So many pieces are not free for these days any more."),
    "loan_line_asset_retired": _("This item is no longer in the register."),
    "asset_held_stays": _("This item is on loan or promised to somebody. Take it back or cancel the loan first."),
    "loan_not_approved_by_borrower": _("Nobody decides on their own loan, or on one that they entered."),
    "extension_not_approved_by_borrower": _("Nobody decides on their own loan, or on one that they entered."),
    "incident_decided_stays": _("Somebody has decided on this already."),
    "counter_no_asset_officer": _(
        "Asset officers keep the register and do not count (procurement regulation B.E. 2560, clause 213). "
        "Choose somebody else."
    ),
    "counter_one_chair": _("One person chairs the committee."),
    "counter_once": _("This person counts there already."),
    "count_closed_stays": _("This count is closed; nothing of it changes any more."),
    "surprise_number_once": _("This number was noted as unexpected already."),
}
"""The database's guards and what they mean to people."""


def refusal_of(error: IntegrityError) -> RefusedError:
    """The refusal that a guard of the database stands for; `error` itself is raised again where it is none of them."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    if name not in SENTENCES:
        raise error
    return RefusedError(name, SENTENCES[name])
