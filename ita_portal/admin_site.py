"""The back office with the municipality's name."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(admin.AdminSite):
    """Django's admin under the portal's name; it leads back to the portal."""

    site_header = _("Back office of the integrity and transparency portal")
    site_title = _("Back office")
    index_title = _("What do you want to do?")
