"""The result of a year's assessment as the assessor (NACC) published it: drafted, published as a version, corrected by
the next one. What is computed from it is never stored: `measures.assessment.reading` shows both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays
from ita_portal.history import tracked
from organization.page_topics import bumps_pages_where

from ..assessment.choices import Mark, ResultState
from ..assessment.querysets import AssessmentResultQuerySet
from ..choices import Instrument
from .published import TOPIC
from .structure import fiscal_year_field

KEEP_ASSESSMENT = "measures.keep_assessment"
_OUT_OF_RANGE = _("A score is between 0 and 100.")


def score_field(label: Any) -> models.DecimalField:
    """A score of 0 to 100 with two decimals; None: not known, never zero."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True, blank=True)


def _in_range(*names: str) -> Q:
    condition = Q()
    for name in names:
        condition &= Q(**{name: None}) | Q(**{f"{name}__range": (Decimal(0), Decimal(100))})
    return condition


@tracked
class AssessmentResult(models.Model):
    """The municipality's own result of a fiscal year. edits: how often the draft was changed.

    total, iit, eit, oit: as published by the assessor. level: key of the band that the assessor named
    (`measures.assessment.scoring.Band`), empty where it is not known. weights: percent of each instrument in that year.
    source, source_url: where the figures were read. reason: why this version follows the one before it.
    """

    fiscal_year = fiscal_year_field(_("assessment year (B.E.)"))
    number = models.PositiveSmallIntegerField(_("version"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ResultState.choices, default=ResultState.DRAFT, editable=False
    )
    is_current = models.BooleanField(_("in force"), default=False, editable=False)
    total = score_field(_("total"))
    iit = score_field("IIT")
    eit = score_field("EIT")
    oit = score_field("OIT")
    level = models.CharField(_("level"), max_length=20, blank=True)
    weight_iit = models.PositiveSmallIntegerField(_("weight of IIT in percent"), default=30)
    weight_eit = models.PositiveSmallIntegerField(_("weight of EIT in percent"), default=30)
    weight_oit = models.PositiveSmallIntegerField(_("weight of OIT in percent"), default=40)
    source = models.TextField(_("source"), blank=True)
    source_url = models.CharField(_("address of the source"), max_length=1000, blank=True)
    note = models.TextField(_("note"), blank=True)
    reason = models.TextField(_("reason of the correction"), blank=True)
    edits = models.PositiveIntegerField(default=0, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )
    made_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("published by"),
    )  # fmt: skip
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    objects = AssessmentResultQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "-number"]
        verbose_name = _("result of the assessment")
        verbose_name_plural = _("results of the assessment")
        permissions = [("keep_assessment", _("Can enter and publish results of the assessment"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year__range=(FIRST_YEAR, LAST_YEAR)), name="result_year_buddhist",
                violation_error_message=_("The year is one of the Buddhist Era, such as 2566."),
            ),
            models.CheckConstraint(
                condition=_in_range("total", "iit", "eit", "oit"), name="result_score_0_to_100",
                violation_error_message=_OUT_OF_RANGE,
            ),
            models.CheckConstraint(
                condition=Q(weight_iit=100 - F("weight_eit") - F("weight_oit")), name="result_weights_are_whole",
                violation_error_message=_("The weights of the three instruments make 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(source_url="") | Q(source_url__regex=r"^https?://[^[:space:]]+$"),
                name="result_source_is_address",
                violation_error_message=_("An address begins with https:// or http://."),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year"], condition=Q(state=ResultState.DRAFT), name="result_one_draft",
                violation_error_message=_("There is a draft of this year already. Go on with it."),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "number"], name="result_number_once",
                violation_error_message=_("This version of the result is there already."),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year"], condition=Q(is_current=True), name="result_one_current",
                violation_error_message=_("One version of a year's result is in force."),
            ),
            models.CheckConstraint(
                condition=Q(state=ResultState.DRAFT, number=None, published_by=None, published_at=None,
                            is_current=False)
                | Q(state=ResultState.PUBLISHED, number__isnull=False, number__gte=1)
                & Q(published_by__isnull=False, published_at__isnull=False),
                name="result_published_by_somebody",
                violation_error_message=_("What is published has a number, a person and a time."),
            ),
            models.CheckConstraint(
                condition=Q(state=ResultState.DRAFT) | ~Q(source=""), name="result_says_its_source",
                violation_error_message=_("Say where the figures were read."),
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number=1) | ~Q(reason=""), name="result_correction_says_why",
                violation_error_message=_("Say why the published result is corrected."),
            ),
        ]  # fmt: skip
        triggers = [
            comes_as_draft("result_published_stays"),
            published_stays("result_published_stays", "is_current"),
            bumps_pages_where(
                TOPIC,
                "OLD.state IS DISTINCT FROM NEW.state OR OLD.is_current IS DISTINCT FROM NEW.is_current",
                "state",
                "is_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} v{self.number or '–'}"

    def get_absolute_url(self) -> str:
        """Where it is read; a draft's form."""
        if self.is_draft:
            return reverse("measures:assessment_draft", args=[self.pk])
        if self.is_current:
            return reverse("measures:assessment_year", args=[self.fiscal_year])
        return reverse("measures:assessment_version", args=[self.fiscal_year, self.number])

    @property
    def is_draft(self) -> bool:
        """Whether it is still worked on."""
        return self.state == ResultState.DRAFT

    @property
    def instruments(self) -> dict[str, Decimal | None]:
        """The published scores of the instruments."""
        return {"IIT": self.iit, "EIT": self.eit, "OIT": self.oit}

    @property
    def weights(self) -> dict[str, int]:
        """Percent by instrument."""
        return {"IIT": self.weight_iit, "EIT": self.weight_eit, "OIT": self.weight_oit}


class IndicatorScore(models.Model):
    """An indicator of the year and its score as published. is_complete: all its questions are listed."""

    result = models.ForeignKey(AssessmentResult, models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField(_("indicator"))
    instrument = models.CharField(_("instrument"), max_length=3, choices=Instrument.choices)
    name = models.CharField(_("name"), max_length=200)
    is_complete = models.BooleanField(_("all questions are known"), default=False)
    score = score_field(_("score"))

    class Meta:
        ordering = ["result", "number"]
        verbose_name = _("score of an indicator")
        verbose_name_plural = _("scores of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "number"], name="indicator_score_once",
                violation_error_message=_("This indicator is in the result already."),
            ),
            models.CheckConstraint(
                condition=_in_range("score"), name="indicator_score_0_to_100", violation_error_message=_OUT_OF_RANGE
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values), name="indicator_score_instrument_known",
                violation_error_message=_("The instrument is IIT, EIT or OIT."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("result_scores_stay", "measures_assessmentresult", "result_id")

    def __str__(self) -> str:
        return f"({self.number}) {self.name}"


class QuestionScore(models.Model):
    """A question (I, E) or an item (O) of the year with its published score. position: its order in the year.

    indicator: number of its indicator, None where that is not known. text: its wording, empty where it is not known;
    mark: how sure the wording is. placed: how sure its place among the indicators is.
    """

    result = models.ForeignKey(AssessmentResult, models.CASCADE, related_name="questions")
    instrument = models.CharField(_("instrument"), max_length=3, choices=Instrument.choices)
    code = models.CharField(_("code"), max_length=8)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    indicator = models.PositiveSmallIntegerField(_("indicator"), null=True, blank=True)
    sub_indicator = models.CharField(_("sub-indicator"), max_length=8, blank=True)
    text = models.TextField(_("wording"), blank=True)
    mark = models.CharField(_("how sure the wording is"), max_length=10, choices=Mark.choices, default=Mark.OFFICE)
    placed = models.CharField(_("how sure its place is"), max_length=10, choices=Mark.choices, default=Mark.OFFICE)
    score = score_field(_("score"))

    class Meta:
        ordering = ["result", "position", "pk"]
        verbose_name = _("score of a question")
        verbose_name_plural = _("scores of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["result", "instrument", "code"], name="question_score_once",
                violation_error_message=_("This code is in the result already."),
            ),
            models.CheckConstraint(
                condition=_in_range("score"), name="question_score_0_to_100", violation_error_message=_OUT_OF_RANGE
            ),
            models.CheckConstraint(
                condition=~Q(instrument=Instrument.OIT) | Q(score=None) | Q(score__in=[Decimal(0), Decimal(100)]),
                name="question_score_of_item_is_all_or_nothing",
                violation_error_message=_("An item of OIT has 100 or 0."),
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=Instrument.values), name="question_score_instrument_known",
                violation_error_message=_("The instrument is IIT, EIT or OIT."),
            ),
            models.CheckConstraint(
                condition=Q(mark__in=Mark.values, placed__in=Mark.values), name="question_score_mark_known",
                violation_error_message=_("This mark does not exist."),
            ),
        ]  # fmt: skip
        triggers = parts_of_published_stay("result_scores_stay", "measures_assessmentresult", "result_id")

    def __str__(self) -> str:
        return self.code
