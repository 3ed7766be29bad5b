"""The guidelines' entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import Invitation, MenuItem, invitations, menu

menu.register("guidelines", MenuItem(_("Guidelines"), "guidelines:documents", 18))
invitations.register(
    "guidelines",
    Invitation(
        _("Read the rules that we work by"),
        _("How property of the municipality is used, and what its people do and do not do."),
        "guidelines:documents",
        40,
    ),
)
