"""What the public sees: versions that are added and never changed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.page_topics import bumps_pages

from ..choices import ProgressStatus
from ..plan_data import PlanData
from ..querysets import PlanVersionQuerySet, ProgressVersionQuerySet
from .progress import Evidence
from .structure import Measure, Plan

TOPIC = "measures"


class PlanVersion(models.Model):
    """The structure of a plan as it was published."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    is_current = models.BooleanField(_("current"), default=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-fiscal_year", "-number"]
        verbose_name = _("published plan")
        verbose_name_plural = _("published plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["fiscal_year"], condition=Q(is_current=True), name="plan_one_current_version"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="published_stays", exclude=["is_current"]),
            pgtrigger.Protect(name="published_kept", operation=pgtrigger.Delete),
            bumps_pages(TOPIC),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} v{self.number}"

    @property
    def data(self) -> PlanData:
        """The structure as values."""
        return PlanData.from_dict(self.content)


class ProgressVersion(models.Model):
    """The report on a measure in a quarter as it was published."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="versions", verbose_name=_("measure"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="progress_versions", verbose_name=_("plan"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=12, choices=ProgressStatus.choices)
    result = models.TextField(_("result"), blank=True)
    obstacles = models.TextField(_("obstacles"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    evidence: models.ManyToManyField = models.ManyToManyField(
        Evidence, through="PublishedEvidence", related_name="versions", verbose_name=_("evidence")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    is_current = models.BooleanField(_("current"), default=True)

    objects = ProgressVersionQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "quarter", "-number"]
        verbose_name = _("published report")
        verbose_name_plural = _("published reports")
        constraints = [
            models.UniqueConstraint(fields=["measure", "quarter", "number"], name="progress_version_once"),
            models.UniqueConstraint(
                fields=["measure", "quarter"], condition=Q(is_current=True), name="progress_one_current_version"
            ),
            models.CheckConstraint(condition=Q(status__in=ProgressStatus.values), name="progress_version_status_known"),
        ]
        indexes = [models.Index(fields=["plan"], condition=Q(is_current=True), name="progress_version_of_plan")]
        triggers = [
            pgtrigger.ReadOnly(name="published_stays", exclude=["is_current"]),
            pgtrigger.Protect(name="published_kept", operation=pgtrigger.Delete),
            bumps_pages(TOPIC),
        ]

    def __str__(self) -> str:
        return f"{self.measure} · {self.quarter} v{self.number}"


class PublishedEvidence(models.Model):
    """A proof as part of a published report."""

    version = models.ForeignKey(ProgressVersion, models.PROTECT, related_name="published_evidence")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="published_evidence")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "evidence"], name="evidence_once_in_version"),
        ]
        triggers = [
            pgtrigger.Protect(name="published_kept", operation=pgtrigger.Delete | pgtrigger.Update),
            bumps_pages(TOPIC),
        ]

    def __str__(self) -> str:
        return str(self.evidence)
