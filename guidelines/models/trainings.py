"""Trainings and the days on which they are held."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import BANGKOK, FiscalYear, today
from ita_portal.guards import comes_as_draft
from ita_portal.history import tracked
from organization.models import Division

from ..page_topics import bumps, bumps_where
from ..trainings_choices import MOVES, Topic, TrainingState
from ..trainings_querysets import TrainingQuerySet

OPENS_BEFORE = dt.timedelta(minutes=30)
"""How long before a session people may check in."""
KEPT_YEARS = 5
"""How long after a training's last day it is kept who enrolled without coming, and what each reached in its test."""
_FINISHED = "('closed', 'cancelled')"


def refusal(name: str) -> str:
    """The end of a RAISE of the guard `name`."""
    return f"USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"


def new_secret() -> str:
    """From which a session's check-in codes are made; shown nowhere."""
    return secrets.token_hex(32)


def kept_from(day: dt.date) -> dt.date:
    """The last day from which on trainings are kept whole, on a day."""
    return day.replace(year=day.year - KEPT_YEARS, day=min(day.day, 28))


def _moves() -> str:
    pairs = ", ".join(f"('{old}', '{new}')" for old, following in MOVES.items() for new in following)
    return f"({pairs})"


@tracked
class Training(models.Model):
    """A training for the staff.

    first_day, last_day: of its sessions, kept by a trigger. seats: none means that there is room for everybody.
    hours: as they stand on the certificate. edits: raised by every change, so that nobody overwrites another's unseen.
    pass_mark: percent of the test afterwards that the certificate asks for. feedback_code: of the questionnaire in
    which it is judged (`organization.feedback`).
    """

    title = models.CharField(_("title"), max_length=200)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    objective = models.TextField(_("objective"))
    content = models.TextField(_("content"), blank=True)
    trainer = models.CharField(_("trainer"), max_length=200)
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_url = models.CharField(
        _("online link"), max_length=500, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    enrol_until = models.DateField(_("enrolment until"))
    organiser = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("organised by"))
    for_all = models.BooleanField(_("for all staff"), default=True)
    divisions = models.ManyToManyField(Division, blank=True, related_name="+", verbose_name=_("for these divisions"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark (percent)"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=TrainingState.choices, default=TrainingState.DRAFT)
    reason = models.CharField(_("why it was cancelled"), max_length=500, blank=True)
    first_day = models.DateField(_("first day"), null=True, editable=False)
    last_day = models.DateField(_("last day"), null=True, editable=False)
    announced_at = models.DateTimeField(_("announced at"), null=True, editable=False)
    feedback_code = models.CharField(max_length=60, blank=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    edits = models.PositiveIntegerField(default=0, editable=False)
    form_mark = models.CharField(max_length=64, unique=True, editable=False)

    # Named: the type checker does not always find it out by itself.
    objects: ClassVar[Any] = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        indexes = [models.Index(fields=["-first_day", "-id"], name="training_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TrainingState.values) & Q(topic__in=Topic.values), name="training_words_known",
                violation_error_message=_("This state or topic does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(objective="") & ~Q(trainer="") & (~Q(place="") | ~Q(online_url="")),
                name="training_says_what",
                violation_error_message=_("A training has a title, an objective, a trainer, and a place or a link."),
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=200), name="training_has_hours",
                violation_error_message=_("A training takes more than no time, and at most 200 hours."),
            ),
            models.CheckConstraint(
                condition=Q(seats=None) | Q(seats__gte=1), name="training_has_seats",
                violation_error_message=_("There is at least one seat. Leave it empty where all have room."),
            ),
            models.CheckConstraint(
                condition=Q(pass_mark=None) | Q(pass_mark__range=(1, 100)), name="training_pass_mark_percent",
                violation_error_message=_("The pass mark is between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TrainingState.DRAFT, TrainingState.CANCELLED])
                | Q(first_day__isnull=False, last_day__isnull=False, announced_at__isnull=False),
                name="training_announced_has_day",
                violation_error_message=_("A training that is announced has at least one day."),
            ),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(enrol_until__lte=F("last_day")), name="training_enrol_before_end",
                violation_error_message=_("Enrolment ends on the last day at the latest."),
            ),
            models.CheckConstraint(
                condition=(Q(state=TrainingState.CANCELLED) & ~Q(reason=""))
                | (~Q(state=TrainingState.CANCELLED) & Q(reason="")),
                name="training_cancelled_with_reason",
                violation_error_message=_("Who cancels a training says why."),
            ),
        ]  # fmt: skip
        triggers = [
            bumps_where(
                "(TG_OP <> 'INSERT' AND OLD.state <> 'draft') OR (TG_OP <> 'DELETE' AND NEW.state <> 'draft')",
            ),
            comes_as_draft("training_comes_as_draft"),
            pgtrigger.Trigger(
                name="stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.state <> 'draft' THEN
                            RAISE EXCEPTION 'training % was announced', OLD.id {refusal("training_stays")}
                        END IF;
                        RETURN OLD;
                    END IF;
                    IF OLD.state IN {_FINISHED}
                       AND (to_jsonb(NEW) - 'feedback_code') <> (to_jsonb(OLD) - 'feedback_code') THEN
                        RAISE EXCEPTION 'training % is finished', OLD.id {refusal("training_stays")}
                    END IF;
                    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN {_moves()} THEN
                        RAISE EXCEPTION 'training %: % to %', OLD.id, OLD.state, NEW.state
                            {refusal("training_state_order")}
                    END IF;
                    IF NEW.state = 'cancelled' AND OLD.state <> 'cancelled' AND EXISTS (
                        SELECT FROM guidelines_attendance a JOIN guidelines_trainingsession s ON s.id = a.session_id
                         WHERE s.training_id = OLD.id
                    ) THEN
                        RAISE EXCEPTION 'training % was attended', OLD.id {refusal("training_attended_not_cancelled")}
                    END IF;
                    IF NEW.seats IS DISTINCT FROM OLD.seats AND NEW.seats < (
                        SELECT count(*) FROM guidelines_enrolment e WHERE e.training_id = OLD.id AND NOT e.waiting
                    ) THEN
                        RAISE EXCEPTION 'training % has more people', OLD.id {refusal("training_seats_taken")}
                    END IF;
                    IF NEW.pass_mark IS DISTINCT FROM OLD.pass_mark AND EXISTS (
                        SELECT FROM guidelines_trainingresult r WHERE r.training_id = OLD.id
                    ) THEN
                        RAISE EXCEPTION 'test of training % was taken', OLD.id {refusal("question_answered_stays")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page for the staff."""
        return reverse("guidelines:training", args=[self.pk])

    @property
    def year(self) -> FiscalYear | None:
        """The fiscal year in which it begins; None without a day."""
        return FiscalYear.of(self.first_day) if self.first_day else None

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.last_day is not None and self.last_day < today()

    @property
    def is_forgotten(self) -> bool:
        """Whether its time of keeping has passed: of its people only attendance and certificates are known."""
        return self.last_day is not None and self.last_day < kept_from(today())

    @property
    def takes_enrolments(self) -> bool:
        """Whether people may enrol today."""
        return self.state == TrainingState.ANNOUNCED and today() <= self.enrol_until and not self.is_over

    def is_for(self, division_id: int | None) -> bool:
        """Whether it is meant for the people of a division (None: of none)."""
        return self.for_all or any(division.pk == division_id for division in self.divisions.all())


@tracked
class TrainingSession(models.Model):
    """A day of a training, with its hours. Attendance is entered for each. secret: see `check_in_codes`."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="sessions")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins at"))
    ends = models.TimeField(_("ends at"))
    secret = models.CharField(max_length=64, default=new_secret, editable=False)

    class Meta:
        ordering = ["day", "begins"]
        verbose_name = _("day of a training")
        verbose_name_plural = _("days of trainings")
        constraints = [
            models.UniqueConstraint(
                fields=["training", "day", "begins"], name="session_once",
                violation_error_message=_("The training has this day and hour already."),
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="session_hours_in_order",
                violation_error_message=_("It ends after it has begun."),
            ),
            models.CheckConstraint(
                condition=Q(day__range=(dt.date(1957, 10, 1), dt.date(2157, 9, 30))), name="session_day_sane",
                violation_error_message=_("This day is too far away."),
            ),
        ]  # fmt: skip
        triggers = [
            bumps(),
            pgtrigger.Trigger(
                name="stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("standing", "text"), ("of_training", "bigint")],
                # The training is locked: whoever finishes it waits for what is written, and the reverse.
                func=f"""
                    of_training := CASE WHEN TG_OP = 'INSERT' THEN NEW.training_id ELSE OLD.training_id END;
                    SELECT t.state INTO standing FROM guidelines_training t WHERE t.id = of_training FOR NO KEY UPDATE;
                    IF standing NOT IN ('draft', 'announced')
                       OR (TG_OP = 'UPDATE' AND NEW.training_id <> OLD.training_id) THEN
                        RAISE EXCEPTION 'training % was held', of_training {refusal("training_stays")}
                    END IF;
                    IF TG_OP <> 'INSERT'
                       AND EXISTS (SELECT FROM guidelines_attendance a WHERE a.session_id = OLD.id) THEN
                        RAISE EXCEPTION 'session % was attended', OLD.id {refusal("session_attended_stays")}
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
            pgtrigger.Trigger(
                name="days_follow",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("day") | pgtrigger.Delete,
                declare=[("of_training", "bigint")],
                func="""
                    of_training := CASE WHEN TG_OP = 'INSERT' THEN NEW.training_id ELSE OLD.training_id END;
                    UPDATE guidelines_training t SET first_day = s.first_day, last_day = s.last_day
                      FROM (SELECT min(day) AS first_day, max(day) AS last_day
                              FROM guidelines_trainingsession WHERE training_id = of_training) s
                     WHERE t.id = of_training
                       AND (t.first_day, t.last_day) IS DISTINCT FROM (s.first_day, s.last_day);
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.begins:%H:%M}-{self.ends:%H:%M}"

    @property
    def opens_at(self) -> dt.datetime:
        """From when on people may check in."""
        return dt.datetime.combine(self.day, self.begins, BANGKOK) - OPENS_BEFORE

    @property
    def closes_at(self) -> dt.datetime:
        """From when on people cannot check in any more: the end of its last minute."""
        return dt.datetime.combine(self.day, self.ends, BANGKOK) + dt.timedelta(minutes=1)

    def takes_check_ins(self, now: dt.datetime) -> bool:
        """Whether people may check in at a moment."""
        return self.opens_at <= now < self.closes_at
