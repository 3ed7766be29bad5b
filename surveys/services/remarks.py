"""Own words: whether everybody may read them, and when those are destroyed that nobody may."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ita_portal.fiscal import today
from ita_portal.masking import mask_citizen_numbers
from ita_portal.refusals import require
from organization.models import User

from ..choices import RemarkState
from ..errors import guarded
from ..models import Remark
from .answering import LONGEST_REMARK
from .surveys import require_keeper

LONGEST_REASON = 900
"""Characters. A reason is kept behind its code, in 1,000."""
KEPT_REFUSED = dt.timedelta(days=365)
"""How long the words are kept that are not published: they may be refused for the very data that they hold."""
FORGOTTEN = "–"
"""What stands for destroyed words."""
_LEFT_OUT = re.compile(r"…|\.{3,}|[Xx*]{2,}|\[[^\]]{0,40}\]")
"""What an officer may put in the place of what is left out: `…`, `XXX`, `***`, `[name]`."""


class Reason(models.TextChoices):
    """Why words are not published: the code stands first in `Remark.reason`, own words behind it."""

    PERSONAL = "personal", gettext_lazy("It holds personal data")
    ABUSE = "abuse", gettext_lazy("It insults or accuses somebody")
    CORRUPTION = "corruption", gettext_lazy("It reports corruption, for which there is the protected channel")
    NOTHING = "nothing", gettext_lazy("It says nothing about what was asked")
    ADVERTISING = "advertising", gettext_lazy("It is advertising")
    OTHER = "other", pgettext_lazy("reason", "Another reason")


def written_reason(code: str, words: str = "") -> str:
    """A reason as it is kept: `personal`, `other: …`."""
    words = " ".join(words.split())
    return f"{code}: {words}" if words else code


def read_reason(reason: str) -> tuple[str, str]:
    """The code of a kept reason, and the words behind it. What has no known code is another reason."""
    code, colon, words = reason.partition(":")
    if code in Reason.values and (colon or not words):
        return code, words.strip()
    return Reason.OTHER.value, reason.strip()


def mark_of(remark: Remark) -> str:
    """Stands for what an officer saw of a remark, so that nobody decides over what another decided unseen."""
    seen = f"{remark.state}\n{remark.reason}\n{remark.text}"
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def publish(remark: Remark, text: str, *, by: User, seen: str | None = None) -> Remark:
    """Let everybody read own words: as they came, or shortened (`is_shortened`). Twice it is once.

    What is left out is destroyed. seen: `mark_of` what the officer saw. RefusedError where something was added, where a
    person's number would be shown, or where another officer decided in the meantime.
    """
    require_keeper(by)
    text = text.strip()
    require(bool(text), "words_missing", _("Nothing is left of it. Do not publish it instead."), field="text")
    require(len(text) <= LONGEST_REMARK, "too_long", _("This is too long."), field="text")
    require(
        mask_citizen_numbers(text) == text, "citizen_number",
        _("This looks like the number of an identity card. Take it out: what you publish everybody reads."),
        field="text",
    )  # fmt: skip
    with guarded():
        locked = _locked(remark)
        if locked.state == RemarkState.PUBLISHED and locked.text == text:
            return locked
        _require_seen(locked, remark, seen)
        require(locked.text != FORGOTTEN, "forgotten", _("The words are destroyed."))
        changed = _plain(text) != _plain(locked.text)
        require(
            not changed or is_shortened(text, locked.text), "not_shortened",
            _("You can only leave words out, or put … or XXX in their place. Write nothing that the person did not."),
            field="text",
        )  # fmt: skip
        locked.shortened = locked.shortened or changed
        locked.text, locked.state, locked.reason = text, RemarkState.PUBLISHED, ""
        _save(locked, by)
    return locked


def refuse(remark: Remark, reason: str, *, by: User, seen: str | None = None) -> Remark:
    """Own words are not published, or not any more. reason: as `written_reason` writes it. Twice it is once."""
    require_keeper(by)
    code, words = read_reason(reason)
    require(bool(reason.strip()), "reason_missing", _("Say why it is not published."), field="reason")
    require(
        code != Reason.OTHER or bool(words), "reason_missing", _("Say in your own words why it is not published."),
        field="words",
    )  # fmt: skip
    require(len(words) <= LONGEST_REASON, "too_long", _("This is too long."), field="words")
    kept = written_reason(code, words)
    with guarded():
        locked = _locked(remark)
        if locked.state == RemarkState.REFUSED and locked.reason == kept:
            return locked
        _require_seen(locked, remark, seen)
        locked.state, locked.reason = RemarkState.REFUSED, kept
        _save(locked, by)
    return locked


def is_shortened(text: str, whole: str) -> bool:
    """Whether `text` is `whole` with something left out: its pieces between the marks of what is left out stand in
    `whole`, in their order. A person's number may be shortened to its last four digits."""
    return any(_pieces_in(_plain(text), found) for found in {_plain(whole), _plain(mask_citizen_numbers(whole))})


def _pieces_in(text: str, whole: str) -> bool:
    place = 0
    for piece in filter(None, (piece.strip() for piece in _LEFT_OUT.split(text))):
        found = whole.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return True


def _plain(text: str) -> str:
    return " ".join(text.split())


def _locked(remark: Remark) -> Remark:
    found: Remark = Remark.objects.select_for_update(no_key=True, of=("self",)).get(pk=remark.pk)
    return found


def _require_seen(locked: Remark, remark: Remark, seen: str | None) -> None:
    require(
        mark_of(locked) == (mark_of(remark) if seen is None else seen), "changed",
        _("Another officer has decided in the meantime. Look at it again."),
    )  # fmt: skip


def _save(remark: Remark, by: User) -> None:
    remark.moderated_by, remark.moderated_on = by, today()
    remark.save(update_fields=["text", "shortened", "state", "reason", "moderated_by", "moderated_on"])


def forget_refused(day: dt.date) -> int:
    """Destroy the words that on `day` were refused for longer than `KEPT_REFUSED`; how many. Safe to run again.

    The row stays with its reason's code, so that what came in is still counted.
    """
    ended = Remark.objects.filter(state=RemarkState.REFUSED, moderated_on__lt=day - KEPT_REFUSED)
    count = 0
    with guarded():
        for remark in ended.exclude(text=FORGOTTEN).select_for_update(no_key=True).order_by("pk"):
            remark.text, remark.reason = FORGOTTEN, read_reason(remark.reason)[0]
            remark.save(update_fields=["text", "reason"])
            count += 1
    return count
