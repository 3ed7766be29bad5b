"""The main menu. Each app may hold a `navigation.py` that adds its pages; they are found at start-up."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .registry import Registry


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry. url_name: a public address without arguments. order: small ones come first."""

    title: str | Promise
    url_name: str
    order: int


menu: Registry[MenuItem] = Registry("menu item")


def menu_items() -> list[MenuItem]:
    """All entries in their order."""
    return sorted(menu, key=lambda item: item.order)


menu.register("home", MenuItem(_("Home"), "home", 0))


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way in which people take part, for the home page.

    text: in one sentence what it is for. url_name: a public address without arguments. order: small ones come first.
    """

    title: str | Promise
    text: str | Promise
    url_name: str
    order: int


invitations: Registry[Invitation] = Registry("invitation")


def invitations_in_order() -> list[Invitation]:
    """All ways to take part in their order."""
    return sorted(invitations, key=lambda one: one.order)
