"""What the database's guards of the budget mean to people."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal import refusals
from ita_portal.refusals import RefusedError, guard_of

__all__ = ["SENTENCES", "RefusedError", "guard_of", "refusal_of"]

SENTENCES: dict[str, str | Promise] = {
    "revision_published_stays": _("What is published is never changed. Start a revision."),
    "line_published_stays": _("What is published is never changed. Start a revision."),
    "transfer_published_stays": _("What is published is never changed. Start a revision."),
    "document_published_stays": _("What is published is never changed. Start a revision."),
    "statement_published_stays": _("What is published is never changed. Start a correction."),
    "spent_published_stays": _("What is published is never changed. Start a correction."),
    "summary_published_stays": _("What is published is never changed. Start a correction."),
    "purchase_published_stays": _("What is published is never changed. Start a correction."),
    "plan_has_lines": _("There is nothing in it yet. Enter lines or upload a file first."),
    "plan_follows_current": _("Somebody else has published a revision in the meantime."),
    "plan_total_adds_up": _("The lines do not add up to the total that was declared."),
    "plan_transfers_add_up": _("What a line gained or lost is not what its transfers say."),
    "plan_transfers_balance": _("What is taken from some lines is not what others get. Transfers must balance."),
    "plan_spent_line_stays": _("Money was spent on a line that would disappear. Keep the line."),
    "plan_originals_stay": _(
        "In a budget in force original amounts stay, a new line begins at zero, and a line leaves only without money. "
        "Move money by transfers."
    ),
    "plan_spent_money_stays": _("A line gives away money that is spent or committed already."),
    "plan_once_a_year": _("This plan is there already for that fiscal year. Revise it instead."),
    "line_code_once": _("This code is used by another line of the plan."),
    "line_in_revision_once": _("This line is in the revision already."),
    "spent_same_year": _("This line belongs to another fiscal year."),
    "month_says_nothing": _("Either enter the purchases of the month, or say that there was none."),
    "purchase_has_line": _("Link each purchase to its budget line, or say that it is not paid from the budget."),
    "upload_kept": _("The record of an upload is never changed."),
}
"""The database's guards and what they mean to people."""


def refusal_of(error: IntegrityError) -> RefusedError:
    """The refusal that a guard of the budget stands for; `error` itself is raised again where it is none of them."""
    return refusals.refusal_of(error, "budget", SENTENCES)
