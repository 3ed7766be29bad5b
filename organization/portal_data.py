"""What a new portal is filled with: the municipality and its divisions, and the demonstration cast.

Each app may hold a `portal_data.py` that adds to the two registries; they run in the order of INSTALLED_APPS.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

import yaml
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction

from ita_portal.registry import Registry
from ita_portal.settings import generated_secret

from .admin import BACK_OFFICE_ROLES
from .choices import Role
from .models import Division, Municipality, User

DATA = Path(__file__).parent / "data"
MUNICIPALITY_FILE = DATA / "municipality.yaml"

installers: Registry[Callable[[], None]] = Registry("installer")
"""Fill in what every portal needs; each leaves alone what is there already."""

demonstrations: Registry[Callable[[], None]] = Registry("demonstration")
"""Add clearly marked example data; each leaves alone what is there already."""

CAST: dict[str, tuple[str, str, str, str, tuple[Role, ...]]] = {
    "admin": ("สมชาย", "ดูแลระบบ", "ผู้ดูแลระบบ", "สำนักปลัดเทศบาล", (Role.ADMINISTRATOR,)),
    "secretary": ("วิภา", "แผนงาน", "นักวิเคราะห์นโยบายและแผน", "สำนักปลัดเทศบาล", (Role.PLAN_OFFICE,)),
    "integrity": ("ธรรมรัตน์", "ซื่อตรง", "นิติกร", "สำนักปลัดเทศบาล", (Role.INTEGRITY_OFFICER,)),
    "integrity2": ("สุจริต", "มั่นคง", "นักทรัพยากรบุคคล", "สำนักปลัดเทศบาล", (Role.INTEGRITY_OFFICER,)),
    "assets": ("พัสดา", "รักษา", "เจ้าพนักงานพัสดุ", "กองคลัง", (Role.ASSET_OFFICER, Role.DIVISION_REPORTER)),
    "budget": ("งามตา", "การเงิน", "นักวิชาการเงินและบัญชี", "กองคลัง", (Role.BUDGET_OFFICER,)),
    "mayor": ("ประเสริฐ", "นำชัย", "นายกเทศมนตรี", "", (Role.MAYOR,)),
    "head": ("ช่างชัย", "ก่อสร้าง", "ผู้อำนวยการกองช่าง", "กองช่าง", (Role.DIVISION_HEAD,)),
    "staff": ("มานะ", "ขยันงาน", "นายช่างโยธา", "กองช่าง", (Role.DIVISION_REPORTER,)),
    "staff2": ("มานี", "ตั้งใจ", "นักวิชาการคลัง", "กองคลัง", (Role.DIVISION_REPORTER,)),
}
"""The demonstration cast: user name → first name, last name, position, division, roles."""


def demonstration_password() -> str:
    """PORTAL_DEMO_PASSWORD, or one made once and kept in PORTAL_VAR."""
    return os.environ.get("PORTAL_DEMO_PASSWORD") or generated_secret("demo_password", size=9)


@transaction.atomic
def install_municipality() -> None:
    """The municipality and its divisions from `data/municipality.yaml`, where there are none."""
    if Municipality.objects.exists():
        return
    raw = yaml.safe_load(MUNICIPALITY_FILE.read_text(encoding="utf-8"))
    Municipality.objects.create(pk=1, **raw["municipality"])
    for order, division in enumerate(raw["divisions"], start=1):
        Division.objects.create(order=order * 10, **division)


@transaction.atomic
def install_cast(password: str) -> None:
    """The demonstration cast with `password`; a cast that is there gets the password where it changed."""
    municipality = Municipality.objects.get()
    municipality.shows_demonstration = True
    municipality.save(update_fields=["shows_demonstration"])
    groups = {group.name: group for group in Group.objects.all()}
    divisions = {division.name: division for division in Division.objects.all()}
    hashed = make_password(password)
    still_right = functools.cache(lambda encoded: check_password(password, encoded))  # the cast shares one hash
    for username, (first, last, position, division, roles) in CAST.items():
        person, created = User.objects.get_or_create(
            username=username,
            defaults={
                "first_name": first, "last_name": last, "position": f"{position} (ตัวอย่าง)",
                "division": divisions.get(division), "is_demonstration": True, "password": hashed,
                "email": f"{username}@example.invalid", "is_staff": bool(set(roles) & BACK_OFFICE_ROLES),
            },
        )  # fmt: skip
        if created:
            person.groups.set([groups[role.value] for role in roles])
        elif person.is_demonstration and not still_right(person.password):
            person.password = hashed
            person.save(update_fields=["password"])


installers.register("organization", install_municipality)
