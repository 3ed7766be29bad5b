"""An address of the portal and what each role is answered there; how the usual kinds of pages answer."""

from dataclasses import dataclass, field, replace

from .cast import ROLES as PEOPLE

ALIKE = {"integrity2": "integrity"}
"""Who has the same role and division as another of the cast, and is answered the same."""
ROLES = tuple(name for name in PEOPLE if name not in ALIKE)
"""Whom the table asks."""
LOGIN = 302
"""Sent to the sign-in page."""
BACK_OFFICE = ("admin", "secretary", "assets", "budget")
"""Those who may enter the admin at all."""


@dataclass(frozen=True)
class Row:
    """An address. `else_`: what everybody is answered whom `codes` does not name."""

    name: str
    path: str
    else_: int
    codes: dict[str, int] = field(default_factory=dict)
    method: str = "GET"
    roles: tuple[str, ...] = ROLES

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def code(self, role: str) -> int:
        """What `role` is answered."""
        return self.codes.get(role, self.else_)


def public(name: str, path: str) -> list[Row]:
    """A page that everybody may read and nobody may write."""
    return [Row(name, path, 200), Row(name, path, 405, method="POST")]


def download(name: str, path: str) -> list[Row]:
    """A file for everybody; asked for by two, as making it takes time."""
    return [replace(row, roles=("citizen", "staff")) for row in public(name, path)]


def staff(name: str, path: str) -> list[Row]:
    """A page for whoever has signed in."""
    return [Row(name, path, 200, {"citizen": LOGIN})]


def officers(name: str, path: str, code: int, method: str = "GET") -> list[Row]:
    """A page for the integrity officers, answered with `code`."""
    return [Row(name, path, 403, {"citizen": LOGIN, "integrity": code}, method)]


def back_office(name: str, path: str, *roles: str, method: str = "GET", code: int = 200) -> list[Row]:
    """A page of the admin: others of the back office are told no, everybody else is sent to its sign-in."""
    allowed = dict.fromkeys(BACK_OFFICE, 403) | dict.fromkeys(roles, code)
    return [Row(name, path, LOGIN, allowed, method)]
