"""`import_assets FILE [--dry-run] [--new-kinds] [--by USERNAME]`: a register file into the database, all or nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from assets.importing.checking import Plan, check_file
from assets.importing.reading import accept_register
from assets.importing.shown import changes_of
from assets.importing.storing import NotAsCheckedError, store_file
from ita_portal.tables.problems import UnreadableError
from organization.models import User
from organization.people import portal_user


class Command(BaseCommand):
    """Reads, checks and stores; says row by row what it does."""

    help = "Import the asset register from .xlsx or .csv: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the options."""
        parser.add_argument("file", type=Path, help="the register file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--new-kinds", action="store_true", help="make kinds of assets that are not known yet")
        parser.add_argument("--by", metavar="USERNAME", help="who is noted in the history (default: the portal itself)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Store the file, or say why not."""
        path: Path = options["file"]
        by = _acting_person(options["by"])
        try:
            with path.open("rb") as file:
                content = file.read(settings.UPLOAD_MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            safe = accept_register(SimpleUploadedFile(path.name, content))
            if options["dry_run"]:
                plan = check_file(safe.content, safe.content_type, new_kinds=options["new_kinds"])
                if plan.problems:
                    raise NotAsCheckedError(plan, changed_meanwhile=False)
                self._tell(plan)
                return
            stored = store_file(safe.content, safe.content_type, by=by, new_kinds=options["new_kinds"])
        except ValidationError as error:
            raise CommandError(f"{path}: {' '.join(error.messages)}") from error
        except UnreadableError as error:
            raise CommandError(f"{path}: {error}") from error
        except NotAsCheckedError as error:
            raise CommandError(f"{path}\n{_problems(error.plan)}") from error
        self.stdout.write(
            _("Imported. New: %(new)s. Changed: %(changed)s. As they were: %(same)s.")
            % {"new": stored.new, "changed": stored.changed, "same": stored.same}
        )

    def _tell(self, plan: Plan) -> None:
        for kind in plan.new_kinds.values():
            self.stdout.write(_("new kind: %(name)s") % {"name": kind})
        for row in plan.new:
            self.stdout.write(
                _("row %(line)s: new: %(number)s %(name)s") % {"line": row.line, "number": row.number, "name": row.name}
            )
        for row in plan.changed:
            changes = "; ".join(f"{change.column}: {change.old} → {change.new}" for change in changes_of(plan, row))
            self.stdout.write(
                _("row %(line)s: changed: %(number)s %(changes)s")
                % {"line": row.line, "number": row.number, "changes": changes}
            )
        self.stdout.write(
            _("Nothing was stored. New: %(new)s. Changed: %(changed)s. As they are: %(same)s.")
            % {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
        )


def _problems(plan: Plan) -> str:
    lines = [
        f"{problem.line} {problem.cell} {problem.heading} “{problem.value}”: {problem.thai} / {problem.english}"
        for problem in plan.problems
    ]
    refused = _("Nothing was stored. Refused rows: %(count)s.") % {"count": plan.refused}
    return "\n".join([*lines, refused])


def _acting_person(username: str | None) -> User:
    if username is None:
        return portal_user()
    named = User.objects.filter(username=username).first()
    if named is None:
        raise CommandError(_("There is no person with the user name “%(name)s”.") % {"name": username})
    return named
