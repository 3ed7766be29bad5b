"""Roles are groups; each app grants them what they need in its own `roles.py`."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Group, Permission

from .choices import Role

_grants: dict[Role, set[str]] = defaultdict(set)


def grant(role: Role, *permissions: str) -> None:
    """Give `role` permissions, each as `app.codename`."""
    _grants[role].update(permissions)


def sync_role_groups(**_signal: Any) -> None:
    """Bring the groups of the roles to what the code says; permissions given by hand to other groups stay.

    Runs after every migration. Permissions of apps that are not migrated yet are added on the next run.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in Role:
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set([known[name] for name in _grants[role] if name in known])


grant(
    Role.ADMINISTRATOR,
    *(
        f"organization.{verb}_{model}"
        for verb in ("view", "add", "change", "delete")
        for model in ("municipality", "division", "holiday", "user")
    ),
    "auth.view_group",
)
