"""What the office does with documents: begin, draft, publish, correct, withdraw. One function an act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.uploads import SafeUpload
from organization.models import Division, User

from ..choices import KEEP_GUIDELINES, Audience, Readers, State
from ..errors import RefusedError, guarded, require
from ..markup import LONGEST, MOST_LINES, lines, read
from ..models import CheckQuestion, Document, Version

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody has changed this in the meantime. Look at it as it is now and try again."
)  # fmt: skip
MOST_QUESTIONS = 10
FURTHEST = dt.timedelta(days=366)
"""How far ahead a version may be published."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Who reads a document and who confirms it. divisions: of the audience, where it is not for all."""

    readers: str = Readers.PUBLIC
    audience: str = Audience.ALL
    divisions: tuple[Division, ...] = ()
    order: int = 100
    withdrawn_on: dt.date | None = None
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a draft says. change_note, reason: what is different from the version before, and why."""

    title: str
    summary: str = ""
    body: str = ""
    change_note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A check question. answer: the place of the right choice, from 0."""

    text: str
    choices: tuple[str, ...]
    answer: int
    explanation: str


def require_office(by: User) -> None:
    """RefusedError for whoever does not keep the guidelines."""
    require(by.has_perm(KEEP_GUIDELINES), "not_yours", _("The office that keeps the guidelines does this."))


def _require_settings(settings: Settings) -> None:
    require(settings.readers in Readers.values, "readers", _("Choose who may read it."), field="readers")
    require(settings.audience in Audience.values, "audience", _("Choose who has to confirm it."), field="audience")
    require(
        bool(settings.divisions) or settings.audience != Audience.DIVISIONS,
        "divisions", _("Choose the divisions whose staff confirm it."), field="divisions",
    )  # fmt: skip
    require(
        settings.withdrawn_on is None or bool(settings.withdrawn_reason.strip()),
        "withdrawn_reason", _("Say why it is withdrawn: everybody who opens it reads that."), field="withdrawn_reason",
    )  # fmt: skip


def _require_words(words: Words) -> None:
    require(bool(words.title.strip()), "title", _("Write the title of the document."), field="title")
    require(len(words.body) <= LONGEST, "too_long", _("This is too long."), field="body")
    require(
        words.body.count("\n") <= MOST_LINES and len(lines(read(words.body))) <= MOST_LINES,
        "too_long", _("These are too many lines. Divide the document."), field="body",
    )  # fmt: skip


def begin_document(
    slug: str, settings: Settings, words: Words, *, by: User, form_mark: str
) -> Document:  # fmt: skip
    """A new document with its first draft. The same form sent twice is one document.

    RefusedError where the slug is taken or none.
    """
    require_office(by)
    _require_settings(settings)
    _require_words(words)
    with guarded():
        known: Document | None = Document.objects.filter(form_mark=form_mark).first()
        if known is not None:
            return known
        taken = Document.objects.filter(slug=slug).exists()
        require(not taken, "slug", _("Another document has this name."), field="slug")
        made: Document = Document.objects.create(
            slug=slug, made_by=by, form_mark=form_mark, **_columns(settings)
        )  # fmt: skip
        made.divisions.set(settings.divisions if settings.audience == Audience.DIVISIONS else ())
        Version.objects.create(document=made, made_by=by, **_words(words))
    return made


def _columns(settings: Settings) -> dict[str, object]:
    names = ("readers", "audience", "order", "withdrawn_on", "withdrawn_reason")
    return {name: getattr(settings, name) for name in names}


def _words(words: Words) -> dict[str, str]:
    return {name: getattr(words, name) for name in Words.__slots__}


def locked_document(document: Document) -> Document:
    """The document as it is now, locked until the transaction ends: its versions come one after the other."""
    found: Document = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    return found


def change_settings(document: Document, settings: Settings, *, by: User, edits: int) -> Document:
    """Change who reads and who confirms it, or withdraw it. edits: how often they had changed when they were shown."""
    require_office(by)
    _require_settings(settings)
    with guarded():
        locked = locked_document(document)
        require(locked.edits == edits, "changed", CHANGED_MEANWHILE)
        for name, value in _columns(settings).items():
            setattr(locked, name, value)
        locked.edits += 1
        locked.save()
        locked.divisions.set(settings.divisions if settings.audience == Audience.DIVISIONS else ())
    return locked


