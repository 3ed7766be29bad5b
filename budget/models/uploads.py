"""Every file that was uploaded: who, when, what it held, what was wrong with it. Only added to."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..choices import UploadKind
from .plans import Revision
from .procurement import MonthSummary
from .spending import Statement


class Upload(models.Model):
    """A file and what the check found; stored_at is set once, when its rows went into the draft it was meant for.

    counts: rows, new, changed, removed, same, refused. problems: at most the first 1,000, as
    `[{"sheet", "row", "column", "cell", "value", "th", "en"}]`. options: what the person chose beside the file.
    digest: of what it would do; the same digest is the same effect.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=UploadKind.choices)
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="uploads")
    statement = models.ForeignKey(Statement, models.SET_NULL, null=True, related_name="uploads")
    summary = models.ForeignKey(MonthSummary, models.SET_NULL, null=True, related_name="uploads")
    target = models.CharField(_("meant for"), max_length=300)
    file = models.FileField(_("file"), upload_to="budget/uploads/", max_length=200)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    stored_at = models.DateTimeField(_("stored at"), null=True)
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=Q(stored_at=None, stored_by=None) | Q(stored_at__isnull=False, stored_by__isnull=False),
                name="upload_stored_by_somebody",
                violation_error_message=_("Somebody stores an upload."),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                declare=[("now_is", "jsonb"), ("was", "jsonb")],
                func="""
                    IF TG_OP = 'UPDATE' THEN
                        -- A draft that is thrown away leaves the record of its files without it.
                        now_is := to_jsonb(NEW) - ARRAY['revision_id', 'statement_id', 'summary_id'];
                        was := to_jsonb(OLD) - ARRAY['revision_id', 'statement_id', 'summary_id'];
                        IF OLD.stored_at IS NULL THEN
                            now_is := now_is - ARRAY['stored_at', 'stored_by_id'];
                            was := was - ARRAY['stored_at', 'stored_by_id'];
                        END IF;
                        IF now_is = was AND (NEW.revision_id IS NULL OR NEW.revision_id = OLD.revision_id)
                           AND (NEW.statement_id IS NULL OR NEW.statement_id = OLD.statement_id)
                           AND (NEW.summary_id IS NULL OR NEW.summary_id = OLD.summary_id) THEN
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'upload % is kept', OLD.id
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_kept';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name
