"""What the public sees of the plan, read in a fixed number of queries.

Everything here comes from published versions; the rows that are being worked on are never read, but for
`draft_plan`, which shows an officer what the public would see after publishing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse

from ita_portal.fiscal import FiscalYear

from .choices import EvidenceKind
from .figures import compute_figures, figure_views, frozen_view
from .models import Measure, Plan, PlanVersion, Progress, ProgressVersion
from .plan_data import AreaData, EvidenceView, PlanData, PlanView, ProgressView

if TYPE_CHECKING:
    from organization.models import Division

    from .models import Evidence

ProgressKey = tuple[str, int]
YEARS_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class YearSummary:
    """A published year at a glance.

    total: quarters that the measures schedule, added up. reported: how many of them have a published report.
    counts: of those, by status; scheduled quarters without a report are not in it.
    """

    fiscal_year: int
    title: str
    number: int
    published_at: dt.datetime
    counts: dict[str, int]
    total: int
    reported: int


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A published version of the structure."""

    number: int
    published_at: dt.datetime
    digest: str
    is_current: bool


def published_year_numbers() -> list[int]:
    """The fiscal years with a published plan, newest first."""
    return list(PlanVersion.objects.current().order_by("-fiscal_year").values_list("fiscal_year", flat=True))


def published_years(before: int | None = None) -> list[YearSummary]:
    """Published years, newest first, in two queries: at most `YEARS_A_PAGE`, those before the year `before`."""
    versions = PlanVersion.objects.current().order_by("-fiscal_year")
    if before is not None:
        versions = versions.filter(fiscal_year__lt=before)
    shown = list(versions[:YEARS_A_PAGE])
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    rows = (
        ProgressVersion.objects.current()
        .filter(plan__in=[version.plan_id for version in shown])
        .order_by()
        .values_list("plan__fiscal_year", "status")
        .annotate(n=Count("pk"))
    )
    for year, status, n in rows:
        counts[year][status] += n
    summaries = []
    for version in shown:
        data = version.data
        by_status = dict(counts[version.fiscal_year])
        summaries.append(
            YearSummary(
                fiscal_year=version.fiscal_year,
                title=data.title,
                number=version.number,
                published_at=version.published_at,
                counts=by_status,
                total=sum(len(measure.quarters) for area in data.areas for measure in area.measures),
                reported=sum(by_status.values()),
            )
        )
    return summaries


def published_plan(
    year: int,
    version: int | None = None,
    *,
    figures: bool = False,
    area: int | None = None,
    division: Division | None = None,
    ties: bool = False,
) -> PlanView:
    """The plan of fiscal year `year` as the public sees it.

    version: an older one, with the reports that were current until the next one came. area: only this area's
    figures are computed. division: of this one where a figure can be told by division. ties: with the figures that show
    each measure, not computed. PlanVersion.DoesNotExist where there is none.
    """
    versions = PlanVersion.objects.filter(fiscal_year=year)
    found = versions.get(is_current=True) if version is None else versions.get(number=version)
    reports = ProgressVersion.objects.filter(plan=found.plan_id)
    if found.is_current:
        reports = reports.current()
    else:
        successor = versions.filter(number=found.number + 1).values("published_at")[:1]
        reports = (
            reports.filter(published_at__lt=successor)
            .order_by("measure_id", "quarter", "-number")
            .distinct("measure_id", "quarter")
        )
    view = PlanView(
        data=found.data.with_ties(_ties(found.plan_id)) if figures or ties else found.data,
        number=found.number,
        published_at=found.published_at,
        digest=found.digest,
        progress=dict(_progress_views(reports)),
    )
    return with_figures(view, area=area, division=division) if figures else view


def _ties(plan_id: int) -> dict[str, tuple[str, ...]]:
    """The figures that show each measure of a plan today, by its id: they are no part of what was published."""
    rows = Measure.objects.filter(area__plan=plan_id).values_list("public_id", "indicators")
    return {measure: tuple(keys) for measure, keys in rows}


