"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Questionnaires, their answers and results."""

    name = "surveys"
    verbose_name = _("surveys")
