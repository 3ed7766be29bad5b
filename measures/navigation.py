"""The plan's entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import MenuItem, menu

menu.register("measures", MenuItem(_("Measures by year"), "measures:years", 10))