def published_versions(year: int) -> list[VersionSummary]:
    """Every published version of the year's structure, newest first."""
    rows = PlanVersion.objects.filter(fiscal_year=year).order_by("-number")
    return [VersionSummary(*row) for row in rows.values_list("number", "published_at", "digest", "is_current")]


def measure_history(year: int, measure_id: str) -> dict[int, list[ProgressView]]:
    """Every published report of a measure by quarter, newest first; empty where nothing was published."""
    versions = ProgressVersion.objects.filter(plan__fiscal_year=year, measure__public_id=measure_id)
    history: dict[int, list[ProgressView]] = defaultdict(list)
    for (_measure, quarter), view in _progress_views(versions.order_by("quarter", "-number")):
        history[quarter].append(view)
    return dict(history)


def draft_plan(plan: Plan) -> PlanView:
    """What the public would see if everything that is being worked on were published now."""
    from .exporting import plan_data

    public = {
        (version.measure.public_id, version.quarter): version
        for version in ProgressVersion.objects.current().filter(plan=plan).select_related("measure")
    }
    rows = (
        Progress.objects.consolidated()
        .filter(measure__area__plan=plan)
        .select_related("measure")
        .prefetch_related("evidence")
    )
    progress = {}
    for row in rows:
        key = (row.measure.public_id, row.quarter)
        current = public.get(key)
        progress[key] = ProgressView(
            quarter=row.quarter,
            status=row.status,
            result=row.result,
            obstacles=row.obstacles,
            next_step=row.next_step,
            published_at=row.updated_at,
            number=(current.number if current else 0) + (1 if row.is_changed else 0),
            evidence=tuple(evidence_view(proof) for proof in row.evidence.all() if proof.withdrawn_at is None),
        )
    latest = plan.versions.order_by("-number").first()
    return PlanView(
        data=plan_data(plan),
        number=latest.number if latest else 0,
        published_at=latest.published_at if latest else None,
        digest=latest.digest if latest else "",
        progress=progress,
    )


def with_figures(view: PlanView, *, area: int | None = None, division: Division | None = None) -> PlanView:
    """`view` with the live figures that its measures name, one call an indicator; of `division` where that is told."""
    measures = [
        measure for found in view.data.areas if area is None or found.number == area for measure in found.measures
    ]
    quarters = FiscalYear(view.data.fiscal_year).quarters
    computed = compute_figures({key for measure in measures for key in measure.indicators}, quarters, division)
    figures = {
        (measure.id, quarter.number): figure_views(measure.indicators, quarter, computed, division)
        for measure in measures
        for quarter in quarters
        if quarter.number in measure.quarters
    }
    return replace(view, figures=figures)


def evidence_view(proof: Evidence) -> EvidenceView:
    """A proof with the address under which it is read."""
    own_page = proof.kind == EvidenceKind.FILE or proof.is_figure
    return EvidenceView(
        title=proof.title,
        url=reverse("measures:evidence", args=[proof.public_id]) if own_page else proof.url,
        sha256=proof.sha256,
        kind=proof.kind,
        size=proof.size,
        content_type=proof.content_type,
        figure=frozen_view(proof) if proof.is_figure else None,
    )


def area_of(data: PlanData, number: int) -> AreaData | None:
    """The area of that number."""
    return next((area for area in data.areas if area.number == number), None)


def _progress_views(versions: Iterable[ProgressVersion]) -> Iterable[tuple[ProgressKey, ProgressView]]:
    chosen = versions.select_related("measure").with_evidence()  # type: ignore[attr-defined]
    for version in chosen:
        yield (
            (version.measure.public_id, version.quarter),
            ProgressView(
                quarter=version.quarter,
                status=version.status,
                result=version.result,
                obstacles=version.obstacles,
                next_step=version.next_step,
                published_at=version.published_at,
                number=version.number,
                evidence=tuple(evidence_view(shown.evidence) for shown in version.published_evidence.all()),
            ),
        )
