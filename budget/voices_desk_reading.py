"""The officer's piles of comments, and what was done with one of them, in words."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.keyset import Keyset

from .choices import CommentKind, CommentState
from .models import Comment
from .querysets import CommentQuerySet
from .services.voices import Reason, read_reason
from .voices_reading import NEWEST, OLDEST

PILES = {
    "waiting": gettext_lazy("To be looked at"),
    "open": gettext_lazy("To be answered"),
    "answered": gettext_lazy("Answered"),
    "opinions": gettext_lazy("Opinions, public"),
    "refused": gettext_lazy("Not published"),
}
_PUBLIC = Q(state=CommentState.PUBLISHED)
_IN_PILE = {
    "waiting": Q(state=CommentState.WAITING),
    "open": _PUBLIC & Q(answer="") & ~Q(kind=CommentKind.COMMENT),
    "answered": _PUBLIC & ~Q(answer=""),
    "opinions": _PUBLIC & Q(answer="", kind=CommentKind.COMMENT),
    "refused": Q(state=CommentState.REFUSED),
}
"""Every comment is in one of them."""


def pile(name: str) -> tuple[CommentQuerySet, Keyset[Comment]]:
    """The comments of a pile and their order: what waits longest first, what was done last first."""
    rows: CommentQuerySet = Comment.objects.filter(_IN_PILE[name])
    return rows, OLDEST if name in ("waiting", "open") else NEWEST


def pile_counts() -> dict[str, int]:
    """How many comments each pile holds. One query."""
    found: dict[str, int] = Comment.objects.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _IN_PILE.items()}
    )
    return found


def deeds(event: Any) -> list[tuple[str, str]]:
    """What a change of a comment's history did: a sentence, and the words that stood there or were given."""
    if event.pgh_label == "insert":
        return [(_("It came in."), "")]
    changed: dict[str, list[Any]] = event.pgh_diff or {}
    found = []
    if "state" in changed or "reason" in changed:
        state = changed.get("state", ["", ""])[1] or event.pgh_data.get("state", "")
        if state == CommentState.PUBLISHED:
            found.append((_("Published"), ""))
        elif state == CommentState.REFUSED:
            code, words = read_reason(event.pgh_data.get("reason", ""))
            found.append((_("Not published: %(reason)s") % {"reason": Reason(code).label}, words))
    if "answer" in changed:
        before, after = changed["answer"]
        found.append((_("Answer corrected; before it was:"), before) if before else (_("Answered"), after))
    if "text" in changed:
        found.append((_("Its text was destroyed at the end of its keeping."), ""))
    return found or [(_("Changed"), "")]
