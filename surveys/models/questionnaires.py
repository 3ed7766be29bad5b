"""What is asked: questionnaires in versions, so that the answers of a quarter mean what its questions said."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.guards import comes_as_draft, parts_of_published_stay, published_stays

from ..choices import Kind, Purpose, State
from ..page_topics import bumps_where
from ..querysets import VersionQuerySet


class Questionnaire(models.Model):
    """A questionnaire over all its versions. regular: a survey is opened with it each quarter, by itself."""

    slug = models.SlugField(_("name in addresses"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.CharField(pgettext_lazy("questionnaire", "purpose"), max_length=12, choices=Purpose.choices)
    regular = models.BooleanField(_("opened each quarter by itself"), default=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        permissions = [("keep_surveys", _("Can open surveys and keep questionnaires"))]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(regular=True), name="questionnaire_one_regular_of_a_purpose",
                violation_error_message=_("One questionnaire of a purpose is opened each quarter by itself."),
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="questionnaire_purpose_known",
                violation_error_message=_("Choose what the questionnaire is for."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """The questions of a questionnaire as they stand from some day on; published, it stays as it is.

    asks_division: whether people say which division served them. assessment_year: the year (B.E.) of the assessment
    whose questions a practice uses. source: where the wording comes from, and how sure it is.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    introduction = models.TextField(_("introduction"), blank=True)
    asks_division = models.BooleanField(_("asks which division served"), default=True)
    assessment_year = models.PositiveSmallIntegerField(_("assessment year (B.E.)"), null=True, blank=True)
    source = models.TextField(_("source of the wording"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    edits = models.PositiveIntegerField(default=0, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["questionnaire", "-number"]
        verbose_name = _("version of a questionnaire")
        verbose_name_plural = _("versions of questionnaires")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="version_number_once",
                violation_error_message=_("Somebody has made this version in the meantime."),
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state=State.DRAFT), name="version_one_draft",
                violation_error_message=_("There is a draft of this questionnaire already."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, published_at=None)
                | Q(state=State.PUBLISHED, published_at__isnull=False),
                name="version_published_has_day",
                violation_error_message=_("A version in use has the day from which it is."),
            ),
        ]  # fmt: skip
        triggers = [
            published_stays("version_published_stays"),
            comes_as_draft("version_published_stays"),
            bumps_where("OLD.state IS DISTINCT FROM NEW.state", "state"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} ({self.number})"


class Question(models.Model):
    """A question, or a part of one (`part_of`). What has parts is not answered itself, its parts are.

    code: stays the same over versions as long as the question means the same, so that quarters compare.
    reversed: “most” or “yes” is bad. indicator: 1-8 of the assessment, for a practice. explanation: what is meant.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions", verbose_name=_("version"))
    part_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    position = models.PositiveSmallIntegerField(_("order"))
    code = models.CharField(_("code"), max_length=12)
    kind = models.CharField(_("answered by"), max_length=6, choices=Kind.choices, default=Kind.LEVELS)
    text = models.TextField(_("wording"))
    note = models.TextField(_("note below the question"), blank=True)
    explanation = models.TextField(_("what it means"), blank=True)
    reversed = models.BooleanField(_("reversed"), default=False)
    required = models.BooleanField(_("must be answered"), default=True)
    indicator = models.PositiveSmallIntegerField(_("indicator of the assessment"), null=True, blank=True)

    class Meta:
        ordering = ["version", "position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], name="question_code_once",
                violation_error_message=_("This code is used by another question."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"), name="question_code_plain",
                violation_error_message=_("A code has Latin letters, digits, dots and dashes, for example S1 or I4.2."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="survey_question_kind_known",
                violation_error_message=_("Choose how the question is answered."),
            ),
            models.CheckConstraint(
                condition=Q(indicator=None) | Q(indicator__range=(1, 8)), name="survey_question_indicator_1_to_8",
                violation_error_message=_("Surveys of the assessment have the indicators 1 to 8."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.TEXT) | Q(required=False), name="own_words_never_required",
                violation_error_message=_("Nobody has to write something."),
            ),
        ]  # fmt: skip
        triggers = [
            *parts_of_published_stay("question_published_stays", "surveys_version", "version_id"),
            pgtrigger.Trigger(
                name="part_of_same",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("part_of_id", "version_id"),
                condition=pgtrigger.Q(new__part_of__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT FROM surveys_question q WHERE q.id = NEW.part_of_id
                                   AND q.version_id = NEW.version_id AND q.part_of_id IS NULL) THEN
                        RAISE EXCEPTION 'part of another version' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'question_part_of_same';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text[:60]}"
