"""What the database's guards of guidelines and trainings mean to people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.refusals import RefusedError, guarded_by, require

from .errors_trainings import TRAINING_SENTENCES

__all__ = ["SENTENCES", "RefusedError", "guarded", "require"]

SENTENCES: dict[str, str | Promise] = {
    "guideline_version_stays": _("What is published is never changed. Begin a new version."),
    "guideline_check_stays": _("What is published is never changed. Begin a new version."),
    "guideline_acknowledgement_stays": _("A confirmation is never changed and never taken back."),
    "guideline_slug_stays": _("A document keeps its name in the address: links and printed codes lead there."),
    "guideline_not_in_force": _("This version is not in force any more. Read the one that is."),
    "guideline_version_follows": _("Somebody else has published a version in the meantime."),
    **TRAINING_SENTENCES,
}
"""The database's guards and what they mean to people."""

guarded = guarded_by("guidelines", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""
