"""Enumerations of the ground floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does in the portal. A role is a Django group of the same name."""

    PLAN_OFFICE = "plan_office", _("Office of the Permanent Secretary (measures)")
    DIVISION_REPORTER = "division_reporter", _("Division staff who report measures")
    DIVISION_HEAD = "division_head", _("Head of division")
    ASSET_OFFICER = "asset_officer", _("Asset officer")
    BUDGET_OFFICER = "budget_officer", _("Budget officer")
    INTEGRITY_OFFICER = "integrity_officer", _("Integrity officer")
    MAYOR = "mayor", _("Mayor")
    ADMINISTRATOR = "administrator", _("Administrator")
