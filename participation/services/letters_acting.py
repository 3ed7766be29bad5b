"""How an act on a letter is done: locked, allowed in its state, seen as it is, with who did it and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import User

from ..choices import LetterAct, LetterState
from ..errors import CHANGED_MEANWHILE, RefusedError, guarded, require
from ..letters_workflow import OFFICE_ACTS, TRANSITIONS, allows
from ..models import Letter
from ..permissions import ANSWER_LETTERS, KEEP_PARTICIPATION

Changes = dict[str, Any] | None
"""Columns and their new values; None: it is so already, and nothing is done."""


ENDING = (LetterAct.WITHHOLD, LetterAct.WITHDRAW)
"""Acts that end what is public."""


def locked_letter(letter: Letter) -> Letter:
    """The letter as it is, locked until the transaction ends."""
    found: Letter = Letter.objects.select_for_update(no_key=True, of=("self",)).get(pk=letter.pk)
    return found


def require_allowed(act: LetterAct, letter: Letter) -> None:
    """RefusedError where an act is not possible in the state of a letter, or its words are destroyed."""
    require(
        allows(act, letter.state), "not_now",
        _("This is not possible now: the letter is “%(state)s”.") % {"state": letter.get_state_display()},
    )  # fmt: skip
    require(act in ENDING or letter.forgotten_at is None, "forgotten", _("Its words are destroyed."))


def perform(
    letter: Letter, act: LetterAct, *, by: User | None, changes: Changes | Callable[[Letter], Changes],
    seen: int | None = None, note: str = "", is_done: Callable[[Letter], bool] | None = None,
) -> Letter:  # fmt: skip
    """Do one act of the table of transitions.

    by: who of the staff; None: the sender. seen: the revision that the person saw; the same act sent twice is one, any
    other change in the meantime a RefusedError. changes: or a function that makes them from the locked letter, and with
    it `is_done`: whether a letter is as this very act, with these very words, left it. None: that cannot be told.
    Of a letter whose words are destroyed only what is public can be ended.
    """
    with guarded():
        locked = locked_letter(letter)
        if seen is not None and locked.revision != seen:
            if _is_next(locked, act, by, seen, note) and _is_as_left(locked, changes, is_done):
                return locked
            raise RefusedError("changed", CHANGED_MEANWHILE)
        if by is not None:
            _require_right(locked, act, by)
        require_allowed(act, locked)
        made = changes(locked) if callable(changes) else changes
        if made is None:
            return locked
        made = {
            "state": TRANSITIONS[act][LetterState(locked.state)], **made,
            "last_act": act, "acted_by": by, "acted_at": timezone.now(), "note": note, "revision": locked.revision + 1,
        }  # fmt: skip
        for name, value in made.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(made))
    return locked


def _require_right(letter: Letter, act: LetterAct, by: User) -> None:
    if by.has_perm(KEEP_PARTICIPATION):
        return
    require(act not in OFFICE_ACTS, "not_yours", _("The plan office does this."))
    own = letter.division_id is not None and letter.division_id == by.division_id
    require(own and by.has_perm(ANSWER_LETTERS), "not_yours", _("This letter is not with your division."))


def _is_next(letter: Letter, act: LetterAct, by: User | None, seen: int, note: str) -> bool:
    """Whether the latest act is of this kind, with this note, by the same person, as the next after what they saw."""
    latest = (letter.revision, letter.last_act, letter.acted_by_id, letter.note)
    return latest == (seen + 1, act, by.pk if by else None, note)


def _is_as_left(
    letter: Letter, changes: Changes | Callable[[Letter], Changes], is_done: Callable[[Letter], bool] | None
) -> bool:  # fmt: skip
    """Whether a letter holds what would be written. Moments are no part of it: they differ from press to press."""
    if is_done is not None:
        return is_done(letter)
    if changes is None or callable(changes):
        return False
    return all(getattr(letter, name) == value for name, value in changes.items() if not name.endswith("_at"))
