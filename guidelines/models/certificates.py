"""Certificates of trainings."""

from __future__ import annotations

import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR

from .trainings import Training, refusal

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are read for each other."""
CODE_LENGTH = 16


def new_code() -> str:
    """80 bits: nobody finds a certificate by trying."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


class Certificate(models.Model):
    """A certificate as it was issued: everything that stands on it. Never changed, never deleted.

    number: running in the fiscal year of its day. code: in the address at which it is verified. hours, title, days:
    of the training on that day.
    """

    training = models.ForeignKey(Training, models.PROTECT, related_name="certificates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    number = models.PositiveIntegerField(_("number"))
    code = models.CharField(max_length=CODE_LENGTH, default=new_code, unique=True, editable=False)
    issued_on = models.DateField(_("issued on"))
    name = models.CharField(_("name"), max_length=310)
    position = models.CharField(_("position"), max_length=200, blank=True)
    title = models.CharField(_("training"), max_length=200)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days"))
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1)
    municipality = models.CharField(_("municipality"), max_length=200)
    signatory_name = models.CharField(_("name of the signatory"), max_length=200, blank=True)
    signatory_position = models.CharField(_("position of the signatory"), max_length=200, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-fiscal_year", "-number"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "number"], name="certificate_number_once",
                violation_error_message=_("This number is given already."),
            ),
            models.UniqueConstraint(
                fields=["training", "user"], name="certificate_once",
                violation_error_message=_("This person has a certificate of the training already."),
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR), number__gte=1, last_day__gte=F("first_day"))
                & ~Q(name="") & ~Q(title=""),
                name="certificate_sane",
                violation_error_message=_("A certificate has a number, a name and a training."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"RAISE EXCEPTION 'certificate % stays', OLD.id {refusal('certificate_kept')}",
            ),
            pgtrigger.Trigger(
                name="earned",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("standing", "text"), ("mark", "integer")],
                # Locked like for attendance: whoever takes an attendance out waits, and sees the certificate.
                func=f"""
                    SELECT t.state, t.pass_mark INTO standing, mark
                      FROM guidelines_training t WHERE t.id = NEW.training_id FOR NO KEY UPDATE;
                    IF standing NOT IN ('held', 'closed') OR EXISTS (
                        SELECT FROM guidelines_trainingsession s WHERE s.training_id = NEW.training_id AND NOT EXISTS (
                            SELECT FROM guidelines_attendance a WHERE a.session_id = s.id AND a.user_id = NEW.user_id)
                    ) OR (
                        mark IS NOT NULL
                        AND EXISTS (SELECT FROM guidelines_trainingquestion q WHERE q.training_id = NEW.training_id)
                        AND NOT EXISTS (
                            SELECT FROM guidelines_trainingresult r
                             WHERE r.training_id = NEW.training_id AND r.user_id = NEW.user_id AND r.moment = 'after'
                               AND 100 * r.correct >= mark * r.questions)
                    ) THEN
                        RAISE EXCEPTION '% has not earned it', NEW.user_id {refusal("certificate_earned")}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of the code
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.fiscal_year}"
