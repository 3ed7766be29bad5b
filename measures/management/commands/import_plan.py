"""`import_plan FILE [--fiscal-year N] [--dry-run] [--by USERNAME]`: a plan file into the database, as a draft."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from measures.documents.package import MAX_BYTES
from measures.documents.plan_files import read_plan
from measures.importing import division_spellings, store_plan
from measures.plan_data import PlanFileError
from organization.models import User


class Command(BaseCommand):
    """Reads, checks and stores; all of it or nothing."""

    help = "Import a plan from .yaml, .docx or .xlsx in the official table layout, as the draft of its fiscal year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the options."""
        parser.add_argument("file", type=Path, help="the plan file")
        parser.add_argument("--fiscal-year", type=int, help="year (B.E.) of a file that does not say it")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--by", metavar="USERNAME", help="who is noted in the history (default: first superuser)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Store the plan and say what was done, line by line."""
        by = _acting_person(options["by"])
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            data = read_plan(content, path.suffix, division_spellings(), options["fiscal_year"])
            outcome = store_plan(data, by=by, dry_run=options["dry_run"])
        except PlanFileError as error:
            raise CommandError(f"{path}\n{error}") from error
        for line in outcome.lines:
            self.stdout.write(line)
        counts = {
            "year": outcome.fiscal_year,
            "created": outcome.created,
            "changed": outcome.changed,
            "removed": outcome.removed,
            "unchanged": outcome.unchanged,
        }
        if options["dry_run"]:
            summary = _(
                "Plan of %(year)s, dry run: nothing was stored."
                " New %(created)s, changed %(changed)s, removed %(removed)s, unchanged %(unchanged)s."
            )
        else:
            summary = _(
                "Plan of %(year)s stored as a draft."
                " New %(created)s, changed %(changed)s, removed %(removed)s, unchanged %(unchanged)s."
            )
        self.stdout.write(summary % counts)


def _acting_person(username: str | None) -> User:
    """The person in whose name the history is written."""
    if username is not None:
        named = User.objects.filter(username=username).first()
        if named is None:
            raise CommandError(_("There is no person with the user name “%(name)s”.") % {"name": username})
        return named
    first = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if first is None:
        raise CommandError(_("There is no superuser; say with --by in whose name this is done."))
    return first
