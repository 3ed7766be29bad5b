"""Storing a plan that was read from a file: all of it or nothing, keeping what is already reported."""

from __future__ import annotations

import pghistory
from django.db import DatabaseError, IntegrityError, InternalError, models, transaction
from django.utils.translation import gettext as _

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR
from organization.models import Division, Municipality, User

from .documents.text import skeleton, tidy
from .import_measures import MeasureStore
from .import_questions import store_questions
from .import_rows import ImportOutcome, area_place, remove_unmatched, sync
from .matching import pair
from .models import Finding, IssueArea, Limitation, Plan
from .plan_data import AreaData, PlanData, PlanFileError, PlanProblem


def division_spellings() -> dict[str, str]:
    """Every spelling under which files may name a division → its official name, in the municipality's order."""
    spellings: dict[str, str] = {}
    for division in Division.objects.order_by("order"):
        for spelling in (division.name, division.short_name, *division.aliases):
            if isinstance(spelling, str) and skeleton(spelling):
                spellings.setdefault(tidy(spelling), division.name)
                spellings.setdefault(skeleton(spelling), division.name)
    return spellings


def store_plan(data: PlanData, *, by: User, dry_run: bool = False) -> ImportOutcome:
    """Create or update the plan of `data.fiscal_year` as a draft, in one transaction.

    Areas are matched by number, measures by id, then by text, then by place, and keep their public id. PlanFileError,
    and nothing stored, where a report would lose its measure or its quarter, or the file does not fit this portal.
    """
    outcome = ImportOutcome(data.fiscal_year, dry_run)
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, act="import_plan"):
            _store(data, outcome)
            if dry_run:
                transaction.set_rollback(True)
    except (IntegrityError, InternalError) as error:
        raise PlanFileError([PlanProblem(_("plan of %(year)s") % {"year": data.fiscal_year}, _why(error))]) from error
    if dry_run and outcome.plan is not None and not Plan.objects.filter(pk=outcome.plan.pk).exists():
        outcome.plan = None
    return outcome


def _why(error: DatabaseError) -> str:
    """What the database refused, in words. Only a change made by somebody else meanwhile gets this far."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") == "measure_keeps_reported_quarters" or isinstance(
        error, models.ProtectedError
    ):
        return _("a quarter that the file leaves out has a report by now; try again")
    return _("the database refused it: %(reason)s") % {"reason": str(error).splitlines()[0]}


def _store(data: PlanData, outcome: ImportOutcome) -> None:
    plan = _store_plan_row(data, outcome)
    outcome.plan = plan
    areas = {area.number: area for area in plan.areas.select_for_update()}
    measures = MeasureStore(plan, outcome)
    rows = [(_store_area(plan, areas.get(area.number), area, outcome), area) for area in data.areas]
    store_questions(plan, rows, outcome)
    for row, area in rows:
        _store_findings(row, area, outcome)
    measures.store(rows)
    kept = {area.number for area in data.areas}
    gone = [row for number, row in areas.items() if number not in kept]
    for row in gone:
        row.delete()
        outcome.note("removed", row.title, area_place(row.number))
    _store_limitations(plan, data, outcome)


def _store_plan_row(data: PlanData, outcome: ImportOutcome) -> Plan:
    year = data.fiscal_year
    place = _("plan of %(year)s") % {"year": year}
    analysed = data.assessment_year or year - 1
    if not (FIRST_YEAR <= year <= LAST_YEAR and FIRST_YEAR <= analysed <= year):
        reason = _("%(year)s is not a fiscal year of the Buddhist Era, or the assessment is later than the plan")
        raise PlanFileError([PlanProblem(place, reason % {"year": year})])
    plan = Plan.objects.select_for_update().filter(fiscal_year=year).first() or Plan(fiscal_year=year)
    municipality = Municipality.objects.first()
    office = plan.prepared_by or (municipality.plan_office if municipality else "")
    values = {
        "title": data.title,
        "prepared_by": data.prepared_by or tidy(office),
        "assessment_year": analysed,
    }
    sync(plan, values, outcome, data.title, place)
    return plan


def _store_area(plan: Plan, row: IssueArea | None, area: AreaData, outcome: ImportOutcome) -> IssueArea:
    row = row or IssueArea(plan=plan, number=area.number)
    sync(row, {"title": area.title}, outcome, area.title, area_place(area.number))
    return row


def _store_findings(row: IssueArea, area: AreaData, outcome: ImportOutcome) -> None:
    old = list(row.findings.all())
    matched = pair([finding.text for finding in area.findings], old, lambda finding: tidy(finding.text))
    place = _("finding of %(area)s") % {"area": area_place(area.number)}
    for position, (finding, match) in enumerate(zip(area.findings, matched, strict=True), start=1):
        values = {"text": finding.text, "codes": list(finding.questions), "position": position}
        sync(match or Finding(area=row), values, outcome, finding.text, place)
    remove_unmatched(old, matched, outcome, place)


def _store_limitations(plan: Plan, data: PlanData, outcome: ImportOutcome) -> None:
    old = list(plan.limitations.all())
    matched = pair(data.limitations, old, lambda limitation: tidy(limitation.text))
    place = _("limitation")
    for position, (text, match) in enumerate(zip(data.limitations, matched, strict=True), start=1):
        sync(match or Limitation(plan=plan), {"text": text, "position": position}, outcome, text, place)
    remove_unmatched(old, matched, outcome, place)
