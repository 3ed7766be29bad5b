"""A questionnaire that people are asked to answer from one day to another, and its single-use codes."""

from __future__ import annotations

import datetime as dt
import secrets

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalQuarter, FiscalYear, today

from ..page_topics import bumps
from ..querysets import SurveyQuerySet
from .questionnaires import Questionnaire, Version

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of a code in an address: nothing that is read as something else on a poster."""
_LENGTH = 7


def new_code() -> str:
    """Seven random letters for an address."""
    return "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))


class Survey(models.Model):
    """A questionnaire in a fiscal quarter, or about an occasion of it.

    code: in its address. title: what it is about where it is about an occasion, else empty. quarter: of the year in
    which it is asked; None for an occasion. It opens and closes by its days (both included, in Bangkok); closed_at:
    closed by hand before. open_link: whether it can be answered without a single-use code.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="surveys", verbose_name=_("questionnaire")
    )
    version = models.ForeignKey(Version, models.PROTECT, related_name="surveys", verbose_name=_("version"))
    title = models.CharField(_("about"), max_length=200, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    open_link = models.BooleanField(_("can be answered by the open link"), default=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    form_mark = models.CharField(max_length=32, unique=True, null=True, editable=False)  # noqa: DJ001 - unique or none

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "fiscal_year", "quarter"], condition=Q(quarter__isnull=False),
                name="survey_once_a_quarter",
                violation_error_message=_("This questionnaire has its survey of the quarter already."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_days_in_order",
                violation_error_message=_("A survey closes on the day on which it opens, or later."),
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="survey_year_buddhist",
                violation_error_message=_("The fiscal year is a year of the Buddhist Era, for example 2567."),
            ),
            models.CheckConstraint(
                condition=Q(quarter__isnull=True) | Q(quarter__range=(1, 4)), name="survey_quarter_1_to_4",
                violation_error_message=_("A quarter is 1, 2, 3 or 4."),
            ),
            models.CheckConstraint(
                condition=Q(quarter__isnull=False) | ~Q(title=""), name="survey_occasion_has_title",
                violation_error_message=_("Say what the survey is about."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["opens_on", "closes_on"], name="survey_by_days")]
        triggers = [
            bumps(),
            pgtrigger.Trigger(
                name="answered_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("questionnaire_id", "version_id", "fiscal_year", "quarter", "code"),
                condition=pgtrigger.Q(old__questionnaire_id__df=pgtrigger.F("new__questionnaire_id"))
                | pgtrigger.Q(old__version_id__df=pgtrigger.F("new__version_id"))
                | pgtrigger.Q(old__fiscal_year__df=pgtrigger.F("new__fiscal_year"))
                | pgtrigger.Q(old__quarter__df=pgtrigger.F("new__quarter"))
                | pgtrigger.Q(old__code__df=pgtrigger.F("new__code")),
                func="""
                    IF EXISTS (SELECT FROM surveys_turnout t WHERE t.survey_id = NEW.id)
                       OR EXISTS (SELECT FROM surveys_ballot b WHERE b.survey_id = NEW.id) THEN
                        RAISE EXCEPTION 'survey % has answers', NEW.id USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'survey_answered_stays';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="uses_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("version_id", "questionnaire_id"),
                func="""
                    IF NOT EXISTS (SELECT FROM surveys_version v WHERE v.id = NEW.version_id
                                   AND v.questionnaire_id = NEW.questionnaire_id AND v.state = 'published') THEN
                        RAISE EXCEPTION 'version % is not in use', NEW.version_id USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'survey_uses_published';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.quarter or ''}/{self.fiscal_year}"

    def get_absolute_url(self) -> str:
        """Where it is answered."""
        return reverse("surveys:answer", args=[self.code])

    @property
    def name(self) -> str:
        """What it is called: what it is about, or its questionnaire."""
        return self.title or self.questionnaire.title

    @property
    def period(self) -> FiscalQuarter | None:
        """The quarter as a value; None for an occasion."""
        return FiscalQuarter(FiscalYear(self.fiscal_year), self.quarter) if self.quarter else None

    def is_open(self, day: dt.date | None = None) -> bool:
        """Whether it can be answered on a day."""
        return self.closed_at is None and self.opens_on <= (day or today()) <= self.closes_on

    def is_over(self, day: dt.date | None = None) -> bool:
        """Whether it takes no more answers, and never will."""
        return self.closed_at is not None or self.closes_on < (day or today())


class SlipBatch(models.Model):
    """Single-use codes that were printed together. place: where they are handed out. issued: how many.

    used: how many of them were used, in whole fives, noted when the unused ones are destroyed; None as long as they are
    there.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="batches", verbose_name=_("survey"))
    place = models.CharField(_("handed out at"), max_length=200)
    issued = models.PositiveIntegerField(_("codes"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_on = models.DateField(_("made on"), default=today)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    used = models.PositiveIntegerField(_("used, in fives"), null=True, blank=True, editable=False)
    form_mark = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001 - unique or none

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("single-use codes")
        verbose_name_plural = _("single-use codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(issued__range=(1, 2000)), name="slips_1_to_2000",
                violation_error_message=_("From 1 to 2,000 codes are printed at once."),
            ),
            models.CheckConstraint(
                condition=Q(used=None) | Q(used__lte=F("issued")), name="slips_used_of_issued",
                violation_error_message=_("No more codes are used than were printed."),
            ),
            models.UniqueConstraint(
                fields=["form_mark"], name="slips_printed_once",
                violation_error_message=_(
                    "These slips were printed already. If the file did not arrive, revoke them and print new ones."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.place} ({self.issued})"


class Slip(models.Model):
    """A single-use code that nobody has used: who uses it takes the row away, so that it exists once.

    Nothing stands here but a digest of the code (`surveys.slips`), and no number that would keep an order.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    batch = models.ForeignKey(SlipBatch, models.CASCADE, related_name="slips")

    class Meta:
        verbose_name = _("unused code")
        verbose_name_plural = _("unused codes")

    def __str__(self) -> str:
        return "…"
