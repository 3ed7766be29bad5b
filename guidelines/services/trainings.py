"""What the organiser does with a training: make, change, announce, hold, close, cancel; its days and its questions."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.feedback import feedback_source
from organization.models import Division, User

from ..choices import KEEP_GUIDELINES
from ..errors import RefusedError, guarded, require
from ..errors_trainings import TRAINING_SENTENCES
from ..models import Training, TrainingQuestion, TrainingSession
from ..trainings_choices import OPEN_STATES, TrainingState

CHANGED_MEANWHILE = gettext_lazy("Somebody has changed this in the meantime. Look at it as it is now and try again.")
FEEDBACK_DAYS = 14
"""How long after the last day a training is judged."""
ASK_WITHIN_DAYS = 30
"""How long after the last day that may still be begun."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a training is. seats: None where there is room for everybody. divisions: where it is not for all."""

    title: str
    topic: str
    objective: str
    content: str
    trainer: str
    place: str
    online_url: str
    hours: Decimal
    seats: int | None
    enrol_until: dt.date
    organiser: Division
    for_all: bool
    pass_mark: int | None
    divisions: Sequence[Division] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A day and its hours."""

    day: dt.date
    begins: dt.time
    ends: dt.time


def require_organiser(by: User) -> None:
    """RefusedError for whoever does not organise trainings."""
    require(by.has_perm(KEEP_GUIDELINES), "not_yours", _("The office that keeps trainings does this."))


def locked(training: Training) -> Training:
    """The training, locked until the transaction ends. RefusedError where it is gone."""
    found: Training | None = (
        Training.objects.select_for_update(no_key=True, of=("self",)).filter(pk=training.pk).first()
    )
    if found is None:
        raise RefusedError("gone", _("This training is not there any more."))
    return found


def _written(details: Details) -> dict[str, object]:
    return {field.name: getattr(details, field.name) for field in fields(details) if field.name != "divisions"}


def _check(details: Details) -> None:
    require(
        details.for_all or bool(details.divisions), "for_whom",
        _("Choose at least one division, or all staff."), field="divisions",
    )  # fmt: skip
    require(
        bool(details.place or details.online_url), "where",
        _("Say where it is held, or give the link of an online training."), field="place",
    )  # fmt: skip


def make_training(details: Details, first: Span, *, by: User, form_mark: str) -> Training:
    """A draft with its first day. The same form sent twice makes one."""
    require_organiser(by)
    _check(details)
    require(
        details.enrol_until <= first.day, "training_enrol_before_end",
        _("Enrolment ends on the first day at the latest. More days are added afterwards."), field="enrol_until",
    )  # fmt: skip
    with guarded():
        known: Training | None = Training.objects.filter(form_mark=form_mark).first()
        if known is not None:
            return known
        made: Training = Training.objects.get_or_create(
            form_mark=form_mark, defaults={**_written(details), "made_by": by}
        )[0]
        if not made.sessions.exists():
            made.divisions.set([] if details.for_all else details.divisions)
            TrainingSession.objects.create(training=made, day=first.day, begins=first.begins, ends=first.ends)
    made.refresh_from_db()
    return made


def change_training(training: Training, details: Details, *, by: User, edits: int) -> Training:
    """Change what it is. edits: as the organiser saw it. Who waits moves up where seats were added."""
    from .trainings_people import move_up

    require_organiser(by)
    _check(details)
    with guarded():
        found = locked(training)
        require(found.edits == edits, "changed", CHANGED_MEANWHILE)
        for name, value in _written(details).items():
            setattr(found, name, value)
        found.edits += 1
        found.save()
        found.divisions.set([] if details.for_all else details.divisions)
        move_up(found)
    return found


def remove_training(training: Training, *, by: User) -> None:
    """Throw a draft away."""
    require_organiser(by)
    with guarded():
        found = locked(training)
        require(found.state == TrainingState.DRAFT, "training_stays", _("Only a draft is thrown away."))
        found.questions.all().delete()
        found.delete()


def mark_of(row: TrainingSession | TrainingQuestion) -> str:
    """Stands for a row as a person saw it, so that nobody overwrites another's change unseen."""
    shown: tuple[object, ...]
    if isinstance(row, TrainingSession):
        shown = row.day, row.begins, row.ends
    else:
        shown = row.text, row.options, row.right, row.why
    return hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]


