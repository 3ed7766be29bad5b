"""The structure of a plan: areas, questions, findings, measures, limitations."""

import secrets
from itertools import combinations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear
from ita_portal.history import tracked
from organization.models import Division
from organization.page_topics import bumps_pages_of_counts

from ..choices import Instrument
from ..plan_data import QUARTERS
from ..querysets import MeasureQuerySet, PlanQuerySet

SCHEDULES = [list(chosen) for size in QUARTERS for chosen in combinations(QUARTERS, size)]
"""Every sorted, non-empty set of quarters: the only values a schedule may have."""


def new_public_id() -> str:
    """Eleven random letters for an address: never the primary key."""
    return secrets.token_urlsafe(8)


def fiscal_year_field(label: str | Promise, **options: object) -> models.PositiveSmallIntegerField:
    """A Buddhist-Era fiscal year."""
    validators = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    return models.PositiveSmallIntegerField(label, validators=validators, **options)  # type: ignore[arg-type]


@tracked
class Plan(models.Model):
    """The measures for integrity and transparency of one fiscal year, as they are being worked on."""

    fiscal_year = fiscal_year_field(_("fiscal year (B.E.)"), unique=True)
    title = models.CharField(_("title"), max_length=300, default="มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน")
    prepared_by = models.CharField(_("prepared by"), max_length=300)
    assessment_year = fiscal_year_field(
        _("assessment analysed (B.E.)"), help_text=_("The year of the assessment whose result this plan answers.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Seen by staff only."))
    rolled_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="rolled_to",
        verbose_name=_("rolled forward from"),
    )  # fmt: skip

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        permissions = [("publish_plan", _("Can publish plans and progress"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="plan_fiscal_year_buddhist",
                violation_error_message=_("The fiscal year is a year of the Buddhist Era, for example 2567."),
            ),
            models.CheckConstraint(
                condition=Q(assessment_year__lte=F("fiscal_year")), name="plan_assessment_not_later",
                violation_error_message=_("A plan answers an assessment of its own year or an earlier one."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} {self.fiscal_year}"

    @property
    def year(self) -> FiscalYear:
        """The fiscal year as a value."""
        return FiscalYear(self.fiscal_year)


@tracked
class IssueArea(models.Model):
    """An issue area (ประเด็น) of a plan."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="areas", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=500)
    questions: models.ManyToManyField = models.ManyToManyField(
        "Question", through="AreaQuestion", related_name="areas", verbose_name=_("questions")
    )

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("issue area")
        verbose_name_plural = _("issue areas")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="area_number_once_in_plan",
                violation_error_message=_("This plan already has an issue area of that number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="area_number_from_one",
                violation_error_message=_("Issue areas are numbered from 1."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"({self.number}) {self.title}"


@tracked
class Question(models.Model):
    """A question of the assessment. Codes and wordings change from year to year: the key holds the year."""

    fiscal_year = fiscal_year_field(_("assessment year (B.E.)"))
    instrument = models.CharField(_("instrument"), max_length=3, choices=Instrument.choices)
    code = models.CharField(_("code"), max_length=8)
    text = models.TextField(_("wording"))

    class Meta:
        ordering = ["-fiscal_year", "instrument", "code"]
        verbose_name = _("assessment question")
        verbose_name_plural = _("assessment questions")
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "instrument", "code"], name="question_once_in_year",
                violation_error_message=_("This question is already recorded for that year and instrument."),
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values), name="question_instrument_known",
                violation_error_message=_("The instrument is IIT, EIT or OIT."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"


@tracked
class AreaQuestion(models.Model):
    """A question quoted in an issue area; the plan may word it a little otherwise than elsewhere."""

    area = models.ForeignKey(IssueArea, models.CASCADE, related_name="area_questions", verbose_name=_("issue area"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="quotations", verbose_name=_("question"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    wording = models.TextField(
        _("wording in this area"), blank=True, help_text=_("Only where the plan quotes it otherwise.")
    )

    class Meta:
        ordering = ["area", "position", "pk"]
        verbose_name = _("question of the area")
        verbose_name_plural = _("questions of the area")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "question"], name="question_once_in_area",
                violation_error_message=_("This issue area already quotes that question."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.question.code

    @property
    def text(self) -> str:
        """The wording as this area quotes it."""
        return self.wording or self.question.text


@tracked
class Finding(models.Model):
    """What the analysis of last year's result found."""

    area = models.ForeignKey(IssueArea, models.CASCADE, related_name="findings", verbose_name=_("issue area"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.TextField(_("finding"))
    codes = ArrayField(
        models.CharField(max_length=8), verbose_name=_("answers the questions"), default=list, blank=True,
        help_text=_("Codes with commas between; empty means all questions of the area."),
    )  # fmt: skip

    class Meta:
        ordering = ["area", "position", "pk"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class Measure(models.Model):
    """A measure: what is done, in which quarters, by whom."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    area = models.ForeignKey(IssueArea, models.CASCADE, related_name="measures", verbose_name=_("issue area"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.TextField(_("steps / method"))
    quarters = ArrayField(models.IntegerField(), verbose_name=_("quarters"))
    schedule = models.CharField(
        _("wording of the time"), max_length=200, help_text=_("As the document says it, for example ไตรมาส 2-4.")
    )
    all_divisions = models.BooleanField(_("all divisions"), default=False)
    divisions: models.ManyToManyField = models.ManyToManyField(
        Division, through="Responsibility", related_name="measures", blank=True,
        verbose_name=_("responsible divisions"),
    )  # fmt: skip
    indicators = ArrayField(
        models.CharField(max_length=80), verbose_name=_("live figures"), default=list, blank=True,
        help_text=_("The figures of the portal that show this measure at work."),
    )  # fmt: skip

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["area", "position", "pk"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.CheckConstraint(
                condition=Q(quarters__in=SCHEDULES), name="measure_schedule_valid",
                violation_error_message=_("A schedule is one or more of the quarters 1, 2, 3 and 4, each once."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="keep_reported_quarters",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("quarters"),
                condition=pgtrigger.Q(old__quarters__df=pgtrigger.F("new__quarters")),
                declare=[("kept", "smallint")],
                func="""
                    SELECT quarter INTO kept FROM measures_progress
                     WHERE measure_id = NEW.id AND NOT quarter = ANY(NEW.quarters) ORDER BY quarter LIMIT 1;
                    IF kept IS NOT NULL THEN
                        RAISE EXCEPTION 'quarter % of measure % has a report', kept, NEW.public_id
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'measure_keeps_reported_quarters';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # Which figures show a measure is no part of the published document: pages read it from here.
            bumps_pages_of_counts("measures", "indicators"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class Responsibility(models.Model):
    """A division that is responsible for a measure."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="responsibilities", verbose_name=_("measure"))
    division = models.ForeignKey(Division, models.PROTECT, related_name="responsibilities", verbose_name=_("division"))

    class Meta:
        ordering = ["division__order"]
        verbose_name = _("responsible division")
        verbose_name_plural = _("responsible divisions")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "division"], name="division_once_in_measure",
                violation_error_message=_("This division is already named for the measure."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.division)


@tracked
class Limitation(models.Model):
    """What limits the municipality in the assessment, as the plan says at its end."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="limitations", verbose_name=_("plan"))
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.TextField(_("limitation"))

    class Meta:
        ordering = ["plan", "position", "pk"]
        verbose_name = _("limitation")
        verbose_name_plural = _("limitations")

    def __str__(self) -> str:
        return self.text[:80]
