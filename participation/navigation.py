"""The entry of participation in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import MenuItem, menu

menu.register("participation", MenuItem(_("Take part"), "participation:home", 16))
