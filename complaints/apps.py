"""Start-up of the complaint channel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """The corruption-complaint channel."""

    name = "complaints"
    verbose_name = _("Corruption complaints")
