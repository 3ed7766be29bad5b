"""How a case stands with its time limit, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ita_portal.thai import short_date

from .models import Case


@dataclass(frozen=True, slots=True)
class Deadline:
    """mark: a state of the portal's signs, which differ by shape (`done`, `delayed` …). words: what it means."""

    mark: str
    words: str

    @property
    def is_late(self) -> bool:
        """Whether the limit has passed without an answer."""
        return self.mark == "not_done"


def deadline_of(case: Case, day: dt.date, warn_days: int) -> Deadline:
    """How the first answer to `case` stands on `day`; `warn_days` before the limit it is marked."""
    if case.answered_on is not None:
        late = (case.answered_on - case.due_on).days
        if late > 0:
            words = ngettext("Answered %(count)s day late", "Answered %(count)s days late", late) % {"count": late}
            return Deadline("outside", words)
        return Deadline("done", _("Answered %(day)s") % {"day": short_date(case.answered_on)})
    if case.is_finished:
        return Deadline("outside", _("Ended without an answer"))
    left = (case.due_on - day).days
    if left < 0:
        words = ngettext("Overdue by %(count)s day", "Overdue by %(count)s days", -left) % {"count": -left}
        return Deadline("not_done", words)
    if left == 0:
        return Deadline("delayed", _("Answer today"))
    words = ngettext("%(count)s day left to answer", "%(count)s days left to answer", left) % {"count": left}
    return Deadline("delayed" if left <= warn_days else "in_progress", words)
