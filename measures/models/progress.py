"""What is being worked on: reports of a quarter and their evidence. The public never reads these tables."""

import secrets
from pathlib import PurePath

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.history import tracked
from organization.models import Division

from ..choices import EvidenceKind, ProgressStatus
from ..plan_data import QUARTERS
from ..querysets import EvidenceQuerySet, ProgressQuerySet
from .structure import Measure, new_public_id


def evidence_path(_evidence: "Evidence", name: str) -> str:
    """A random place for a file; its own name is kept in the row only."""
    return f"evidence/{secrets.token_hex(16)}{PurePath(name).suffix[:10].lower()}"


@tracked
class Progress(models.Model):
    """The report on a measure in a quarter: the consolidated one (no division) or a division's share."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="progress", verbose_name=_("measure"))
    quarter = models.PositiveSmallIntegerField(_("quarter"), choices=[(number, str(number)) for number in QUARTERS])
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="progress", verbose_name=_("division"),
        help_text=_("Empty: the consolidated report of the office that keeps the plan."),
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=12, choices=ProgressStatus.choices, default=ProgressStatus.NOT_STARTED
    )
    result = models.TextField(_("result"), blank=True)
    obstacles = models.TextField(_("obstacles"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("updated by")
    )
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    published_revision = models.PositiveIntegerField(_("published revision"), default=0, editable=False)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "quarter", "division"]
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        permissions = [
            ("report_share", _("Can report the own division's share of a measure")),
            ("see_everyones_work", _("Can see who has what still to do in a quarter")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "quarter", "division"], nulls_distinct=False, name="progress_once_per_quarter",
                violation_error_message=_("There is already a report for this measure, quarter and division."),
            ),
            models.CheckConstraint(
                condition=Q(quarter__in=QUARTERS), name="progress_quarter_1_to_4",
                violation_error_message=_("A quarter is 1, 2, 3 or 4."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProgressStatus.values), name="progress_status_known",
                violation_error_message=_("This status does not exist."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ProgressStatus.DONE) | ~Q(result=""), name="progress_done_says_result",
                violation_error_message=_("Write what was done: a finished measure needs a result."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="only_scheduled_quarters",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("measure_id", "quarter"),
                declare=[("scheduled", "integer[]")],
                # FOR SHARE: a change of the schedule in another transaction waits, or is waited for.
                func="""
                    SELECT quarters INTO scheduled FROM measures_measure WHERE id = NEW.measure_id FOR SHARE;
                    IF NOT NEW.quarter = ANY(scheduled) THEN
                        RAISE EXCEPTION 'quarter % is outside the schedule', NEW.quarter
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'progress_in_schedule';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} · {self.quarter}"

    @property
    def is_changed(self) -> bool:
        """Whether something here is not published yet."""
        return self.revision > self.published_revision


@tracked
class Evidence(models.Model):
    """What proves a report: a file with its digest, a link, or a record of the portal. Only ever withdrawn.

    A record with a digest is a live figure as it was when somebody used it as evidence (`measures.frozen`): it never
    changes, whatever is counted later.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    progress = models.ForeignKey(Progress, models.PROTECT, related_name="evidence", verbose_name=_("report"))
    kind = models.CharField(_("kind"), max_length=6, choices=EvidenceKind.choices)
    title = models.CharField(_("title"), max_length=300)
    file = models.FileField(_("file"), upload_to=evidence_path, blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True)
    record = models.JSONField(_("record"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["progress", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=EvidenceKind.FILE, url="", size__gt=0, sha256__regex=r"^[0-9a-f]{64}$") & ~Q(file="")
                    | Q(kind=EvidenceKind.LINK, file="", url__regex=r"^https?://")
                    | Q(kind=EvidenceKind.RECORD, file="", url__startswith="/", record__isnull=False)
                ),
                name="evidence_is_file_link_or_record",
                violation_error_message=_("Evidence is a file, a link or a record of the portal: one of them."),
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(kind=EvidenceKind.RECORD)
                    | Q(sha256="") & ~Q(record__has_key="value")
                    | Q(sha256__regex=r"^[0-9a-f]{64}$", record__has_key="value")
                ),
                name="evidence_figure_has_digest",
                violation_error_message=_("A frozen figure has its digest, and nothing else of the portal has one."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.ReadOnly(name="evidence_stays", exclude=["withdrawn_at"]),
            pgtrigger.Protect(name="evidence_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_figure(self) -> bool:
        """Whether it is a live figure as it once was."""
        return self.kind == EvidenceKind.RECORD and bool(self.sha256)
