"""Who may read complaints, and the vault that holds their key."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from organization.choices import Role
from organization.page_topics import bumps_pages

from ..choices import OfficerState


class OfficerQuerySet(models.QuerySet["Officer"]):
    """Officers by what they may do."""

    def receiving(self) -> OfficerQuerySet:
        """Those to whom new cases are sealed: confirmed, and people who still work here and have the role."""
        has_role = Group.objects.filter(name=Role.INTEGRITY_OFFICER, user=OuterRef("user"))
        return self.filter(Exists(has_role), state=OfficerState.ACTIVE, user__is_active=True)


class Officer(models.Model):
    """A person with a vault. The private key lies under Argon2id of the passphrase; nobody else has it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="vault", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=OfficerState.choices, default=OfficerState.PENDING)
    is_external = models.BooleanField(
        _("external recipient"), default=False,
        help_text=_("Receives only cases from which conflict of interest excludes every other officer."),
    )  # fmt: skip
    public_key = models.BinaryField()
    salt = models.BinaryField()
    sealed_private_key = models.BinaryField(null=True)
    confirmed_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    joined_on = models.DateField()
    left_on = models.DateField(null=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = _("integrity officer")
        verbose_name_plural = _("integrity officers")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OfficerState.values), name="officer_state_known",
                violation_error_message=_("This state of an officer does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(state=OfficerState.LEFT, sealed_private_key=None, left_on__isnull=False)
                | (~Q(state=OfficerState.LEFT) & Q(sealed_private_key__isnull=False, left_on=None)),
                name="officer_left_has_no_key",
                violation_error_message=_("Who has left has no key; who has not left has one."),
            ),
        ]  # fmt: skip
        triggers = [bumps_pages("complaints")]

    def __str__(self) -> str:
        return str(self.user)
