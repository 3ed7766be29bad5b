"""The budget's entry in the main menu."""

from django.utils.translation import gettext_lazy as _

from ita_portal.navigation import Invitation, MenuItem, invitations, menu

menu.register("budget", MenuItem(_("Budget"), "budget:years", 15))
invitations.register(
    "budget",
    Invitation(
        _("Look where the money goes"),
        _("Every line of the budget, what is spent of it, and a place to ask about it."),
        "budget:years",
        30,
    ),
)
