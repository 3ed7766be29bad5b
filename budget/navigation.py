"""The budget's entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import MenuItem, menu

menu.register("budget", MenuItem(_("Budget"), "budget:years", 15))
