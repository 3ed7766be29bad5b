"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidelinesConfig(AppConfig):
    """Documents that staff must know, who has acknowledged them, trainings."""

    name = "guidelines"
    verbose_name = _("guidelines and trainings")
