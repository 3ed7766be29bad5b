"""What the database's guards of the assessment's result mean to people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.refusals import guarded_by

SENTENCES: dict[str, str | Promise] = {
    "result_published_stays": _("What is published is never changed. Start a correction."),
    "result_scores_stay": _("What is published is never changed. Start a correction."),
}
"""Triggers; the named constraints say themselves what they mean."""

guarded = guarded_by("measures", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""

CHANGED_MEANWHILE = _("Somebody has changed this in the meantime. Look at it as it is now and try again.")
