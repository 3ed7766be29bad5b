"""What `check --deploy` and the start of a production portal ask of the people in the database."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError

from .models import User


@register(Tags.security, deploy=True)
def no_demonstration_accounts(**_options: Any) -> list[CheckMessage]:
    """organization.E001 where a demonstration account exists; W001 where the database does not answer."""
    if not settings.PORTAL_PRODUCTION:
        return []
    try:
        found = User.objects.filter(is_demonstration=True, is_active=True).exists()
    except DatabaseError:
        return [checks.Warning("The database could not be asked for demonstration accounts.", id="organization.W001")]
    if not found:
        return []
    hint = "Use a database that was set up without the demonstration, or delete these accounts."
    return [checks.Error("Demonstration accounts exist in the database.", hint=hint, id="organization.E001")]
