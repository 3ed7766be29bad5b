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
