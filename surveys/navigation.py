"""The surveys' entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import Invitation, MenuItem, invitations, menu

menu.register("surveys", MenuItem(_("Surveys"), "surveys:list", 18))
invitations.register(
    "surveys",
    Invitation(
        _("Say how you were served"),
        _("About one minute, without a name. What you say is counted together with others."),
        "surveys:list",
        10,
    ),
)
