"""The record of every file that was checked, and its rows into the draft it was meant for: all once, or none."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import pghistory
from django.core.files.base import ContentFile
from django.db import DataError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ita_portal.tables.problems import Problem, UnreadableError
from ita_portal.uploads import CHUNK, SafeUpload
from organization.models import User

from ..choices import UploadKind
from ..errors import RefusedError
from ..models import MonthSummary, Revision, Statement, Upload
from ..services.acts import CHANGED_MEANWHILE, guarded, require, require_officer
from ..services.lines import Approval, replace_lines
from ..services.plans import locked_draft
from ..services.procurement import locked_summary, replace_purchases
from ..services.statements import locked_statement, write_amounts
from .found import KEPT_PROBLEMS, Found, told
from .known import Known
from .lines import Draft, plan_lines
from .purchases import Month, plan_purchases
from .reading import read_file
from .spending import Books, plan_amounts

Target = Revision | Statement | MonthSummary
_UNREADABLE = gettext_lazy("The file cannot be read: %(reason)s")


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chose beside the file. counting: of spending (`spending.Counting`). approval: of moved money."""

    approval: Approval | None = None
    counting: str = "year"

    def kept(self) -> dict[str, Any]:
        """As the record keeps it."""
        found: dict[str, Any] = {}
        if self.approval is not None:
            found["approval"] = {
                "approver": self.approval.approver, "approved_on": self.approval.approved_on.isoformat(),
                "document_number": self.approval.document_number, "reason": self.approval.reason,
            }  # fmt: skip
        if self.counting != "year":
            found["counting"] = self.counting
        return found

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Options:
        """From the record."""
        said = kept.get("approval")
        approval = None if said is None else Approval(
            said["approver"], dt.date.fromisoformat(said["approved_on"]), said["document_number"], said["reason"]
        )  # fmt: skip
        return cls(approval, kept.get("counting", "year"))


def kind_of(target: Target) -> UploadKind:
    """What a file for this draft brings."""
    if isinstance(target, Revision):
        return UploadKind.LINES
    return UploadKind.SPENDING if isinstance(target, Statement) else UploadKind.PURCHASES


def check_file(target: Target, file: IO[bytes], content_type: str, options: Options) -> Found:
    """What an accepted file would do to a draft as it is now; nothing is written. UnreadableError: it is no table."""
    if isinstance(target, Revision):
        draft, known = Draft.load(target), Known.load()
        return plan_lines(read_file(file, content_type, draft.layout, known), draft, known, options.approval)
    if isinstance(target, Statement):
        books = Books.load(target)
        counting = "period" if options.counting == "period" else "year"
        return plan_amounts(read_file(file, content_type, books.layout, Known.load()), books, counting)  # type: ignore[arg-type]
    return plan_purchases(file, content_type, Month.load(target))


def upload_file(target: Target, safe: SafeUpload, options: Options, *, by: User) -> tuple[Upload, Found]:
    """Check an accepted file for a draft, and keep file and findings, whatever they are.

    The same file, checked again with the same effect before it was stored, is the record that is there.
    """
    require_officer(by)
    with transaction.atomic():
        try:
            found = check_file(target, safe.content, safe.content_type, options)
        except UnreadableError as error:
            found = Found()
            found.problems.append(Problem(0, "", "", "", _UNREADABLE, {"reason": _Sentence(error)}))
        if not found.problems and not found.result:
            found.refuse_whole(gettext_lazy("There is nothing in the file that could be stored."))
        return _kept(target, safe, options, found, by), found


class _Sentence:
    """The sentence of an error in whichever language is active."""

    def __init__(self, error: UnreadableError) -> None:
        self.error = error

    def __str__(self) -> str:
        return str(self.error)


