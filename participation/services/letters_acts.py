"""What the staff do with a letter: give it to a division, answer, send on, refuse, publish, close."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import Division, User

from ..choices import LetterAct, LetterState, Publication, RefusalReason
from ..errors import RefusedError, guarded, require
from ..models import Letter, LetterMessage
from ..models.letters import LONGEST_ANSWER, LONGEST_NOTE, LONGEST_SUBJECT, LONGEST_TEXT
from .letters import NOT_RATED, not_public, require_no_citizen_number
from .letters_acting import Changes, locked_letter, perform


def _note(words: str, field: str, missing: str = "") -> str:
    """Words of the staff as they are kept. missing: what to say where there are none; empty: they may be left out."""
    words = words.strip()
    require(bool(words) or not missing, "note_missing", missing, field=field)
    require(len(words) <= LONGEST_NOTE, "too_long", _("This is too long."), field=field)
    return words


def _require_division(division: Division | None) -> Division:
    if division is None or not division.active:
        raise RefusedError("division_missing", _("Choose the division."), field="division")
    return division


def route_letter(letter: Letter, division: Division | None, *, by: User, seen: int | None = None) -> Letter:
    """The plan office gives a letter to a division."""
    chosen = _require_division(division)
    changes = {"division": chosen, "routed_at": timezone.now()}
    return perform(letter, LetterAct.ROUTE, by=by, seen=seen, changes=changes)


def send_on_letter(
    letter: Letter, division: Division | None, *, by: User, note: str, seen: int | None = None
) -> Letter:  # fmt: skip
    """Another division is responsible: it has the letter from now on. The day promised stays."""
    chosen = _require_division(division)
    note = _note(note, "note", _("Say why the other division is responsible."))

    def changes(locked: Letter) -> Changes:
        require(
            locked.division_id != chosen.pk, "same_division", _("It is with this division already."), field="division"
        )
        return {"division": chosen}

    return perform(
        letter, LetterAct.SEND_ON, by=by, seen=seen, changes=changes, note=note,
        is_done=lambda found: found.division_id == chosen.pk,
    )  # fmt: skip


def give_back_letter(letter: Letter, *, by: User, note: str, seen: int | None = None) -> Letter:
    """A division gives a letter back to the plan office, which looks for another."""
    note = _note(note, "note", _("Say why you give it back."))
    changes = {"division": None, "routed_at": None}
    return perform(letter, LetterAct.GIVE_BACK, by=by, seen=seen, changes=changes, note=note)


def refuse_letter(letter: Letter, reason: str, *, by: User, words: str = "", seen: int | None = None) -> Letter:
    """The plan office does not take a letter up. The sender reads the reason, and the words."""
    require(reason in RefusalReason.values, "reason_missing", _("Say why it is not taken up."), field="reason")
    missing = _("Say in your own words why it is not taken up.") if reason == RefusalReason.OTHER else ""
    words = _note(words, "words", missing)
    require_no_citizen_number(words, "words")
    changes: dict[str, Any] = {"refused_at": timezone.now(), "reason": reason, "reason_words": words}
    if reason == RefusalReason.CORRUPTION:  # the people of the division may be those who are reported
        changes |= {"division": None, "routed_at": None}

    def fitting(locked: Letter) -> Changes:
        require(not locked.answer, "answered", _("This letter is answered already: close it instead."))
        return changes

    return perform(
        letter, LetterAct.REFUSE, by=by, seen=seen, changes=fitting,
        is_done=lambda found: (found.reason, found.reason_words) == (reason, words),
    )  # fmt: skip


def take_up_letter(letter: Letter, *, by: User, seen: int | None = None) -> Letter:
    """The plan office takes up a letter after all."""

    def changes(locked: Letter) -> Changes:
        return {"refused_at": None, "reason": "", "reason_words": "", "division": None, "routed_at": None}

    return perform(letter, LetterAct.TAKE_UP, by=by, seen=seen, changes=changes, is_done=lambda _found: True)


def _answer_text(text: str) -> str:
    text = text.strip()
    require(bool(text), "answer_empty", _("Write the answer."), field="answer")
    require(len(text) <= LONGEST_ANSWER, "too_long", _("This is too long."), field="answer")
    require_no_citizen_number(text, "answer")
    return text


def answer_letter(letter: Letter, text: str, *, by: User, seen: int | None = None) -> Letter:
    """Answer a letter; after the sender has written again: write back. Who answered first, and when, stays."""
    text = _answer_text(text)

    def changes(locked: Letter) -> Changes:
        if not locked.answer:
            return {"answer": text, "answered_by": by, "answered_at": timezone.now(), **NOT_RATED}
        require(len(text) <= LONGEST_TEXT, "too_long", _("This is too long."), field="answer")
        LetterMessage.objects.create(letter=locked, author=by, text=text, form_mark=uuid.uuid4().hex)
        return NOT_RATED

    def is_done(found: Letter) -> bool:
        latest = LetterMessage.objects.filter(letter=found, author__isnull=False).order_by("-pk").first()
        return (latest.text if latest else found.answer) == text

    return perform(letter, LetterAct.ANSWER, by=by, seen=seen, changes=changes, is_done=is_done)


def correct_answer(letter: Letter, text: str, *, by: User, seen: int | None = None) -> Letter:
    """Correct the answer; the history keeps what stood there. What is published changes when the office says so."""
    text = _answer_text(text)

    def changes(locked: Letter) -> Changes:
        if locked.answer == text:
            return None
        return {"answer": text, **NOT_RATED, "is_behind": locked.publication == Publication.PUBLISHED}

    return perform(
        letter, LetterAct.CORRECT, by=by, seen=seen, changes=changes, is_done=lambda found: found.answer == text
    )


def close_letter(letter: Letter, *, by: User | None, seen: int | None = None) -> Letter:
    """End a letter: the sender can write no more. by: None where the time has passed."""
    return perform(letter, LetterAct.CLOSE, by=by, seen=seen, changes={"closed_at": timezone.now()})


def publish_letter(
    letter: Letter, *, subject: str, text: str, answer: str, with_name: bool, by: User, seen: int | None = None
) -> Letter:  # fmt: skip
    """Let everybody read a letter and its answer, in words that the plan office may have shortened or masked.

    What the sender wrote stays as it is on the sender's own page. RefusedError without the sender's consent.
    """
    subject, text, answer = " ".join(subject.split()), text.strip(), answer.strip()
    words = {"public_subject": (subject, LONGEST_SUBJECT), "public_text": (text, LONGEST_TEXT),
             "public_answer": (answer, LONGEST_ANSWER)}  # fmt: skip
    for field, (value, longest) in words.items():
        require(bool(value), "empty", _("This cannot be empty."), field=field)
        require(len(value) <= longest, "too_long", _("This is too long."), field=field)
        require_no_citizen_number(value, field)

    def changes(locked: Letter) -> Changes:
        require(locked.consent, "no_consent", _("The sender does not allow that it is published."))
        made: dict[str, Any] = {field: value for field, (value, _longest) in words.items()}
        name = locked.name if with_name else ""
        require_no_citizen_number(name, "with_name")
        return {
            **made, "public_name": name, "publication": Publication.PUBLISHED, "is_behind": False,
            "published_at": locked.published_at or timezone.now(), "published_by": by,
            "search": " ".join((subject, text, answer)).lower(),
            "is_shortened": (subject, text) != (locked.subject, locked.text),
        }  # fmt: skip

    def is_done(found: Letter) -> bool:
        is_so = all(getattr(found, field) == value for field, (value, _longest) in words.items())
        return is_so and found.public_name == (found.name if with_name else "")

    return perform(letter, LetterAct.PUBLISH, by=by, seen=seen, changes=changes, is_done=is_done)


def withhold_letter(letter: Letter, *, by: User, note: str, seen: int | None = None) -> Letter:
    """Do not publish a letter, or take it back from the public."""
    note = _note(note, "note", _("Say why it is not published."))
    return perform(
        letter, LetterAct.WITHHOLD, by=by, seen=seen, note=note,
        changes=lambda locked: {**not_public(locked), "publication": Publication.WITHHELD},
        is_done=lambda found: found.publication == Publication.WITHHELD,
    )  # fmt: skip


def close_old(letter: Letter) -> bool:
    """Close a letter whose time to write again has passed, unless somebody was faster. Whether it was done."""
    with guarded():
        if locked_letter(letter).state != LetterState.ANSWERED:
            return False
        close_letter(letter, by=None)
    return True
