"""Fill a migrated, empty portal: municipality, plan and, where asked for, the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from organization.portal_data import demonstration_password, demonstrations, install_cast, installers


class Command(BaseCommand):
    """`set_up_portal [--demo]`: safe to run again, what is there is kept."""

    help = "Fill in the municipality and its plan; with --demo also the demonstration cast and data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="add the demonstration cast and data")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and not settings.PORTAL_DEMO:
            raise CommandError("Demonstration data are switched off here (PORTAL_DEMO).")
        autodiscover_modules("portal_data")
        with transaction.atomic():
            for install in installers:
                install()
        if options["demo"]:
            with transaction.atomic():
                install_cast(demonstration_password())
                for demonstrate in demonstrations:
                    demonstrate()
