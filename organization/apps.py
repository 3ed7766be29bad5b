"""Start-up of the ground floor: discovers what apps declare, from roles to what is done by itself each day."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_save
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """The municipality and its people."""

    name = "organization"
    verbose_name = _("Municipality and people")

    def ready(self) -> None:
        from . import checks, sign_in  # noqa: F401 - checks register themselves
        from .roles import sync_role_groups

        autodiscover_modules("roles", "tasks", "reminders", "retention", "feedback", "daily")
        post_migrate.connect(sync_role_groups, dispatch_uid="organization.roles")
        pre_save.connect(sign_in.forget_visitor, dispatch_uid="organization.sign_in")
