"""The end of letters: answered ones are closed, words are destroyed, what was counted stays counted."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ita_portal.fiscal import BANGKOK

from ..choices import LetterAct, LetterState, Publication, RefusalReason
from ..models import Letter, LetterMessage, ParticipationSettings
from .letters_acts import close_old

KEPT_REFUSED = dt.timedelta(days=365)
"""How long the words of a letter are kept that is not taken up: it may be refused for the very data it holds."""
KEPT_REPORT = dt.timedelta(days=30)
"""The same where it reports corruption: as long as its sender needs to carry the words to the protected channel."""
FORGOTTEN = "–"
"""What stands for destroyed words."""


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), BANGKOK)


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def close_answered(day: dt.date) -> int:
    """Close what was answered, and since when nothing was done, for as long as the settings say. How many."""
    before = _begin(day - dt.timedelta(days=ParticipationSettings.current().close_days))
    ended = Letter.objects.filter(state=LetterState.ANSWERED, acted_at__lt=before).order_by("pk")
    return sum(close_old(letter) for letter in ended)


def forget_words(day: dt.date) -> int:
    """Destroy what senders wrote in letters whose time of keeping has passed on `day`, in the history too. How many.

    The row stays without words, so that it is still counted; what was published stays published, and its sender's code
    stays with it, to take the consent back. Every other code ends.
    """
    closed = _begin(_years_before(day, ParticipationSettings.current().keep_years))
    ended = Letter.objects.filter(
        Q(state=LetterState.REFUSED, refused_at__lt=_begin(day - KEPT_REFUSED))
        | Q(state=LetterState.REFUSED, reason=RefusalReason.CORRUPTION, refused_at__lt=_begin(day - KEPT_REPORT))
        | Q(state=LetterState.CLOSED, closed_at__lt=closed),
        forgotten_at=None,
    )
    count = 0
    with transaction.atomic():
        for letter in ended.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            _forget(letter)
            count += 1
    return count


def _forget(letter: Letter) -> None:
    words = {
        "subject": FORGOTTEN, "text": FORGOTTEN, "name": "", "reason_words": "", "note": "",
        "answer": FORGOTTEN if letter.answer else "",
    }  # fmt: skip
    made = {
        **words, "last_act": LetterAct.FORGET, "acted_by": None, "acted_at": timezone.now(),
        "forgotten_at": timezone.now(), "revision": letter.revision + 1,
    }  # fmt: skip
    if letter.publication != Publication.PUBLISHED:
        made["code_mark"] = None
    Letter.objects.filter(pk=letter.pk).update(**made)
    events = Letter.pgh_event_models["update"].objects.filter(pgh_obj_id=letter.pk)  # type: ignore[attr-defined]
    events.exclude(answer="").update(answer=FORGOTTEN)
    events.update(**{name: value for name, value in words.items() if name != "answer"})
    LetterMessage.objects.filter(letter=letter).exclude(text=FORGOTTEN).update(text=FORGOTTEN)
