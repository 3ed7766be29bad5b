"""Everything that changes reports, evidence and what the public sees: one function an act, each one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import Division, User

from .choices import EvidenceKind
from .exporting import plan_data
from .models import Evidence, Measure, Plan, PlanVersion, Progress, ProgressVersion, PublishedEvidence

if TYPE_CHECKING:
    from ita_portal.uploads import SafeUpload

TITLE_LENGTH = 300
TEXT_FIELDS = ("status", "result", "obstacles", "next_step")


class StaleReportError(ValidationError):
    """Somebody else saved the report since this form was opened."""


@transaction.atomic
def save_progress(
    *,
    measure: Measure,
    quarter: int,
    division: Division | None,
    by: User,
    revision: int,
    status: str,
    result: str,
    obstacles: str = "",
    next_step: str = "",
) -> Progress:
    """Write the report of a quarter (a division's share, or the consolidated one where division is None).

    revision: the one the form showed, 0 for a report that did not exist. StaleReportError where another person
    was faster; ValidationError for what the database refuses. Saving what is there already changes nothing.
    """
    said = {"status": status, "result": result.strip(), "obstacles": obstacles.strip(), "next_step": next_step.strip()}
    report = _locked_report(measure, quarter, division)
    if (report.revision if report else 0) != revision:
        raise StaleReportError(
            _("%(name)s saved this report in the meantime. Your text is kept below; compare it and save again.")
            % {"name": report.updated_by if report else "–"},
            code="stale",
        )
    if report is None:
        report = Progress(measure=measure, quarter=quarter, division=division, updated_by=by, **said)
    elif all(getattr(report, name) == value for name, value in said.items()):
        return report
    else:
        for name, value in said.items():
            setattr(report, name, value)
        _touch(report, by)
    report.full_clean(exclude=["measure", "updated_by"], validate_unique=False)
    if quarter not in measure.quarters:
        raise ValidationError(
            {"quarter": _("This measure is not scheduled in quarter %(quarter)s.") % {"quarter": quarter}}
        )
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        if report.pk is None:  # the other one's insert won the race
            raise StaleReportError(
                _("Somebody else started this report just now. Save again."), code="stale"
            ) from error
        raise
    return report


@transaction.atomic
def add_file_evidence(*, progress: Progress, upload: SafeUpload, title: str, by: User) -> Evidence:
    """Attach a file that `ita_portal.uploads` has accepted. The same file is attached once."""
    report = Progress.objects.select_for_update().get(pk=progress.pk)
    present = report.evidence.in_use().filter(sha256=upload.sha256).first()
    if present is not None:
        return present
    evidence = Evidence(
        progress=report, kind=EvidenceKind.FILE, title=(title.strip() or upload.name)[:TITLE_LENGTH],
        file_name=upload.name, content_type=upload.content_type, size=upload.size, sha256=upload.sha256, added_by=by,
    )  # fmt: skip
    evidence.file.save(upload.name, upload.content, save=False)
    try:
        with transaction.atomic():
            evidence.save()
            _touch(report, by)
            report.save()
    except Exception:
        evidence.file.delete(save=False)
        raise
    return evidence


@transaction.atomic
def add_link_evidence(*, progress: Progress, url: str, title: str, by: User) -> Evidence:
    """Attach the address of a web page, or the path of a page of the portal. The same address is attached once."""
    report = Progress.objects.select_for_update().get(pk=progress.pk)
    present = report.evidence.in_use().filter(url=url, sha256="").first()  # a frozen figure has an address too
    if present is not None:
        return present
    evidence = Evidence(
        progress=report, kind=EvidenceKind.LINK, title=(title.strip() or url)[:TITLE_LENGTH], url=url, added_by=by
    )
    if url.startswith("/"):
        evidence.kind, evidence.record = EvidenceKind.RECORD, {"path": url}
    evidence.full_clean(exclude=["progress", "added_by"])
    evidence.save()
    _touch(report, by)
    report.save()
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, by: User) -> None:
    """Take a proof out of the report. What was published keeps it; the public sees the change when it is published."""
    report = Progress.objects.select_for_update().get(pk=evidence.progress_id)
    changed = Evidence.objects.in_use().filter(pk=evidence.pk).update(withdrawn_at=timezone.now())
    if changed:
        _touch(report, by)
        report.save()


@transaction.atomic
def adopt_share(*, share: Progress, by: User) -> Progress:
    """Take a division's words and proofs into the consolidated report, once.

    The words are added under the division's name; a proof that is there already is not doubled.
    """
    division = share.division
    if division is None:
        raise ValidationError(_("Only a division's share can be taken over."))
    report = _locked_report(share.measure, share.quarter, None) or Progress(
        measure=share.measure, quarter=share.quarter, status=share.status, updated_by=by, revision=0
    )
    changed = report.pk is None
    for name in ("result", "obstacles", "next_step"):
        words = getattr(share, name)
        line = f"{division.short_name or division.name}: {words}"
        if words and line not in getattr(report, name):
            setattr(report, name, "\n".join(filter(None, [getattr(report, name), line])))
            changed = True
    if changed:
        _touch(report, by)
        report.save()
    present = set(report.evidence.in_use().values_list("sha256", "url"))
    for proof in share.evidence.in_use():
        if (proof.sha256, proof.url) not in present:
            Evidence.objects.create(
                progress=report, kind=proof.kind, title=proof.title, file=proof.file.name, file_name=proof.file_name,
                content_type=proof.content_type, size=proof.size, sha256=proof.sha256, url=proof.url,
                record=proof.record, added_by=proof.added_by, added_at=proof.added_at,
            )  # fmt: skip
            _touch(report, by)
            report.save()
    return report


@transaction.atomic
def publish_progress(*, reports: Iterable[Progress], by: User) -> list[ProgressVersion]:
    """Show the public the consolidated reports as they are now. Reports without a change are passed over.

    ValidationError where the plan itself was never published, or the measure is not in its published version: the
    public would see nothing.
    """
    keys = [report.pk for report in reports]
    locked = (
        Progress.objects.consolidated()
        .select_for_update(of=("self",))
        .select_related("measure__area__plan")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    published = []
    visible: dict[int, set[str]] = {}
    for report in locked:
        if not report.is_changed:
            continue
        plan = report.measure.area.plan
        if plan.pk not in visible:
            visible[plan.pk] = _published_measures(plan)
        if report.measure.public_id not in visible[plan.pk]:
            raise ValidationError(
                _("“%(measure)s” is not in the published plan yet. Publish the plan first.")
                % {"measure": report.measure}
            )
        published.append(_publish_one(report, plan, by))
    return published


def _published_measures(plan: Plan) -> set[str]:
    current = plan.versions.filter(is_current=True).first()
    return {measure.id for area in current.data.areas for measure in area.measures} if current else set()


def _publish_one(report: Progress, plan: Plan, by: User) -> ProgressVersion:
    earlier = ProgressVersion.objects.filter(measure=report.measure, quarter=report.quarter)
    number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    earlier.current().update(is_current=False)
    version = ProgressVersion.objects.create(
        measure=report.measure, plan=plan, quarter=report.quarter, number=number, published_by=by,
        **{name: getattr(report, name) for name in TEXT_FIELDS},
    )  # fmt: skip
    PublishedEvidence.objects.bulk_create(
        PublishedEvidence(version=version, evidence=proof, position=position)
        for position, proof in enumerate(report.evidence.in_use(), start=1)
    )
    report.published_revision = report.revision
    report.save(update_fields=["published_revision"])
    return version


@transaction.atomic
def publish_plan(*, plan: Plan, by: User) -> PlanVersion:
    """Show the public the structure of the plan as it is now; the same structure is not published twice.

    ValidationError for a plan without an area or with an area without a measure, and where a measure would go
    whose reports are public.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    data = plan_data(plan).official
    _check_publishable(plan, data)
    current = plan.versions.filter(is_current=True).first()
    if current is not None and current.data.official == data:  # earlier versions kept the ties too
        return current
    content = data.to_dict()
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    plan.versions.filter(is_current=True).update(is_current=False)
    return PlanVersion.objects.create(
        plan=plan, fiscal_year=plan.fiscal_year, number=number, content=content, digest=digest, published_by=by
    )


def _check_publishable(plan: Plan, data: object) -> None:
    problems = []
    areas = getattr(data, "areas", ())
    if not areas:
        problems.append(_("The plan has no issue area yet."))
    problems += [
        _("Issue area %(number)s has no measure.") % {"number": area.number} for area in areas if not area.measures
    ]
    problems += [
        _("A measure of issue area %(number)s names nobody who is responsible.") % {"number": area.number}
        for area in areas
        for measure in area.measures
        if not measure.all_divisions and not measure.divisions
    ]
    if problems:
        raise ValidationError(problems)


@transaction.atomic
def roll_forward(*, plan: Plan, by: User) -> Plan:
    """The plan of the next fiscal year as a draft: its structure, none of its results. Once a plan.

    ValidationError where the next year has a plan already.
    """
    source = Plan.objects.select_for_update().get(pk=plan.pk)
    year = source.fiscal_year + 1
    if Plan.objects.filter(fiscal_year=year).exists():
        raise ValidationError(_("Fiscal year %(year)s already has a plan.") % {"year": year}, code="rolled")
    from .importing import store_plan

    data = plan_data(source)
    fresh = replace(
        data,
        fiscal_year=year,
        assessment_year=year - 1,
        areas=tuple(
            replace(area, measures=tuple(replace(measure, id="") for measure in area.measures)) for area in data.areas
        ),
    )
    store_plan(fresh, by=by)
    rolled = Plan.objects.get(fiscal_year=year)
    rolled.rolled_from = source
    rolled.save(update_fields=["rolled_from"])
    return rolled


def _locked_report(measure: Measure, quarter: int, division: Division | None) -> Progress | None:
    """The report, locked, so that what is compared is what is written."""
    found = Progress.objects.select_for_update(of=("self",)).filter(measure=measure, quarter=quarter, division=division)
    return found.select_related("updated_by").first()


def _touch(report: Progress, by: User) -> None:
    report.updated_by = by
    report.updated_at = timezone.now()
    report.revision += 1