def begin_draft(document: Document, *, by: User) -> Version:
    """A draft of the next version, with everything that the latest says; the draft that is there already, if any."""
    require_office(by)
    with guarded():
        locked = locked_document(document)
        draft: Version | None = locked.versions.drafts().first()
        if draft is not None:
            return draft
        latest: Version = locked.versions.published().latest("number")
        kept = ("title", "summary", "body", "file", "file_name", "file_size", "file_sha256")
        made: Version = Version.objects.create(
            document=locked, made_by=by, **{name: getattr(latest, name) for name in kept}
        )
        CheckQuestion.objects.bulk_create(
            CheckQuestion(
                version=made, position=one.position, text=one.text, choices=one.choices, answer=one.answer,
                explanation=one.explanation,
            )
            for one in latest.questions.all()
        )  # fmt: skip
    return made


def _locked_draft(draft: Version, edits: int | None) -> Version:
    """The draft as it is now, locked. RefusedError where it is none any more, or was changed since it was shown."""
    try:
        locked: Version = Version.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    except Version.DoesNotExist:
        raise RefusedError("gone", _("Somebody has thrown this draft away.")) from None
    require(
        locked.is_draft, "guideline_version_stays", _("What is published is never changed. Begin a new version.")
    )  # fmt: skip
    _require_seen(locked, edits)
    return locked


def _require_seen(locked: Version, edits: int | None) -> None:
    """RefusedError where somebody has changed the draft since it was shown. edits: how often it had been then."""
    require(edits is None or edits == locked.edits, "changed", CHANGED_MEANWHILE)


def change_draft(draft: Version, words: Words, *, by: User, edits: int) -> Version:
    """Change what a draft says."""
    require_office(by)
    _require_words(words)
    with guarded():
        locked = _locked_draft(draft, edits)
        for name, value in _words(words).items():
            setattr(locked, name, value)
        locked.edits += 1
        locked.save()
    return locked


def attach_file(draft: Version, file: SafeUpload, *, by: User, edits: int | None = None) -> Version:
    """Give a draft its PDF, in place of the one before. RefusedError for anything but a PDF.

    edits: how often the draft had been changed when it was shown; not looked at where it is None. The same file sent
    twice is attached once.
    """
    require_office(by)
    require(file.content_type == "application/pdf", "file", _("Attach a PDF."), field="file")
    with guarded():
        locked = _locked_draft(draft, None)
        if locked.file and (locked.file_name, locked.file_sha256) == (file.name, file.sha256):
            return locked
        _require_seen(locked, edits)
        locked.file.save(f"{file.sha256[:32]}.pdf", ContentFile(file.content.read()), save=False)
        locked.file_name, locked.file_size, locked.file_sha256 = file.name, file.size, file.sha256
        locked.edits += 1
        locked.save()
    return locked


def remove_file(draft: Version, *, by: User, edits: int | None = None) -> Version:
    """Take the PDF out of a draft. The file itself stays: an earlier version may show it.

    edits: as for `attach_file`. A file that is gone already is no fault.
    """
    require_office(by)
    with guarded():
        locked = _locked_draft(draft, None)
        if not locked.file:
            return locked
        _require_seen(locked, edits)
        locked.file, locked.file_name, locked.file_size, locked.file_sha256 = "", "", 0, ""
        locked.edits += 1
        locked.save()
    return locked


def _require_question(question: Question) -> None:
    require(bool(question.text.strip()), "text", _("Write the question."), field="text")
    require(len(question.choices) >= 2, "choices", _("Write at least two answers, each on a line of its own."),
            field="choices")  # fmt: skip
    require(len(set(question.choices)) == len(question.choices), "choices", _("Two answers are the same."),
            field="choices")  # fmt: skip
    require(0 <= question.answer < len(question.choices), "answer", _("Say which answer is right, by its number."),
            field="answer")  # fmt: skip
    require(bool(question.explanation.strip()), "explanation", _("Explain the right answer: whoever errs reads it."),
            field="explanation")  # fmt: skip


def save_question(
    draft: Version, question: Question, *, by: User, position: int | None = None, edits: int | None = None
) -> CheckQuestion:  # fmt: skip
    """Write a check question of a draft. position: of the one that is changed; without: a new one at the end.

    edits: as for `attach_file`; a new question replaces nothing, and asks for none.
    """
    require_office(by)
    _require_question(question)
    values = {
        "text": question.text, "choices": list(question.choices), "answer": question.answer,
        "explanation": question.explanation,
    }  # fmt: skip
    with guarded():
        locked = _locked_draft(draft, None)
        found: CheckQuestion | None
        if position is not None:
            found = locked.questions.filter(position=position).first()
            if found is None:
                raise RefusedError("gone", _("Somebody has removed this question."))
            if all(getattr(found, name) == value for name, value in values.items()):  # the same form sent twice
                return found
            _require_seen(locked, edits)
        else:
            places = list(locked.questions.values_list("position", flat=True))
            require(len(places) < MOST_QUESTIONS, "too_many", _("Ten questions are enough."))
            same: CheckQuestion | None = locked.questions.filter(**values).first()
            if same is not None:  # the same form sent twice
                return same
            found = CheckQuestion(version=locked, position=max(places, default=0) + 1)
        for name, value in values.items():
            setattr(found, name, value)
        found.save()
        _count(locked)
    return found


