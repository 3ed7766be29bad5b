"""From the rows of a quarter to forms and back: shared by the office's page and the divisions' page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, QueryDict

from ita_portal.fiscal import FiscalQuarter
from organization.models import Division, User

from .entry_figures import EntryFigures, figures_of
from .forms import ReportForm
from .models import Evidence, Progress
from .quarter_work import WorkRow
from .services import StaleReportError, add_file_evidence, add_link_evidence, save_progress, withdraw_evidence


@dataclass(slots=True)
class Entry:
    """A row of the quarter with its form. theirs: what another person stored since the form was opened. figures: what
    the portal shows of the measure."""

    row: WorkRow
    form: ReportForm
    theirs: Progress | None = None
    figures: EntryFigures = field(default_factory=EntryFigures)


def entries_for(rows: Iterable[WorkRow], request: HttpRequest) -> list[Entry]:
    """A form for each row, bound where the request sends one."""
    return [Entry(row, _form_for(row, request)) for row in rows]


def add_figures(entries: Iterable[Entry], quarter: FiscalQuarter, division: Division | None) -> None:
    """Put the live figures beside the forms; `division`: of which they are told where they can be."""
    listed = list(entries)
    found = figures_of([entry.row for entry in listed], quarter, division)
    for entry in listed:
        entry.figures = found[entry.row.measure.pk]


def _form_for(row: WorkRow, request: HttpRequest) -> ReportForm:
    prefix = _prefix(row)
    if request.method == "POST" and f"{prefix}-revision" in request.POST:
        return ReportForm(request.POST, request.FILES, prefix=prefix, report=row.report)
    return ReportForm(prefix=prefix, report=row.report)


def changed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those in which somebody wrote something."""
    return [entry for entry in entries if entry.form.is_bound and entry.form.says_something]


def wrong_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those whose form says that something is wrong."""
    return [entry for entry in entries if entry.form.is_bound and entry.form.says_something and entry.form.errors]


def store_entries(entries: list[Entry], *, division: Division | None, by: User) -> list[Progress] | None:
    """Store all changed entries or none. None where something is wrong: the forms then say what."""
    valid = [entry.form.is_valid() for entry in entries]  # every form is asked, so that each says what is wrong
    if not all(valid):
        return None
    added: list[Evidence] = []
    failed: Entry | None = None
    try:
        with transaction.atomic():
            stored = []
            for failed in entries:
                stored.append(_store(failed, division, by, added))
            return stored
    except Exception as error:
        for evidence in added:  # their rows are rolled back, so must be their files
            evidence.file.delete(save=False)
        if failed is None or not isinstance(error, ValidationError):
            raise
        _say(failed, error, division)
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
    for upload in said["attachments"]:
        added.append(add_file_evidence(progress=report, upload=upload, title="", by=by))
    if said["link"]:
        add_link_evidence(progress=report, url=said["link"], title="", by=by)
    report.refresh_from_db()
    return report


def _say(entry: Entry, error: ValidationError, division: Division | None) -> None:
    if isinstance(error, StaleReportError):
        # The form goes on from what is stored now, so that saving once more is a decision and not an accident.
        fresh = Progress.objects.filter(
            measure=entry.row.measure,
            quarter=entry.row.quarter.number,
            division=division,
        ).first()
        data = QueryDict(mutable=True)
        data.update(entry.form.data)
        data[entry.form.add_prefix("revision")] = str(fresh.revision if fresh else 0)
        entry.form.data = data
        entry.theirs = fresh
    entry.form.add_error(None, error.messages)


def _prefix(row: WorkRow) -> str:
    return f"m{row.measure.public_id}"
