"""The surveys' entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import MenuItem, menu

menu.register("surveys", MenuItem(_("Surveys"), "surveys:list", 18))
