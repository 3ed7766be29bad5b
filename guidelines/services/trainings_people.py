"""Who takes part in a training: enrol, withdraw, check in; what the organiser ticks and takes out."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from ita_portal.fiscal import today
from organization.models import User

from ..choices import KEEP_GUIDELINES
from ..errors import RefusedError, guarded, require
from ..models import Attendance, Enrolment, Training, TrainingResult, TrainingSession
from ..trainings_choices import Moment, TrainingState, Way
from .trainings import locked, require_organiser


def _has_room(training: Training) -> bool:
    """Whether a seat is free. The training is locked."""
    if training.seats is None:
        return True
    taken: int = training.enrolments.filter(waiting=False).count()
    return taken < training.seats


def move_up(training: Training) -> int:
    """Give free seats to those who wait, who came first at first. The training is locked. How many."""
    if training.state != TrainingState.ANNOUNCED:
        return 0
    count = 0
    for row in training.enrolments.filter(waiting=True).order_by("pk"):
        if not _has_room(training):
            break
        row.waiting = False
        row.save(update_fields=["waiting"])
        count += 1
    return count


def enrol(training: Training, *, by: User) -> Enrolment:
    """Put oneself on the list: with a seat, or in the queue where all are taken. Done twice it is done once."""
    with guarded():
        found = locked(training)
        known: Enrolment | None = found.enrolments.filter(user=by).first()
        if known is not None:
            return known
        require(found.takes_enrolments, "enrolment_ended", _("Enrolment has ended."))
        require(found.is_for(by.division_id), "not_for_you", _("This training is for other divisions."))
        made: Enrolment = Enrolment.objects.create(training=found, user=by, entered_by=by, waiting=not _has_room(found))
    return made


def withdraw(training: Training, *, by: User, user: User | None = None) -> None:
    """Take oneself off the list; an organiser, somebody else. The first who waits gets the seat."""
    person = user or by
    if person.pk != by.pk:
        require_organiser(by)
    with guarded():
        found = locked(training)
        # What the test before the training said of them goes with them.
        found.enrolments.filter(user=person).delete()
        TrainingResult.objects.filter(training=found, user=person, moment=Moment.BEFORE).delete()
        move_up(found)


def check_in(session: TrainingSession, *, by: User) -> Attendance:
    """Say that one is there. Whoever holds a code that is right calls this (`check_in_codes`).

    Who is not enrolled gets a free seat. RefusedError outside the hours, where all seats are taken, and for whom it is
    not meant. Done twice it is done once.
    """
    with guarded():
        known: Attendance | None = Attendance.objects.filter(session=session, user=by).first()
        if known is not None:
            return known
        require(
            session.takes_check_ins(timezone.now()), "not_now",
            _("People check in from half an hour before it begins until it ends."),
        )  # fmt: skip
        found = locked(session.training)
        require(
            by.has_perm(KEEP_GUIDELINES)
            or found.is_for(by.division_id)
            or found.enrolments.filter(user=by).exists(),
            "not_for_you", _("This training is for other divisions."),
        )  # fmt: skip
        _seat(found, by, entered_by=by)
        return _enter(session, by, Way.CODE, by)


def tick(session: TrainingSession, user: User, *, by: User) -> Attendance:
    """The organiser says that somebody was there, who had no telephone. Who is not on the list gets a free seat."""
    require_organiser(by)
    require(session.day <= today(), "not_yet", _("This day has not come yet."))
    with guarded():
        found = locked(session.training)
        _seat(found, user, entered_by=by)
        return _enter(session, user, Way.TICKED, by)


def _enter(session: TrainingSession, user: User, way: Way, by: User) -> Attendance:
    made: Attendance = Attendance.objects.get_or_create(
        session=session, user=user, defaults={"way": way, "recorded_by": by, "division_id": user.division_id}
    )[0]
    return made


def untick(session: TrainingSession, user: User, *, by: User) -> None:
    """Take out an attendance that was a mistake. The history keeps what stood there and who took it out."""
    require_organiser(by)
    with guarded():
        for row in Attendance.objects.filter(session=session, user=user):
            row.delete()


def _seat(training: Training, user: User, *, entered_by: User) -> None:
    """A seat for somebody who is in the room. The training is locked. RefusedError where none is free."""
    known: Enrolment | None = training.enrolments.filter(user=user).first()
    if known is not None and not known.waiting:
        return
    if not _has_room(training):
        raise RefusedError(
            "enrolment_within_seats",
            _("All seats are taken. The organiser can free the seat of somebody who did not come."),
        )
    if known is None:
        Enrolment.objects.create(training=training, user=user, entered_by=entered_by)
    else:
        known.waiting = False
        known.save(update_fields=["waiting"])