def remove_question(draft: Version, position: int, *, by: User, edits: int | None = None) -> None:
    """Take a check question out of a draft; one that is gone already is no fault. edits: as for `attach_file`."""
    require_office(by)
    with guarded():
        locked = _locked_draft(draft, None)
        found = locked.questions.filter(position=position).first()
        if found is not None:
            _require_seen(locked, edits)
            found.delete()
            _count(locked)


def _count(locked: Version) -> None:
    locked.edits += 1
    locked.save(update_fields=["edits"])


def problems_of(draft: Version) -> list[str]:
    """What stands in the way of publishing a draft, as sentences. One query at most."""
    found = []
    if not draft.body.strip() and not draft.file:
        found.append(_("There is nothing to publish yet: write the text or attach the file."))
    if (not draft.change_note.strip() or not draft.reason.strip()) and _latest(draft.document_id) is not None:
        found.append(_("Say what has changed and why."))
    return found


def _latest(document: int) -> Version | None:
    found: Version | None = Version.objects.published().filter(document=document).order_by("-number").first()
    return found


def publish(
    draft: Version, *, by: User, edits: int, in_force_on: dt.date | None = None, asks_again: bool = True,
    at: dt.datetime | None = None,
) -> Version:  # fmt: skip
    """Put a draft in force as the next version, for ever as it is.

    in_force_on: from which day, today unless told. asks_again: whether who has confirmed an earlier version is asked
    again; False only for a correction that changes no meaning, which takes check questions as they were. at: when, for
    documents that were in force before there was this portal.
    RefusedError where somebody else has published or changed it, or something is missing.
    """
    require_office(by)
    return put_in_force(draft, by=by, edits=edits, in_force_on=in_force_on, asks_again=asks_again, at=at)


def put_in_force(
    draft: Version, *, by: User, edits: int, in_force_on: dt.date | None, asks_again: bool, at: dt.datetime | None
) -> Version:  # fmt: skip
    """`publish` without a look at who does it: for what a new portal is filled with."""
    with guarded():
        locked_document(draft.document)
        locked = _locked_draft(draft, edits)
        for sentence in problems_of(locked):
            raise RefusedError("not_whole", sentence)
        latest = _latest(locked.document_id)
        day = in_force_on or today()
        _require_day(day, latest, is_past_allowed=at is not None)
        locked.number = latest.number + 1 if latest and latest.number else 1
        first = latest is None or asks_again
        locked.asks_from = locked.number if first else latest.asks_from  # type: ignore[union-attr]
        locked.in_force_on = day
        locked.state, locked.published_by, locked.published_at = State.PUBLISHED, by, at or timezone.now()
        locked.save()
    return locked


def _require_day(day: dt.date, latest: Version | None, *, is_past_allowed: bool) -> None:
    require(
        is_past_allowed or latest is None or day >= today(), "in_force_on",
        _("A new version is in force from today on, or later: nobody could have known it before."),
        field="in_force_on",
    )  # fmt: skip
    require(
        latest is None or latest.in_force_on is None or day >= latest.in_force_on, "in_force_on",
        _("The version before it is in force from a later day."), field="in_force_on",
    )  # fmt: skip
    require(day <= today() + FURTHEST, "in_force_on", _("This day is too far away. Check the year."),
            field="in_force_on")  # fmt: skip


@transaction.atomic
def discard(draft: Version, *, by: User, edits: int | None = None) -> None:
    """Throw a draft away; a document that never had anything else goes with it. What is gone already is no fault.

    edits: as for `attach_file`: nobody throws away what they have not seen.
    """
    require_office(by)
    document = draft.document
    try:
        with guarded():
            locked_document(document)
            _locked_draft(draft, edits).delete()
            if not document.versions.exists():
                document.divisions.clear()
                document.delete()
    except Document.DoesNotExist:
        return
    except RefusedError as refused:
        if refused.code != "gone":
            raise


def questions_of(version: Version) -> Sequence[CheckQuestion]:
    """Its check questions, in their order. One query."""
    return list(version.questions.order_by("position"))


def wrong_answers(questions: Iterable[CheckQuestion], answers: dict[int, int | None]) -> list[CheckQuestion]:
    """Those that are not answered, or not rightly. answers: by the question's place, the place of the choice."""
    return [one for one in questions if answers.get(one.position) != one.answer]
