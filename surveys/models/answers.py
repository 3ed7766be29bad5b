"""What came in. An answer lies in the ballot box until it can be counted together with others; then only counts stay.

No row says when it came, from where, from whom, or with which code (decision 14).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models import Division

from ..choices import RemarkState, Way
from ..page_topics import bumps, bumps_where
from ..querysets import RemarkQuerySet
from .surveys import Survey


class Ballot(models.Model):
    """One answer, not counted yet. choices: question code → choice (`choices.LEVELS`). remarks: code → own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="ballots")
    way = models.CharField(max_length=10, choices=Way.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    choices = models.JSONField()
    remarks = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("answer not counted yet")
        verbose_name_plural = _("answers not counted yet")
        constraints = [models.CheckConstraint(condition=Q(way__in=Way.values), name="ballot_way_known")]

    def __str__(self) -> str:
        return "…"


class Mark(models.Model):
    """Stands for a form that was sent: sent again it is the same answer. Kept until the survey is over."""

    digest = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="marks")

    class Meta:
        verbose_name = _("mark of a form")
        verbose_name_plural = _("marks of forms")

    def __str__(self) -> str:
        return "…"


class Turnout(models.Model):
    """How many counted answers came in by a way about a division (None: not asked, or not said)."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="turnout")
    way = models.CharField(max_length=10, choices=Way.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("number of answers")
        verbose_name_plural = _("numbers of answers")
        constraints = [
            models.UniqueConstraint(fields=["survey", "way", "division"], nulls_distinct=False, name="turnout_once"),
            models.CheckConstraint(condition=Q(n__gte=1), name="turnout_from_one"),
        ]
        triggers = [bumps()]

    def __str__(self) -> str:
        return str(self.n)


class Tally(models.Model):
    """How many counted answers chose `choice` for the question of a code."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tallies")
    way = models.CharField(max_length=10, choices=Way.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=12)
    choice = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("count of a choice")
        verbose_name_plural = _("counts of choices")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "way", "division", "code", "choice"], nulls_distinct=False, name="tally_once"
            ),
            models.CheckConstraint(condition=Q(n__gte=1, choice__lte=3), name="tally_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.choice}: {self.n}"


class Remark(models.Model):
    """Own words, apart from the answer that they came with. text: as they may be read; an officer may shorten them.

    shortened: something was left out or masked before they were published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="remarks")
    code = models.CharField(_("question"), max_length=12)
    text = models.TextField(_("text"))
    shortened = models.BooleanField(_("shortened"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=RemarkState.choices, default=RemarkState.WAITING)
    reason = models.CharField(_("why it is not published"), max_length=1000, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    moderated_on = models.DateField(_("decided on"), null=True, blank=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("own words")
        verbose_name_plural = _("own words")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RemarkState.WAITING, moderated_by=None)
                | Q(state=RemarkState.PUBLISHED, moderated_by__isnull=False)
                | Q(state=RemarkState.REFUSED, moderated_by__isnull=False) & ~Q(reason=""),
                name="remark_moderated_with_reason",
                violation_error_message=_("Say why it is not published."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["survey", "state"], name="remark_by_state")]
        triggers = [
            bumps_where(
                "(TG_OP <> 'INSERT' AND OLD.state = 'published') OR (TG_OP <> 'DELETE' AND NEW.state = 'published')"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
