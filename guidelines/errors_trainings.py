"""What the database's guards of trainings mean to people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_SENTENCES: dict[str, str | Promise] = {
    "training_comes_as_draft": _("A training begins as a draft."),
    "training_state_order": _("This is not what follows. Look at the training as it is now."),
    "training_stays": _("This training is finished. Nothing of it changes any more."),
    "training_attended_not_cancelled": _("Somebody has attended already. It was held, at least in part."),
    "training_seats_taken": _("More people have a seat already. Free seats first."),
    "session_attended_stays": _("Somebody has attended already. This day stays as it is."),
    "enrolment_open": _("Nobody can be enrolled in this training now."),
    "enrolment_within_seats": _("All seats are taken."),
    "enrolment_attended_stays": _("Who has attended cannot withdraw."),
    "attendance_needs_seat": _("Attendance is entered for whoever has a seat."),
    "attendance_kept": _("An attendance is never changed. Take it out and enter it anew."),
    "attendance_certified": _("There is a certificate of this attendance. It stays."),
    "question_answered_stays": _("Somebody has taken the test already. Its questions and pass mark stay as they are."),
    "result_of_participant": _("The test is for whoever takes part in this training."),
    "result_all_questions": _("The questions have changed in the meantime. Please take the test again."),
    "certificate_kept": _("A certificate is never changed."),
    "certificate_earned": _("A certificate is for whoever attended all of it, and passed where that is asked."),
}
"""The guards and what they mean."""
