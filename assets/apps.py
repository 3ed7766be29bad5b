"""Start-up of the asset register."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    """The register of what the municipality owns, its loans and the yearly count."""

    name = "assets"
    verbose_name = _("Assets")
