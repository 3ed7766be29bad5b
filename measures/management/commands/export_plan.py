"""`export_plan N FILE`: the plan of a fiscal year, as it is worked on, as a file of the kind that its name says."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from measures.documents.plan_files import WRITERS, write_plan
from measures.exporting import plan_data
from measures.models import Plan
from measures.plan_data import PlanFileError
from organization.models import Municipality


class Command(BaseCommand):
    """Writes the whole file, or leaves what was there."""

    help = "Export the plan of a fiscal year (B.E.) as .yaml, .docx, .xlsx or .pdf."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The year and the file."""
        parser.add_argument("fiscal_year", type=int, help="fiscal year (B.E.), for example 2567")
        parser.add_argument("file", type=Path, help="file to write; its ending says the kind")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file."""
        path: Path = options["file"]
        plan = Plan.objects.filter(fiscal_year=options["fiscal_year"]).first()
        if plan is None:
            raise CommandError(_("There is no plan of fiscal year %(year)s.") % {"year": options["fiscal_year"]})
        try:
            _write_whole(path, _content(plan, path.suffix.lower().lstrip(".")))
        except PlanFileError as error:
            raise CommandError(f"{path}\n{error}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self.stdout.write(str(path))


def _content(plan: Plan, ending: str) -> bytes:
    data = plan_data(plan)
    ending = "yaml" if ending == "yml" else ending
    if ending in WRITERS:
        return write_plan(data, ending)
    if ending != "pdf":
        raise CommandError(_("Plans are exported to .yaml, .docx, .xlsx or .pdf."))
    # Only here: the other kinds need no Typst.
    from measures.documents.pdf import plan_pdf

    # The document names the published version only where it shows just that; else it says that it is a draft.
    version = plan.versions.filter(is_current=True).first()
    published = version if version is not None and version.data.official == data.official else None
    return plan_pdf(
        data,
        municipality=Municipality.objects.first() or Municipality(),
        published_at=published.published_at if published else None,
        number=published.number if published else None,
    )


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the file, then rename: a reader sees the old file or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The process's own; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
