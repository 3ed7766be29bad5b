"""Divisions, kinds and people as files name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.headings import skeleton
from ita_portal.tables.problems import BadValueError
from organization.models import Division, User

from ..models import Category

_SEVERAL = -1
_TITLES = ("นางสาว", "น.ส.", "นาย", "นาง", "mr.", "mrs.", "ms.")
_USERNAME = re.compile(r"\(([^()]{1,150})\)$")


@dataclass(slots=True)
class Lookups:
    """Spellings → primary keys, and back to names. Three queries."""

    new_kinds: bool = False
    divisions: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    usernames: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[str, object], str] = field(default_factory=dict)
    lives: dict[int, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, *, new_kinds: bool) -> Lookups:
        """What the portal knows now. new_kinds: whether a kind that is not known is a new one."""
        found = cls(new_kinds)
        for division in Division.objects.order_by("order"):
            found.names["division", division.pk] = division.name
            for spelling in (division.name, division.short_name, division.name_en, *division.aliases):
                if isinstance(spelling, str) and skeleton(spelling):
                    found.divisions.setdefault(skeleton(spelling), division.pk)
        kinds = list(Category.objects.values_list("pk", "name", "code", "life_years"))
        for pk, name, _code, life in kinds:
            found.names["category", pk], found.lives[pk] = name, life
            found.categories[skeleton(name)] = pk
        for pk, _name, code, _life in kinds:
            if code.strip():
                found.categories.setdefault(skeleton(code), pk)
        for user in User.objects.only("username", "first_name", "last_name"):
            found.names["custodian", user.pk] = f"{user} ({user.username})"
            found.usernames[user.username] = user.pk
            spelling = _person(user.get_full_name())
            if spelling:
                found.people[spelling] = _SEVERAL if spelling in found.people else user.pk
        return found

    def find(self, key: str, text: str) -> int | str:
        """The primary key of what a cell of column `key` names; a kind's name where it is new. BadValueError."""
        if key == "division":
            return self._division(text)
        return self._category(text) if key == "category" else self._custodian(text)

    def name(self, key: str, value: object) -> str:
        """The name of what `find` found."""
        return self.names.get((key, value), "") if isinstance(value, int) else str(value or "")

    def _division(self, text: str) -> int:
        found = self.divisions.get(skeleton(text))
        if found is None:
            raise BadValueError(_("There is no division of this name."))
        return found

    def _category(self, text: str) -> int | str:
        found = self.categories.get(skeleton(text))
        if found is not None:
            return found
        if not self.new_kinds:
            raise BadValueError(_("There is no kind of this name. Check the spelling, or let new kinds be made."))
        if len(text) > 200:
            raise BadValueError(_("It is longer than %(limit)s letters."), limit=200)
        self.names["category", text] = text
        return text

    def _custodian(self, text: str) -> int:
        named = _USERNAME.search(text)
        for username in (text, named[1] if named else ""):
            if username in self.usernames:
                return self.usernames[username]
        found = self.people.get(_person(text))
        if found is None:
            raise BadValueError(
                _("No such person is in the portal. Leave it empty, or ask the administrator to add them.")
            )
        if found == _SEVERAL:
            raise BadValueError(_("Several people have this name. Write the user name."))
        return found


def _person(text: str) -> str:
    """A full name without its title."""
    plain = text.strip().casefold()
    for title in _TITLES:
        if plain.startswith(title):
            plain = plain.removeprefix(title)
            break
    return skeleton(plain)


def known_names(found: Lookups, key: str) -> Iterator[str]:
    """The names of all divisions or kinds, for the template."""
    return (name for (of, value), name in found.names.items() if of == key and isinstance(value, int))
