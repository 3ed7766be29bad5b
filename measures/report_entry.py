"""From the rows of a quarter to forms and back: shared by the office's page and the divisions' page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from organization.models import Division, User

from .forms import ReportForm
from .models import Evidence, Progress
from .quarter_work import WorkRow
from .services import StaleReportError, add_file_evidence, add_link_evidence, save_progress, withdraw_evidence


@dataclass(slots=True)
class Entry:
    """A row of the quarter with its form."""

    row: WorkRow
    form: ReportForm


def entries_for(rows: Iterable[WorkRow], request: HttpRequest) -> list[Entry]:
    """A form for each row, bound where the request sends one."""
    return [Entry(row, _form_for(row, request)) for row in rows]


def _form_for(row: WorkRow, request: HttpRequest) -> ReportForm:
    prefix = _prefix(row)
    if request.method == "POST" and f"{prefix}-revision" in request.POST:
        return ReportForm(request.POST, request.FILES, prefix=prefix, report=row.report)
    return ReportForm(prefix=prefix, report=row.report)


def changed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those in which somebody wrote something."""
    return [entry for entry in entries if entry.form.is_bound and entry.form.says_something]


def store_entries(entries: list[Entry], *, division: Division | None, by: User) -> list[Progress] | None:
    """Store all changed entries or none. None where something is wrong: the forms then say what."""
    if not all([entry.form.is_valid() for entry in entries]):
        return None
    added: list[Evidence] = []
    failed: Entry | None = None
    try:
        with transaction.atomic():
            stored = []
            for failed in entries:
                stored.append(_store(failed, division, by, added))
            return stored
    except ValidationError as error:
        assert failed is not None
        _say(failed, error)
        for evidence in added:  # their rows are rolled back, so must be their files
            evidence.file.storage.delete(evidence.file.name)
        return None


def _store(entry: Entry, division: Division | None, by: User, added: list[Evidence]) -> Progress:
    said = entry.form.cleaned_data
    report = save_progress(
        measure=entry.row.measure,
        quarter=entry.row.quarter.number,
        division=division,
        by=by,
        revision=said["revision"],
        status=said["status"],
        result=said["result"],
        obstacles=said["obstacles"],
        next_step=said["next_step"],
    )
    for evidence in said["withdraw"]:
        withdraw_evidence(evidence=evidence, by=by)
    for upload in said["files"]:
        added.append(add_file_evidence(progress=report, upload=upload, title="", by=by))
    if said["link"]:
        add_link_evidence(progress=report, url=said["link"], title="", by=by)
    report.refresh_from_db()
    return report


def _say(entry: Entry, error: ValidationError) -> None:
    if isinstance(error, StaleReportError):
        # The form goes on from what is stored now, so that saving once more is a decision and not an accident.
        fresh = Progress.objects.filter(
            measure=entry.row.measure, quarter=entry.row.quarter.number, division=getattr(entry.row.report, "division", None)
        ).first()
        entry.form.data = entry.form.data.copy()  # type: ignore[union-attr]
        entry.form.data[f"{entry.form.prefix}-revision"] = str(fresh.revision if fresh else 0)  # type: ignore[index]
    entry.form.add_error(None, error)


def _prefix(row: WorkRow) -> str:
    return f"m{row.measure.public_id}"
