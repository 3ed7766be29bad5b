"""Who takes part in a training: a seat or a place in the queue, and presence on each day."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.history import tracked
from organization.models import Division

from ..page_topics import bumps
from ..trainings_choices import Way
from .trainings import KEPT_YEARS, Training, TrainingSession, refusal


class Enrolment(models.Model):
    """Somebody on the list of a training. waiting: all seats were taken; who came first moves up first."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    waiting = models.BooleanField(_("waits for a seat"), default=False)
    at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["training", "user"], name="enrolment_once",
                violation_error_message=_("This person is on the list already."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="within_seats",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("standing", "text"), ("room", "integer")],
                # The training is locked: the last seat is given once.
                func=f"""
                    SELECT t.state, t.seats INTO standing, room
                      FROM guidelines_training t WHERE t.id = NEW.training_id FOR NO KEY UPDATE;
                    IF standing NOT IN ('announced', 'held') OR (
                        TG_OP = 'UPDATE' AND (NEW.training_id, NEW.user_id) <> (OLD.training_id, OLD.user_id)
                    ) THEN
                        RAISE EXCEPTION 'training % takes nobody', NEW.training_id {refusal("enrolment_open")}
                    END IF;
                    IF NOT NEW.waiting AND room <= (
                        SELECT count(*) FROM guidelines_enrolment e
                         WHERE e.training_id = NEW.training_id AND NOT e.waiting AND e.user_id <> NEW.user_id
                    ) THEN
                        RAISE EXCEPTION 'training % is full', NEW.training_id {refusal("enrolment_within_seats")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
            pgtrigger.Trigger(
                name="attended_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("standing", "text"), ("is_kept", "boolean")],
                # Whoever did not come is forgotten with the time of keeping.
                func=f"""
                    IF TG_OP = 'UPDATE' AND NOT NEW.waiting THEN RETURN NEW; END IF;
                    SELECT t.state, t.last_day >= current_date - interval '{KEPT_YEARS} years' INTO standing, is_kept
                      FROM guidelines_training t WHERE t.id = OLD.training_id FOR NO KEY UPDATE;
                    IF standing IN ('closed', 'cancelled') AND (TG_OP = 'UPDATE' OR is_kept IS NOT FALSE) THEN
                        RAISE EXCEPTION 'training % is finished', OLD.training_id {refusal("training_stays")}
                    END IF;
                    IF EXISTS (
                        SELECT FROM guidelines_attendance a JOIN guidelines_trainingsession s ON s.id = a.session_id
                         WHERE s.training_id = OLD.training_id AND a.user_id = OLD.user_id
                    ) THEN
                        RAISE EXCEPTION '% has attended', OLD.user_id {refusal("enrolment_attended_stays")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.training_id}"


@tracked
class Attendance(models.Model):
    """Somebody was there on a day of a training. division: theirs at that time. recorded_by: who says so.

    Never changed; what was a mistake is taken out, and the history keeps who did it.
    """

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    way = models.CharField(_("known by"), max_length=10, choices=Way.choices)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("entered at"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        indexes = [models.Index(fields=["user"], name="attendance_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"], name="attendance_once",
                violation_error_message=_("This person's attendance is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(way=Way.TICKED) | Q(way=Way.CODE, recorded_by=F("user")), name="attendance_own_code",
                violation_error_message=_("Everybody scans the code for themselves."),
            ),
        ]  # fmt: skip
        triggers = [
            bumps(),
            pgtrigger.Trigger(
                name="seated",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("standing", "text"), ("of_training", "bigint")],
                # Training and enrolment are shared: who closes the one or takes back the other waits, and sees this.
                func=f"""
                    SELECT t.state, t.id INTO standing, of_training
                      FROM guidelines_trainingsession s JOIN guidelines_training t ON t.id = s.training_id
                     WHERE s.id = NEW.session_id FOR SHARE OF s, t;
                    IF standing NOT IN ('announced', 'held') THEN
                        RAISE EXCEPTION 'training % takes nobody', of_training {refusal("enrolment_open")}
                    END IF;
                    PERFORM FROM guidelines_enrolment e
                      WHERE e.training_id = of_training AND e.user_id = NEW.user_id AND NOT e.waiting FOR SHARE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION '% has no seat', NEW.user_id {refusal("attendance_needs_seat")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("standing", "text"), ("of_training", "bigint")],
                func=f"""
                    IF TG_OP = 'UPDATE' THEN
                        RAISE EXCEPTION 'attendance % stays', OLD.id {refusal("attendance_kept")}
                    END IF;
                    SELECT t.state, t.id INTO standing, of_training
                      FROM guidelines_trainingsession s JOIN guidelines_training t ON t.id = s.training_id
                     WHERE s.id = OLD.session_id FOR SHARE OF t;
                    IF standing NOT IN ('announced', 'held') THEN
                        RAISE EXCEPTION 'training % is finished', of_training {refusal("training_stays")}
                    END IF;
                    IF EXISTS (SELECT FROM guidelines_certificate c
                                WHERE c.training_id = of_training AND c.user_id = OLD.user_id) THEN
                        RAISE EXCEPTION '% has a certificate', OLD.user_id {refusal("attendance_certified")}
                    END IF;
                    RETURN OLD;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.session_id}"
