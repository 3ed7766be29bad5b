"""Conflict of interest: who may not receive a complaint.

Not: an officer whom it is about; an officer in the division of an accused head; anybody of the municipality where the
accused stands above all of them (the mayor, the permanent secretary and their deputies). In doubt a person is left
out: a case that one officer too few reads does less harm than one that the accused reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from organization.choices import Role
from organization.models import Division, User

from .models import Officer

_TITLES = re.compile(
    r"^(?:นางสาว|นาง|นาย|น\.ส\.|ด\.ต\.|ว่าที่\s*ร้อย(?:ตรี|โท|เอก)|ว่าที่\s*ร\.[ตทอ]\.|คุณ|ดร\.|ท่าน|mr\.?|mrs\.?|ms\.?|miss)\s*",
    re.IGNORECASE,
)
_SHORTEST_NAME = 3
_ABOVE_ALL = re.compile(r"(?:นายก(?!สมาคม)|(?<!สำนัก)(?<!สํานัก)ปลัด|mayor|permanent secretary)", re.IGNORECASE)
_AIDES = re.compile(r"(?:เลขา|ที่ปรึกษา|หัวหน้าสำนัก|หัวหน้าสํานัก|secretary to|advis|office of)", re.IGNORECASE)
_HEAD = re.compile(r"(?:ผู้อำนวยการ|ผู้อํานวยการ|ผอ\.?|หัวหน้า|รักษาการ|director|head)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a complaint is about, as far as it is told. officers: ids of officers ticked in the form."""

    name: str = ""
    position: str = ""
    division: Division | None = None
    officers: frozenset[int] = frozenset()


def recipients(accused: Accused) -> list[Officer]:
    """The officers to whom a complaint about `accused` is sealed; empty where nobody may receive it.

    Officers of the municipality first; external recipients only where none of them is left.
    """
    everybody = list(Officer.objects.receiving().select_related("user__division"))
    left = [officer for officer in everybody if officer.pk not in excluded(accused, everybody)]
    inside = [officer for officer in left if not officer.is_external]
    return inside or left


def excluded(accused: Accused, officers: Iterable[Officer]) -> frozenset[int]:
    """The ids of those of `officers` who may not receive it."""
    officers = list(officers)
    people = User.objects.filter(is_active=True).prefetch_related("groups").select_related("division")
    named = [person for person in people if names_person(accused.name, person)] if accused.name.strip() else []
    roles = {group.name for person in named for group in person.groups.all()}
    above_all = Role.MAYOR.value in roles or stands_above_all(accused.position)
    above_all = above_all or any(stands_above_all(person.position) for person in named)
    headed = {person.division_id for person in named if Role.DIVISION_HEAD in {g.name for g in person.groups.all()}}
    headed |= {person.division_id for person in named if _HEAD.search(person.position)}
    if accused.division is not None and _HEAD.search(accused.position):
        headed.add(accused.division.pk)
    if _HEAD.search(accused.position):
        headed |= {pk for pk, name in _divisions() if name in accused.position}
    headed.discard(None)
    named_ids = {person.pk for person in named}
    return frozenset(
        officer.pk
        for officer in officers
        if officer.pk in accused.officers
        or officer.user_id in named_ids
        or (not officer.is_external and (above_all or officer.user.division_id in headed))
    )


def names_person(text: str, person: User) -> bool:
    """Whether a name as somebody wrote it may be that of `person`: the first or the last name is enough."""
    plain = _plain(text)
    parts = [_plain(part) for part in (person.first_name, person.last_name)]
    return any(len(part) >= _SHORTEST_NAME and part in plain for part in parts)


def stands_above_all(position: str) -> bool:
    """Whether a post is above every division: mayor, permanent secretary, their deputies; not their aides."""
    return bool(_ABOVE_ALL.search(position)) and not _AIDES.search(position)


def _divisions() -> list[tuple[int, str]]:
    return list(Division.objects.values_list("pk", "name"))


def _plain(text: str) -> str:
    """Lower case, without a title and spaces."""
    return re.sub(r"\s+", "", _TITLES.sub("", text.strip().lower()))
