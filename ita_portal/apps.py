"""The portal's own configuration, and the admin with its name and rules."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    """Holds commands, template tags and the model-less tools."""

    name = "ita_portal"

    def ready(self) -> None:
        autodiscover_modules("navigation", "sitemap")


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's site class."""

    default_site = "ita_portal.admin_site.PortalAdminSite"
