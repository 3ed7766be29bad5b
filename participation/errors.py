"""What the database's guards of participation mean to people."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal import refusals
from ita_portal.refusals import RefusedError, guard_of, guarded_by, require

__all__ = ["CHANGED_MEANWHILE", "SENTENCES", "RefusedError", "guard_of", "guarded", "refusal_of", "require"]

SENTENCES: dict[str, str | Promise] = {
    "letter_words_stay": _("What a sender wrote is never changed."),
    "letter_message_stays": _("What was written is never changed."),
}
"""Triggers and what they mean to people; named constraints say it themselves."""

CHANGED_MEANWHILE = _("Somebody has changed this in the meantime. Look at it as it is now and try again.")

guarded = guarded_by("participation", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""


def refusal_of(error: IntegrityError) -> RefusedError:
    """The refusal that a guard stands for; `error` itself is raised again where it is none of them."""
    return refusals.refusal_of(error, "participation", SENTENCES)
