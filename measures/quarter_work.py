"""The work of a quarter: every measure that is due, what was written, what the public sees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from organization.models import Division, User

from .models import Evidence, IssueArea, Measure, Plan, Progress, ProgressVersion


@dataclass(slots=True)
class WorkRow:
    """A measure in a quarter.

    report: the row that is worked on (the consolidated one, or the share of `division`). shares: what divisions
    said. public: the version that the public sees.
    """

    measure: Measure
    quarter: FiscalQuarter
    report: Progress | None = None
    public: ProgressVersion | None = None
    shares: list[Progress] = field(default_factory=list)

    @property
    def evidence(self) -> list[Evidence]:
        """Proofs of the report that are in use."""
        return [] if self.report is None else [proof for proof in self.report.evidence.all() if not proof.withdrawn_at]

    @property
    def public_evidence(self) -> list[Evidence]:
        """Proofs that the public sees."""
        return [shown.evidence for shown in self.public.published_evidence.all()] if self.public else []

    @property
    def is_late(self) -> bool:
        """The quarter is over and the public has been told nothing."""
        return self.public is None and today() > self.quarter.end

    @property
    def is_unpublished(self) -> bool:
        """Something was written that the public does not see."""
        return self.report is not None and self.report.is_changed


def visible_plans(user: User) -> QuerySet[Plan]:
    """Plans that `user` may work on, newest first."""
    if user.has_perm("measures.view_plan") or user.has_perm("measures.report_share"):
        return Plan.objects.order_by("-fiscal_year")
    return Plan.objects.none()


def published_plans() -> QuerySet[Plan]:
    """Plans whose structure is public, newest first: only they are reported on."""
    return Plan.objects.filter(versions__is_current=True).order_by("-fiscal_year")


def default_plan(plans: list[Plan]) -> Plan:
    """The plan to open first: this year's, else the newest that is public, else the newest."""
    public = set(published_plans().values_list("pk", flat=True))
    shown = [plan for plan in plans if plan.pk in public] or plans
    current = FiscalQuarter.current().year.number
    return next((plan for plan in shown if plan.fiscal_year == current), shown[0])


def default_quarter(plan: Plan) -> FiscalQuarter:
    """The quarter to open first: today's in the current year, the first of a coming one, the last of a past one."""
    now = FiscalQuarter.current()
    if plan.fiscal_year == now.year.number:
        return now
    return FiscalQuarter(plan.year, 1 if plan.fiscal_year > now.year.number else 4)


def work_of_office(plan: Plan, quarter: FiscalQuarter, division: Division | None = None) -> list[WorkRow]:
    """The consolidated reports of a quarter, in the plan's order; of one division's measures where it is given."""
    measures = _due(quarter, division)
    rows = {measure.pk: WorkRow(measure, quarter) for measure in measures}
    reports = (
        Progress.objects.filter(measure__in=rows, quarter=quarter.number)
        .select_related("division", "updated_by")
        .prefetch_related("evidence")
        .order_by("division__order")
    )
    for report in reports:
        row = rows[report.measure_id]
        if report.division_id is None:
            row.report = report
        else:
            row.shares.append(report)
    _add_public(rows, quarter)
    return list(rows.values())


def work_of_division(quarter: FiscalQuarter, division: Division) -> list[WorkRow]:
    """The shares that a division reports in a quarter."""
    rows = {measure.pk: WorkRow(measure, quarter) for measure in _due(quarter, division)}
    reports = (
        Progress.objects.filter(measure__in=rows, quarter=quarter.number, division=division)
        .select_related("updated_by")
        .prefetch_related("evidence")
    )
    for report in reports:
        rows[report.measure_id].report = report
    _add_public(rows, quarter)
    return list(rows.values())


def by_area(rows: list[WorkRow]) -> list[tuple[IssueArea, list[WorkRow]]]:
    """Rows under their issue area, in order."""
    return [(area, list(group)) for area, group in groupby(rows, key=lambda row: row.measure.area)]


def missing_reports(plan: Plan, day: dt.date | None = None) -> dict[int, int]:
    """How many measures have no published report, for each quarter that is over on `day` (today)."""
    day = day or today()
    return {
        quarter.number: Measure.objects.due_in(plan.fiscal_year, quarter.number)
        .filter(~Exists(ProgressVersion.objects.current().filter(measure=OuterRef("pk"), quarter=quarter.number)))
        .count()
        for quarter in FiscalYear(plan.fiscal_year).quarters
        if day > quarter.end
    }


def missing_shares(plan: Plan, division: Division, day: dt.date | None = None) -> dict[FiscalQuarter, int]:
    """How many measures of a division have no share yet, for each quarter that has begun on `day` (today)."""
    day = day or today()
    return {
        quarter: Measure.objects.due_in(plan.fiscal_year, quarter.number)
        .of_division(division)
        .filter(~Exists(Progress.objects.filter(measure=OuterRef("pk"), quarter=quarter.number, division=division)))
        .count()
        for quarter in plan.year.quarters
        if day >= quarter.start
    }


def _due(quarter: FiscalQuarter, division: Division | None) -> QuerySet[Measure]:
    measures = Measure.objects.due_in(quarter.year.number, quarter.number)
    if division is not None:
        measures = measures.of_division(division)
    return (
        measures.select_related("area__plan")
        .prefetch_related("responsibilities__division")
        .order_by("area__number", "position", "pk")
    )


def _add_public(rows: dict[int, WorkRow], quarter: FiscalQuarter) -> None:
    versions = ProgressVersion.objects.current().filter(measure__in=rows, quarter=quarter.number).with_evidence()
    for version in versions:
        rows[version.measure_id].public = version
