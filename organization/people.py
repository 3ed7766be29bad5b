"""People that the portal itself needs."""

from .models import User

PORTAL_USERNAME = "portal"


def portal_user() -> User:
    """Who acts where no person does: set-up and commands. Nobody can sign in as it."""
    user, created = User.objects.get_or_create(
        username=PORTAL_USERNAME, defaults={"first_name": "ระบบพอร์ทัล", "is_active": False}
    )
    if created:
        user.set_unusable_password()
        user.save()
    return user
