"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BudgetConfig(AppConfig):
    """Plans, spending, procurement and comments."""

    name = "budget"
    verbose_name = _("budget")
