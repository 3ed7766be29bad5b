"""Start-up of the plan: discovers the figures that every app offers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    """The measures for integrity and transparency."""

    name = "measures"
    verbose_name = _("Measures for integrity and transparency")

    def ready(self) -> None:
        autodiscover_modules("indicators", "assessment_practice")