def _kept(target: Target, safe: SafeUpload, options: Options, found: Found, by: User) -> Upload:
    kept_options = {**options.kept(), "edits": target.edits}
    values: dict[str, Any] = {
        "kind": kind_of(target), f"{_column(target)}_id": target.pk, "sha256": safe.sha256, "made_by": by,
        "digest": found.digest, "options": kept_options, "counts": _counts(found),
    }  # fmt: skip
    again: Upload | None = Upload.objects.filter(stored_at=None, **values).first()
    if again is not None:
        return again
    with override("th"):
        name = str(target.plan if isinstance(target, Revision) else target)
    upload = Upload(
        **values, target=name[:300], name=safe.name, content_type=safe.content_type, size=safe.size,
        problems=[told(problem) for problem in found.problems[:KEPT_PROBLEMS]],
    )  # fmt: skip
    safe.content.seek(0)
    upload.file.save(safe.name, ContentFile(safe.content.read()), save=False)
    try:
        upload.save()
    except Exception:
        upload.file.delete(save=False)
        raise
    return upload


def _column(target: Target) -> str:
    return {UploadKind.LINES: "revision", UploadKind.SPENDING: "statement"}.get(kind_of(target), "summary")


def _counts(found: Found) -> dict[str, Any]:
    """Counts, and what the person is shown: the record says later what they saw."""
    return {
        **found.numbers(),
        "shown": found.shown if not found.problems else {},
        "totals": found.totals if not found.problems else [],
        "warnings": [told(problem) for problem in found.warnings[:200]],
        "warned": len(found.warnings),
        "problems": len(found.problems),
        "ignored": found.ignored[:50],
        "passed_over": found.passed_over[:50],
        "checked": found.checked,
    }


def target_of(upload: Upload) -> Target | None:
    """The draft that a file was meant for; None where it is gone."""
    found: Target | None = upload.revision or upload.statement or upload.summary
    return found


def store_upload(upload: Upload, *, by: User) -> Upload:
    """Store a file's rows in the draft it was checked for, in one transaction; stored already, it stays as it is.

    RefusedError where the file was refused, the draft is gone or published, or was changed since the check.
    """
    require_officer(by)
    try:
        with guarded(), pghistory.context(user=by.pk, act="store_upload"):
            locked: Upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
            if locked.stored_at is None:
                _store(locked, by)
                locked.stored_at, locked.stored_by = timezone.now(), by
                locked.save(update_fields=["stored_at", "stored_by"])
            return locked
    except DataError as error:
        raise RefusedError("unfit", _("The database refused the file. Nothing was stored.")) from error


def _store(upload: Upload, by: User) -> None:
    require(not upload.problems, "has_problems", _("The file has problems. Mend it and upload it again."))
    target = target_of(upload)
    if target is None:
        raise RefusedError("gone", _("Somebody has thrown this draft away."))
    options = Options.of(upload.options)
    edits = int(upload.options.get("edits", 0))
    locked = _locked(target, edits)
    found = _checked_again(upload, locked, options)
    require(not found.problems and found.digest == upload.digest, "changed", CHANGED_MEANWHILE)
    if isinstance(locked, Revision):
        replace_lines(locked, found.result, by=by, edits=edits, approval=options.approval)
    elif isinstance(locked, Statement):
        write_amounts(locked, found.result, by=by)
    else:
        replace_purchases(locked, found.result, by=by)


def _locked(target: Target, edits: int) -> Target:
    if isinstance(target, Revision):
        return locked_draft(target, edits=edits)
    if isinstance(target, Statement):
        return locked_statement(target, edits=edits)
    return locked_summary(target, edits=edits)


def _checked_again(upload: Upload, target: Target, options: Options) -> Found:
    """What the very bytes that were checked would do now."""
    digest = hashlib.sha256()
    try:
        with upload.file.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
            require(
                digest.hexdigest() == upload.sha256, "file_gone", _("The file is not kept any more. Upload it again.")
            )
            file.seek(0)
            return check_file(target, file, upload.content_type, options)
    except (OSError, UnreadableError):
        raise RefusedError("file_gone", _("The file is not kept any more. Upload it again.")) from None
