"""Walk the hash chain of the log of what officers did."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.log import chain_end, first_break
from complaints.models import CaseLogEntry


class Command(BaseCommand):
    """`verify_case_log [--contains DIGEST]`: exit 0 where the chain holds, else 1 and the first broken row."""

    help = (
        "Walk the log of the complaint channel from its first entry to its last. Write the end digest down somewhere "
        "else: with --contains it shows later that nothing up to there was cut off or made anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contains", metavar="DIGEST", help="an end digest of before, which must still be there")

    def handle(self, *args: Any, **options: Any) -> None:
        count, digest = chain_end()
        found = first_break()
        if found is not None:
            raise CommandError(f"The log does not hold. Row {found.number}: {found.reason}.")
        noted = options["contains"]
        if noted and not CaseLogEntry.objects.filter(digest=noted.strip().lower()).exists():
            raise CommandError("The log does not hold. The digest that was noted is not in it: the log was made anew.")
        self.stdout.write(f"The log holds: {count} entries, end digest {digest}")
