"""The entry of participation in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import Invitation, MenuItem, invitations, menu

menu.register("participation", MenuItem(_("Take part"), "participation:home", 16))
invitations.register(
    "participation",
    Invitation(
        _("Suggest something, or ask"),
        _("You get a code and read the answer with it. No account, no name needed."),
        "participation:home",
        20,
    ),
)
