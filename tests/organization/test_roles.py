"""What the roles are granted exists: a name that is written wrongly would grant nothing, and nobody would see it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from organization import roles


@pytest.mark.django_db
def test_every_granted_permission_exists() -> None:
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    assert {name for granted in roles._grants.values() for name in granted} <= known
