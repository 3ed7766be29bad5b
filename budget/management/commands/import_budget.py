"""`import_budget FILE --fiscal-year N`: lines of a plan from a file into its draft, all or none; never published."""

from __future__ import annotations

import re
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from budget.choices import Approver, PlanKind
from budget.errors import RefusedError
from budget.importing.found import Found, told
from budget.importing.known import Known
from budget.importing.lines import Draft, plan_lines
from budget.importing.reading import read_file
from budget.importing.record import Options, store_upload, upload_file
from budget.models import Plan, Revision, Upload
from budget.querysets import KEEP_BUDGET
from budget.services.lines import Approval
from budget.services.plans import Words, begin_plan, discard, revise
from ita_portal.fiscal import FiscalYear
from ita_portal.tables.problems import UnreadableError
from ita_portal.tables.reading import accept_table
from ita_portal.thai import parse_date
from ita_portal.uploads import SafeUpload
from organization.models import User

_SLUG = re.compile(r"supplement-([1-9][0-9]?)")


class Command(BaseCommand):
    """Reads, checks, and stores into the draft of a plan; makes the draft where there is none."""

    help = "Import the lines of a plan from .xlsx or .csv into its draft: all of them or none. Nothing is published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file and the options."""
        parser.add_argument("file", type=Path, help="the file with the lines")
        parser.add_argument("--fiscal-year", required=True, metavar="N", help="fiscal year of the Buddhist Era")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument(
            "--kind",
            default=PlanKind.ORDINANCE.value,
            help="ordinance (default), supplement-1, revenue, action-plan, …",
        )
        parser.add_argument(
            "--by", metavar="USERNAME", help="the budget officer who brings it (default: the first one)"
        )
        parser.add_argument("--approver", choices=Approver.values, help="who approved money that the file moves")
        parser.add_argument("--approved-on", metavar="DAY", help="when, for example 2026-01-15")
        parser.add_argument("--document-number", metavar="NUMBER", help="in which document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Store the file, or say why not."""
        path: Path = options["file"]
        year, kind, number = _year(options["fiscal_year"]), *_kind(options["kind"])
        safe = _accepted(path)
        chosen = Options(_approval(options))
        if options["dry_run"]:
            self._tell(path, _tried(year, kind, number, safe, chosen))
            self.stdout.write(_("Nothing was stored."))
            return
        by = _officer(options["by"])
        try:
            upload, draft, found = _stored(year, (kind, number), safe, chosen, by)
        except RefusedError as error:
            raise CommandError(f"{path}: {error}") from error
        if found.problems:
            raise CommandError(f"{_problems(path, found)}\n{reverse('budget:upload', args=[upload.pk])}")
        self._tell(path, found)
        self.stdout.write(
            _("Stored in the draft of %(plan)s. Nothing is published. Look at it: %(address)s")
            % {"plan": draft.plan, "address": reverse("budget:draft", args=[draft.pk])}
        )

    def _tell(self, path: Path, found: Found) -> None:
        if found.problems:
            raise CommandError(_problems(path, found))
        for fate, rows in found.shown.items():
            for row in rows:
                changes = "; ".join(f"{name}: {old} → {new}" for name, old, new in row["changes"])
                self.stdout.write(
                    " ".join(
                        filter(None, (fate, str(row["line"] or ""), row["code"], row["item"], row["amount"], changes))
                    )
                )
        for warning in map(told, found.warnings):
            self.stdout.write(f"! {_place(warning)}{warning['th']} / {warning['en']}")
        for total in found.totals:
            self.stdout.write(f"  {total['name']}: {total['before']} → {total['after']}")
        self.stdout.write(
            _("Rows: %(rows)s. New: %(new)s. Changed: %(changed)s. Removed: %(removed)s. As they were: %(same)s.")
            % found.numbers()
        )


def _year(text: str) -> FiscalYear:
    try:
        return FiscalYear.parse(str(text))
    except ValueError as error:
        raise CommandError(str(error)) from error


def _kind(text: str) -> tuple[str, int]:
    found = _SLUG.fullmatch(text)
    if found is not None:
        return PlanKind.SUPPLEMENT.value, int(found[1])
    if text not in PlanKind.values or text == PlanKind.SUPPLEMENT:
        known = ", ".join("supplement-1" if kind == PlanKind.SUPPLEMENT else kind for kind in PlanKind.values)
        raise CommandError(
            _("There is no plan of the kind “%(kind)s”. Kinds: %(known)s.") % {"kind": text, "known": known}
        )
    return text, 1


def _accepted(path: Path) -> SafeUpload:
    try:
        with path.open("rb") as file:
            content = file.read(settings.UPLOAD_MAX_BYTES + 1)
        return accept_table(SimpleUploadedFile(path.name, content))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise CommandError(f"{path}: {' '.join(error.messages)}") from error


def _approval(options: dict[str, Any]) -> Approval | None:
    given = [options["approver"], options["approved_on"], options["document_number"]]
    if not any(given):
        return None
    if not all(given):
        raise CommandError(_("An approval has --approver, --approved-on and --document-number."))
    try:
        return Approval(given[0], parse_date(given[1]), given[2][:200])
    except ValueError as error:
        raise CommandError(_("“%(day)s” is no day.") % {"day": given[1]}) from error


def _officer(username: str | None) -> User:
    if username is not None:
        named = User.objects.filter(username=username).first()
        if named is None or not named.has_perm(KEEP_BUDGET):
            raise CommandError(_("There is no budget officer with the user name “%(name)s”.") % {"name": username})
        return named
    for user in User.objects.filter(is_active=True).order_by("pk"):
        if user.has_perm(KEEP_BUDGET):
            return user
    raise CommandError(_("There is no budget officer. Make one first, or name one with --by."))


def _of_plan(year: FiscalYear, kind: str, number: int) -> tuple[Plan | None, Revision | None]:
    """The plan, and its latest draft."""
    plan = Plan.objects.filter(year=year.number, kind=kind, number=number).first()
    if plan is None:
        return None, None
    return plan, plan.revisions.drafts().select_related("plan").order_by("-pk").first()


def _tried(year: FiscalYear, kind: str, number: int, safe: SafeUpload, options: Options) -> Found:
    """What the file would do; nothing is written."""
    plan, draft = _of_plan(year, kind, number)
    current = plan.revisions.current().select_related("plan").first() if plan is not None else None
    if draft is not None:
        compared = Draft.load(draft)
    elif current is not None:
        compared = Draft.load_following(current)
    else:
        compared = Draft.empty(year.number, kind)
    known = Known.load()
    try:
        return plan_lines(
            read_file(safe.content, safe.content_type, compared.layout, known), compared, known, options.approval
        )
    except UnreadableError as error:
        raise CommandError(f"{safe.name}: {error}") from error


def _stored(
    year: FiscalYear, of: tuple[str, int], safe: SafeUpload, options: Options, by: User
) -> tuple[Upload, Revision, Found]:
    """The record of the file and the draft it went into. A draft that was begun for a file that is refused goes again,
    the record stays."""
    with transaction.atomic():
        kind, number = of
        plan, draft = _of_plan(year, kind, number)
        began = draft is None
        mark = f"import-{secrets.token_hex(16)}"
        if draft is None:
            with override("th"):
                name = str(PlanKind(kind).label)
            words = Words(
                title=f"{name} {number} {year}" if kind == PlanKind.SUPPLEMENT else f"{name} {year}", reason=safe.name
            )
            if plan is not None and plan.revisions.published().exists():
                draft = revise(plan, words, by=by, form_mark=mark)
            else:
                draft = begin_plan(year.number, kind, words, by=by, form_mark=mark, number=number)
        upload, found = upload_file(draft, safe, options, by=by)
        if not found.problems:
            store_upload(upload, by=by)
        elif began:
            discard(draft, by=by)
    return upload, draft, found


def _place(told_of: dict[str, Any]) -> str:
    parts = [told_of["sheet"], str(told_of["row"] or ""), told_of["cell"], told_of["column"]]
    value = f"“{told_of['value']}”" if told_of["value"] else ""
    place = " ".join(filter(None, (*parts, value)))
    return f"{place}: " if place else ""


def _problems(path: Path, found: Found) -> str:
    lines = [f"{_place(problem)}{problem['th']} / {problem['en']}" for problem in map(told, found.problems)]
    refused = _("Nothing was stored. Refused rows: %(count)s.") % {"count": found.refused}
    return "\n".join([str(path), *lines, refused])
