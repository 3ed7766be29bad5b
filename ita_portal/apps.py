"""The portal's own configuration, and the admin with its name and rules."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """Holds commands, template tags and the model-less tools."""

    name = "ita_portal"


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's site class."""

    default_site = "ita_portal.admin_site.PortalAdminSite"
