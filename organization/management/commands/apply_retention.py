"""Destroy what has reached its end; once a day by a timer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ita_portal.fiscal import today
from organization.retention import retentions


class Command(BaseCommand):
    """`apply_retention [--date YYYY-MM-DD]`: safe to run again."""

    help = "Destroy what has been kept for as long as it is to be kept, and print how much."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=dt.date.fromisoformat, help="another day than today, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or today()
        for retention in retentions:
            for what, count in retention(day).items():
                self.stdout.write(f"{count:6d} {what}")
