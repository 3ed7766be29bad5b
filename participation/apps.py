"""The app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """Suggestions, questions and answers, activities with outside participation."""

    name = "participation"
    verbose_name = _("participation")
