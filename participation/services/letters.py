"""What the sender of a letter does: send it, find it by its code, write again, judge the answer, allow publication.

Of the sender nothing is kept but what they write: no account, no address, no device.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from ita_portal.masking import mask_citizen_numbers
from organization.models import Division
from organization.working_days import first_working_day

from ..choices import LetterAct, LetterKind, LetterState, Publication, Rating
from ..errors import RefusedError, guarded, require
from ..letters_code import CodeError, LetterCode, derive_code, form_mark_of, parse_code
from ..letters_words import sounds_like_corruption
from ..models import Letter, LetterMessage, ParticipationSettings
from ..models.letters import LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT
from .letters_acting import Changes, locked_letter, perform, require_allowed

WAITING_AN_HOUR, WAITING_MOST = 200, 1_000
"""Letters that nobody has looked at: sent within an hour, and in all. Far above what a small municipality's people
write. Past it nothing is taken in until the plan office has looked, so that neither it nor the table drowns."""
MESSAGES_MOST = 20
"""Messages of the sender on one letter."""
RATINGS_MOST, CONSENTS_MOST = 5, 5
"""How often a sender may judge one answer, and allow publication. It may always be taken back."""
_ATTEMPTS = 5
_ONE_BY_ONE = 0x1_7A_1E77_E6
"""Of the lock under which letters come in: what is counted stays true until the letter is there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets. is_new: False where this form had come already; differs: its words were others then."""

    letter: Letter
    code: LetterCode
    is_new: bool
    differs: bool


def due_day(day: dt.date, days: int) -> dt.date:
    """The day by which is answered what came on `day`: a day off moves to the next working day. One query."""
    return first_working_day(day + dt.timedelta(days=days))


def require_no_citizen_number(text: str, field: str) -> None:
    """RefusedError where a text holds the number of a person's identity card, in any digits and any groups."""
    require(
        mask_citizen_numbers(text) == text, "citizen_number",
        _("This looks like the number of an identity card. Please take it out: nobody needs it here."), field=field,
    )  # fmt: skip


def _require_words(text: str, longest: int, field: str, missing: str) -> None:
    require(bool(text), "letter_says_something", missing, field=field)
    require(len(text) <= longest, "too_long", _("This is too long."), field=field)
    require_no_citizen_number(text, field)


def _require_no_report(*texts: str, is_no_report: bool) -> None:
    """RefusedError `corruption` for words that sound like a report of corruption, until the sender says otherwise."""
    require(
        is_no_report or not sounds_like_corruption(*texts), "corruption",
        _("This sounds like a report of corruption, for which there is the protected channel."),
    )  # fmt: skip


def send_letter(
    kind: str, subject: str, text: str, *, seed: str, name: str = "", consent: bool = False,
    about: Division | None = None, is_no_report: bool = False,
) -> Receipt:  # fmt: skip
    """Take in a letter. The same form sent twice is one letter with one code.

    seed: the mark of the form, random, held by the sender's browser. is_no_report: the sender was asked and says that
    it is not about corruption. RefusedError otherwise, and for whatever else is missing; nothing is kept then.
    """
    subject, text, name = " ".join(subject.split()), text.strip(), " ".join(name.split())
    require(kind in LetterKind.values, "kind_unknown", _("Choose what it is."), field="kind")
    _require_words(subject, LONGEST_SUBJECT, "subject", _("Write in a few words what it is about."))
    _require_words(text, LONGEST_TEXT, "text", _("Write what you want to say."))
    _require_no_report(subject, text, is_no_report=is_no_report)
    require(len(name) <= LONGEST_NAME, "too_long", _("This is too long."), field="name")
    require_no_citizen_number(name, "name")
    require(
        about is None or about.active, "division_unknown", _("Choose a division, or “I do not know”."), field="about"
    )
    form_mark = form_mark_of(seed)
    day, rules = today(), ParticipationSettings.current()
    due_on = due_day(day, rules.answer_days)
    with guarded():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_BY_ONE])
        known = Letter.objects.filter(form_mark=form_mark).first()
        if known is not None:
            differs = (known.kind, known.subject, known.text, known.name) != (kind, subject, text, name)
            return Receipt(known, _code_of(known, seed), is_new=False, differs=differs)
        _require_room()
        code = _free_code(seed)
        letter = Letter.objects.create(
            kind=kind, subject=subject, text=text, name=name, consent=consent, about=about, code_mark=code.mark,
            form_mark=form_mark, due_on=due_on, next_due_on=due_on,
        )  # fmt: skip
    return Receipt(letter, code, is_new=True, differs=False)


def _require_room() -> None:
    hour = timezone.now() - dt.timedelta(hours=1)
    found = Letter.objects.filter(state=LetterState.RECEIVED).aggregate(
        all=Count("pk"), new=Count("pk", filter=Q(sent_at__gte=hour))
    )
    require(
        found["all"] < WAITING_MOST and found["new"] < WAITING_AN_HOUR, "too_many",
        _("Very many letters wait to be looked at just now. Send yours again in an hour. Nothing is lost here."),
    )  # fmt: skip


