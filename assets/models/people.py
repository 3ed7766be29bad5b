"""Who approves in whose place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ita_portal.history import tracked
from organization.models import Division

from ..querysets import DelegationQuerySet


@tracked
class Delegation(models.Model):
    """A person who approves loans in place of the head of a division, or of the mayor (no division), on some days."""

    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in place of the head of"),
        help_text=_("Empty: in place of the mayor."),
    )  # fmt: skip
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("who approves instead")
    )
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("to"))
    order = models.CharField(_("order or letter"), max_length=200, help_text=_("For example: order 12/2570"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-start_on", "-pk"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")), name="delegation_ends_after_start",
                violation_error_message=_("It ends on its first day or later."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["deputy", "end_on"], name="delegation_by_deputy")]

    def __str__(self) -> str:
        return f"{self.deputy} {self.start_on}–{self.end_on}"
