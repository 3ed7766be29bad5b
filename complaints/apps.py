"""Start-up of the complaint channel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """The corruption-complaint channel."""

    name = "complaints"
    verbose_name = _("Corruption complaints")

    def ready(self) -> None:
        """Signing out locks the vault."""
        from django.contrib.auth.signals import user_logged_out

        from .sessions import lock_at_sign_out

        user_logged_out.connect(lock_at_sign_out, dispatch_uid="complaints.lock_at_sign_out")