def _require_as_seen(row: TrainingSession | TrainingQuestion, seen: str | None) -> None:
    """RefusedError where the row is gone, or is not any more what the organiser saw."""
    now: TrainingSession | TrainingQuestion | None = type(row)._default_manager.filter(pk=row.pk).first()
    if now is None:
        raise RefusedError("gone", _("This is not there any more."))
    require(seen is None or mark_of(now) == seen, "changed", CHANGED_MEANWHILE)


def save_session(
    training: Training, span: Span, *, by: User, session: TrainingSession | None = None, seen: str | None = None
) -> None:
    """Add a day, or move the one that is given. seen: its mark as the organiser saw it."""
    require_organiser(by)
    with guarded():
        locked(training)
        if session is not None:
            _require_as_seen(session, seen)
        row = session or TrainingSession(training=training)
        row.day, row.begins, row.ends = span.day, span.begins, span.ends
        row.save()


def remove_session(session: TrainingSession, *, by: User) -> None:
    """Take a day out. RefusedError for the last day of what is announced, and where somebody was there."""
    require_organiser(by)
    with guarded():
        locked(session.training)
        require(
            not session.attendances.exists(), "session_attended_stays", TRAINING_SENTENCES["session_attended_stays"]
        )
        session.delete()


def move(training: Training, to: TrainingState, *, by: User, reason: str = "") -> Training:
    """Announce, hold, close or cancel. Done twice it is done once. reason: of a cancellation."""
    require_organiser(by)
    with guarded():
        found = locked(training)
        if found.state == to:
            return found
        if to == TrainingState.ANNOUNCED:
            require(found.first_day is not None, "no_day", _("Enter a day first."))
            require(not found.is_over, "over", _("All its days have passed. Enter a day to come."))
            found.announced_at = timezone.now()
        if to == TrainingState.HELD:
            require(found.first_day is not None and found.first_day <= today(), "not_yet", _("It has not begun yet."))
        if to == TrainingState.CLOSED:
            require(found.is_over or found.last_day == today(), "not_over", _("Its last day has not come yet."))
        if to == TrainingState.CANCELLED:
            require(bool(reason.strip()), "reason_missing", _("Say why it is cancelled."), field="reason")
            found.reason = reason.strip()
        found.state = to
        found.edits += 1
        found.save(update_fields=["state", "reason", "announced_at", "edits"])
    return found


def save_question(
    training: Training, text: str, options: Sequence[str], right: int, *, by: User, why: str = "",
    question: TrainingQuestion | None = None, seen: str | None = None,
) -> None:  # fmt: skip
    """Add a question to the test, or change the one that is given. RefusedError once somebody has taken the test.

    A question that is there already is not added again. seen: its mark as the organiser saw it.
    """
    require_organiser(by)
    with guarded():
        locked(training)
        if question is not None:
            _require_as_seen(question, seen)
        elif training.questions.filter(text=text, options=list(options), right=right).exists():
            return
        row = question or TrainingQuestion(training=training)
        row.text, row.options, row.right, row.why = text, list(options), right, why
        row.save()


def remove_question(question: TrainingQuestion, *, by: User) -> None:
    """Take a question out of the test. RefusedError once somebody has taken the test."""
    require_organiser(by)
    with guarded():
        question.delete()


def is_fresh(training: Training) -> bool:
    """Whether people still remember it well enough to be asked."""
    return training.last_day is not None and today() - training.last_day <= dt.timedelta(days=ASK_WITHIN_DAYS)


def open_feedback(training: Training, *, by: User) -> Training:
    """Ask everybody who was there how it was: a questionnaire of another app, opened once.

    RefusedError where no app has questionnaires.
    """
    require_organiser(by)
    source = feedback_source()
    if source is None:
        raise RefusedError("no_feedback", _("There is no questionnaire that could be opened."))
    with guarded():
        found = locked(training)
        if found.feedback_code:
            return found
        require(found.state in OPEN_STATES or found.state == TrainingState.CLOSED, "not_held", _("It is not held yet."))
        require(found.first_day is not None and found.first_day <= today(), "not_yet", _("It has not begun yet."))
        require(is_fresh(found), "too_late", _("It is too long ago to be asked about."))
        last = max(found.last_day or today(), today())
        found.feedback_code = source.open(found.title, today(), last + dt.timedelta(days=FEEDBACK_DAYS), by=by)
        found.save(update_fields=["feedback_code"])
    return found
