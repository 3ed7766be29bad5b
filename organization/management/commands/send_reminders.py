"""What the portal does by itself each day, then mails to people for whom work waits; by a timer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ita_portal.fiscal import today
from organization.daily import do_daily
from organization.reminders import send_due


class Command(BaseCommand):
    """`send_reminders [--date YYYY-MM-DD]`: safe to run again, also by two at the same moment."""

    help = (
        "Do what a day asks for, such as preparing the survey of a quarter, and send every reminder that is due, one "
        "mail a person. Run again, it does only what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=dt.date.fromisoformat, help="another day than today, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or today()
        for what, count in do_daily(day).items():
            if count:
                self.stdout.write(f"{count} {what}")
        done = send_due(day)
        self.stdout.write(
            f"{done.sent} sent, {done.before} sent before, {done.without_address} people without an e-mail address"
        )
        if done.failed:
            raise CommandError(f"{done.failed} could not be sent; run it again when the mail server answers")
