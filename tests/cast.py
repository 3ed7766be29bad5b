"""The people of the tests: the same names as in the demonstration, each in their role and division."""

from dataclasses import dataclass, fields

from django.test import Client

from organization.choices import Role
from organization.models import Division, User

from .factories import DivisionFactory, MunicipalityFactory, UserFactory

DIVISIONS = (
    "สำนักปลัดเทศบาล",
    "กองคลัง",
    "กองช่าง",
    "กองการศึกษา",
    "กองสาธารณสุขและสิ่งแวดล้อม",
    "กองสวัสดิการสังคม",
)
"""The usual divisions of a small เทศบาลตำบล, in their order."""


@dataclass(frozen=True)
class Cast:
    """Everybody by name. The citizen is whoever has not signed in."""

    admin: User
    secretary: User
    head: User
    staff: User
    staff2: User
    mayor: User
    integrity: User
    integrity2: User
    assets: User
    budget: User

    def client(self, name: str) -> Client:
        """A browser in which the named person is signed in; `citizen` is nobody."""
        client = Client()
        if name != "citizen":
            client.force_login(getattr(self, name))
        return client


ROLES = ("citizen", *(field.name for field in fields(Cast)))


def make_divisions() -> dict[str, Division]:
    """The divisions by name."""
    return {
        name: DivisionFactory(name=name, order=order, aliases=["สำนักปลัด"] if order == 1 else [])
        for order, name in enumerate(DIVISIONS, 1)
    }


def make_cast() -> Cast:
    """The municipality, its divisions and its people."""
    MunicipalityFactory()
    division = make_divisions()

    def person(username: str, role: Role, of: str = "", *, back_office: bool = False) -> User:
        user: User = UserFactory(
            username=username, role=role, division=division.get(of), is_staff=back_office, first_name=username
        )
        return user

    return Cast(
        admin=person("admin", Role.ADMINISTRATOR, back_office=True),
        secretary=person("secretary", Role.PLAN_OFFICE, "สำนักปลัดเทศบาล", back_office=True),
        head=person("head", Role.DIVISION_HEAD, "กองช่าง"),
        staff=person("staff", Role.DIVISION_REPORTER, "กองช่าง"),
        staff2=person("staff2", Role.DIVISION_REPORTER, "กองคลัง"),
        mayor=person("mayor", Role.MAYOR),
        integrity=person("integrity", Role.INTEGRITY_OFFICER, "สำนักปลัดเทศบาล"),
        integrity2=person("integrity2", Role.INTEGRITY_OFFICER, "สำนักปลัดเทศบาล"),
        assets=person("assets", Role.ASSET_OFFICER, "กองคลัง", back_office=True),
        budget=person("budget", Role.BUDGET_OFFICER, "กองคลัง", back_office=True),
    )
