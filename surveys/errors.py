"""What the database's guards of the surveys mean to people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.refusals import guarded_by

SENTENCES: dict[str, str | Promise] = {
    "version_published_stays": _("What is in use is never changed. Make a new version of the questionnaire."),
    "question_published_stays": _("What is in use is never changed. Make a new version of the questionnaire."),
    "question_part_of_same": _("A part belongs to a question of the same questionnaire."),
    "survey_answered_stays": _("There are answers already: questions and quarter stay as they are."),
    "survey_uses_published": _("Only a questionnaire that is ready can be used."),
}
"""Names of triggers, and their sentences. What a named constraint means stands with the constraint."""

guarded = guarded_by("surveys", SENTENCES)
"""A transaction in which what a guard of the database refuses is told as a RefusedError."""
