"""The people of the tests: the same names as in the demonstration, each in their role and division."""

from dataclasses import dataclass, fields

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.crypto import get_random_string

from organization.choices import Role
from organization.models import Division, User

from .factories import MunicipalityFactory, UserFactory
from .rows import Rows

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
        return Client() if name == "citizen" else signed_in(getattr(self, name))


def signed_in(person: User) -> Client:
    """A browser in which `person` is signed in: the row that `Client.force_login` leaves, without its ten statements
    around it. What a sign-in does besides is tried in `organization/test_sign_in.py`.
    """
    store = SessionStore()
    key = get_random_string(32)
    Session.objects.bulk_create([
        Session(
            session_key=key,
            session_data=store.encode({
                SESSION_KEY: str(person.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
                HASH_SESSION_KEY: person.get_session_auth_hash(),
            }),
            expire_date=store.get_expiry_date(),
        )
    ])  # fmt: skip
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


ROLES = ("citizen", *(field.name for field in fields(Cast)))


def make_divisions() -> dict[str, Division]:
    """The divisions by name."""
    known = set(Division.objects.values_list("name", flat=True))
    Division.objects.bulk_create(
        Division(name=name, order=order, aliases=["สำนักปลัด"] if order == 1 else [])
        for order, name in enumerate(DIVISIONS, 1)
        if name not in known
    )
    return {division.name: division for division in Division.objects.filter(name__in=DIVISIONS)}


PEOPLE = Rows()
"""The municipality, its divisions and its people in the database."""


def make_cast() -> Cast:
    """The municipality, its divisions and its people; nearly every test asks for them."""
    return PEOPLE.of(_make_cast)


def _make_cast() -> Cast:
    MunicipalityFactory()
    division = make_divisions()
    roles: dict[str, Role] = {}
    people: dict[str, User] = {}

    def person(username: str, role: Role, of: str = "", *, back_office: bool = False) -> None:
        roles[username] = role
        people[username] = UserFactory.build(
            username=username, division=division.get(of), is_staff=back_office, first_name=username
        )

    person("admin", Role.ADMINISTRATOR, back_office=True)
    person("secretary", Role.PLAN_OFFICE, "สำนักปลัดเทศบาล", back_office=True)
    person("head", Role.DIVISION_HEAD, "กองช่าง")
    person("staff", Role.DIVISION_REPORTER, "กองช่าง")
    person("staff2", Role.DIVISION_REPORTER, "กองคลัง")
    person("mayor", Role.MAYOR)
    person("integrity", Role.INTEGRITY_OFFICER, "สำนักปลัดเทศบาล")
    person("integrity2", Role.INTEGRITY_OFFICER, "สำนักปลัดเทศบาล")
    person("assets", Role.ASSET_OFFICER, "กองคลัง", back_office=True)
    person("budget", Role.BUDGET_OFFICER, "กองคลัง", back_office=True)
    User.objects.bulk_create(people.values())
    groups = dict(Group.objects.values_list("name", "pk"))
    Membership = User.groups.through
    Membership.objects.bulk_create(
        [Membership(user_id=people[name].pk, group_id=groups[role.value]) for name, role in roles.items()]
    )
    return Cast(**people)
