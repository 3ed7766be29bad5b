"""Mails to people for whom work waits; once a day by a timer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ita_portal.fiscal import today
from organization.reminders import send_due


class Command(BaseCommand):
    """`send_reminders [--date YYYY-MM-DD]`: safe to run again, also by two at the same moment."""

    help = "Send every reminder that is due on a day, one mail a person. Run again, it sends only what failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=dt.date.fromisoformat, help="another day than today, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        done = send_due(options["date"] or today())
        self.stdout.write(
            f"{done.sent} sent, {done.before} sent before, {done.without_address} people without an e-mail address"
        )
        if done.failed:
            raise CommandError(f"{done.failed} could not be sent; run it again when the mail server answers")