def _free_code(seed: str) -> LetterCode:
    codes = [derive_code(seed, attempt) for attempt in range(_ATTEMPTS)]
    taken = set(Letter.objects.filter(code_mark__in=[code.mark for code in codes]).values_list("code_mark", flat=True))
    return next(code for code in codes if code.mark not in taken)


def _code_of(letter: Letter, seed: str) -> LetterCode:
    """The code that was given to a form when it came first."""
    found = (derive_code(seed, attempt) for attempt in range(_ATTEMPTS))
    for code in found:
        if code.mark == letter.code_mark:
            return code
    raise RefusedError(
        "forgotten", _("This form was sent long ago; what it said is destroyed. Open the page again to write anew.")
    )


def find_letter(text: str) -> tuple[Letter, LetterCode] | None:
    """The letter of a code as it was typed, and the code. A typing error costs no query; none, too, for guesses."""
    try:
        code = parse_code(text)
    except CodeError:
        return None
    letter = Letter.objects.select_related("division", "about").filter(code_mark=code.mark).first()
    return (letter, code) if letter is not None else None


def write_again(letter: Letter, text: str, *, seed: str, is_no_report: bool = False) -> LetterMessage:
    """The sender adds something. After an answer the letter goes back to its division, with a new day to answer by.

    The same form sent twice is one message. RefusedError where the letter is closed or was not taken up.
    """
    text = text.strip()
    _require_words(text, LONGEST_TEXT, "message", _("Write what you want to say."))
    _require_no_report(text, is_no_report=is_no_report)
    form_mark = form_mark_of(f"message {seed}")
    next_due_on = due_day(today(), ParticipationSettings.current().answer_days)
    with guarded():
        locked = locked_letter(letter)
        known = LetterMessage.objects.filter(form_mark=form_mark, letter=locked).first()
        if known is not None:
            return known
        require(
            LetterMessage.objects.filter(letter=locked, author=None).count() < MESSAGES_MOST, "too_many",
            _("This letter has very many messages already. Please send a new letter."), field="message",
        )  # fmt: skip
        asks_again = locked.state == LetterState.ANSWERED
        perform(locked, LetterAct.WRITE_AGAIN, by=None, changes={"next_due_on": next_due_on} if asks_again else {})
        made: LetterMessage = LetterMessage.objects.create(letter=locked, text=text, form_mark=form_mark)
    return made


def rate_answer(letter: Letter, rating: str) -> Letter:
    """The sender says whether the answer is clear; said anew it counts anew, said twice once.

    No act of the history, and nobody's page at the desk is out of date by it.
    """
    require(rating in Rating.values, "rating_unknown", _("Choose one of the two."), field="rating")
    with guarded():
        locked = locked_letter(letter)
        require_allowed(LetterAct.RATE, locked)
        if locked.rating == rating:
            return locked
        require(
            locked.times_rated < RATINGS_MOST, "too_many",
            _("You have changed your judgement very often. It stays as it is."), field="rating",
        )  # fmt: skip
        locked.rating, locked.rated_at, locked.times_rated = rating, timezone.now(), locked.times_rated + 1
        locked.save(update_fields=["rating", "rated_at", "times_rated"])
    return locked


def allow_publication(letter: Letter) -> Letter:
    """The sender allows that letter and answer are published."""

    def changes(locked: Letter) -> Changes:
        if locked.consent:
            return None
        events = Letter.pgh_event_models["update"].objects  # type: ignore[attr-defined]
        given = events.filter(pgh_obj_id=locked.pk, last_act=LetterAct.CONSENT).count()
        require(
            given < CONSENTS_MOST, "too_many",
            _("You have changed your mind very often. Your letter stays between you and the municipality."),
        )  # fmt: skip
        return {"consent": True}

    return perform(letter, LetterAct.CONSENT, by=None, changes=changes)


def withdraw_publication(letter: Letter) -> Letter:
    """The sender takes the consent back: what was published is public no more, at once, and always possible."""

    def changes(locked: Letter) -> Changes:
        if not locked.consent:
            return None
        return {"consent": False, **not_public(locked), "publication": Publication.UNDECIDED}

    return perform(letter, LetterAct.WITHDRAW, by=None, changes=changes)


NOT_RATED: dict[str, Any] = {"rating": "", "rated_at": None, "times_rated": 0}
"""What an answer has that nobody has judged yet."""


def not_public(letter: Letter) -> dict[str, Any]:
    """What a letter has that is not published. Where its words are destroyed, its code has nothing left to do."""
    code = {"code_mark": None} if letter.forgotten_at else {}
    return {
        "public_subject": "", "public_text": "", "public_name": "", "public_answer": "", "search": "",
        "published_at": None, "published_by": None, "is_behind": False, "is_shortened": False, **code,
    }  # fmt: skip
