"""Certificates: who has earned one, and its issue."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from ita_portal.fiscal import FiscalYear, today
from organization.models import Municipality, User

from ..errors import RefusedError, guarded, require
from ..models import Attendance, Certificate, Training
from ..trainings_choices import Moment, TrainingState
from .trainings import locked
from .trainings_tests import reaches

_NUMBERED = 0x1_7A_C3B7
"""Of the lock under which a fiscal year's numbers are given."""


def missing_for_certificate(training: Training, user: User) -> str:
    """What is still missing for the certificate, in a sentence; empty where it is earned. At most five queries."""
    try:
        _require_earned(training, user)
    except RefusedError as refused:
        return str(refused)
    return ""


def _require_earned(training: Training, user: User) -> None:
    require(
        training.state in (TrainingState.HELD, TrainingState.CLOSED), "certificate_not_yet",
        _("Certificates are issued once the organiser has said that the training was held."),
    )  # fmt: skip
    sessions = training.sessions.count()
    there = Attendance.objects.filter(session__training=training, user=user).count()
    require(
        sessions > 0 and there == sessions, "certificate_earned",
        _("A certificate is for whoever was there on every day."),
    )  # fmt: skip
    if training.pass_mark is not None and training.questions.exists():
        result = training.results.filter(user=user, moment=Moment.AFTER).first()
        require(
            result is not None and reaches(result.correct, result.questions, training.pass_mark),
            "certificate_not_passed",
            _("The certificate asks for %(mark)s percent of the test afterwards.") % {"mark": training.pass_mark},
        )  # fmt: skip


def _next_number(year: int) -> int:
    """The number that follows in a fiscal year. Until the transaction ends nobody else gets one of that year."""
    _wait_for_turn(year)
    latest = Certificate.objects.filter(fiscal_year=year).aggregate(last=Max("number"))["last"]
    return (latest or 0) + 1


def _wait_for_turn(year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERED, year])


def issue_certificate(training: Training, *, by: User) -> Certificate:
    """One's own certificate, as of today; asked for again, the same. RefusedError where it is not earned."""
    with guarded():
        found = locked(training)
        known: Certificate | None = Certificate.objects.filter(training=found, user=by).first()
        if known is not None:
            return known
        _require_earned(found, by)
        name = by.get_full_name().strip()
        require(bool(name), "no_name", _("Your name is not known here. Ask the administrator to enter it."))
        municipality = Municipality.objects.get()
        year = FiscalYear.current().number
        made: Certificate = Certificate.objects.create(
            training=found, user=by, fiscal_year=year, number=_next_number(year), issued_on=today(),
            name=name, position=by.position, title=found.title, first_day=found.first_day or today(),
            last_day=found.last_day or today(),
            days=found.sessions.values("day").distinct().count(), hours=found.hours, municipality=municipality.name,
            signatory_name=municipality.signatory_name, signatory_position=municipality.signatory_position,
            is_demonstration=municipality.shows_demonstration,
        )  # fmt: skip
    return made
