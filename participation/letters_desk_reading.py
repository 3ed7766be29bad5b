"""What was done with a letter, from the history that the database keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from ita_portal.admin_history import changes_of
from organization.models import Division, User

from .choices import LetterAct
from .models import Letter

MOST = 50
_NAME_DIVISION = (LetterAct.ROUTE, LetterAct.SEND_ON)


@dataclass(frozen=True, slots=True)
class Deed:
    """One act. by: of the staff; None: the sender, or the portal. division: that got the letter. before: an answer that
    was corrected."""

    at: dt.datetime
    by: User | None
    sentence: str
    division: Division | None
    note: str
    before: str


def deeds_of(letter: Letter) -> Sequence[Deed]:
    """The acts of a letter, newest first. Three queries."""
    events = list(changes_of(letter)[:MOST])
    people = get_user_model().objects.in_bulk({event.pgh_data.get("acted_by_id") for event in events} - {None})
    divisions = Division.objects.in_bulk({event.pgh_data.get("division_id") for event in events} - {None})
    found = []
    for event in events:
        data = event.pgh_data
        act = data.get("last_act", "")
        known = act in LetterAct.values
        found.append(
            Deed(
                at=dt.datetime.fromisoformat(data["acted_at"]),
                by=people.get(data.get("acted_by_id")),
                sentence=str(LetterAct(act).label) if known else _("Changed"),
                division=divisions.get(data.get("division_id")) if act in _NAME_DIVISION else None,
                note=data.get("note", ""),
                before=((event.pgh_diff or {}).get("answer") or [""])[0] if act == LetterAct.CORRECT else "",
            )
        )
    return found
