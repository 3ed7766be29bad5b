"""Storing the measures of a plan so that what was reported on them stays theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.utils.translation import gettext as _

from organization.models import Division

from .documents.text import tidy
from .import_rows import ImportOutcome, area_place, sync
from .indicators import indicators
from .matching import pair
from .models import IssueArea, Measure, Plan, Progress, ProgressVersion, Responsibility
from .models.structure import new_public_id
from .plan_data import AreaData, MeasureData, PlanFileError, PlanProblem

Rows = Sequence[tuple[IssueArea, AreaData]]


class MeasureStore:
    """The measures of one plan while it is imported."""

    def __init__(self, plan: Plan, outcome: ImportOutcome) -> None:
        self.outcome = outcome
        old = Measure.objects.filter(area__plan=plan).select_related("area").prefetch_related("responsibilities")
        self.old = {measure.public_id: measure for measure in old.order_by("area__number", "position", "pk")}
        self.divisions = {division.name: division for division in Division.objects.all()}
        self.reported: dict[int, set[int]] = {}
        for table in (Progress, ProgressVersion):
            for measure, quarter in table.objects.filter(measure__area__plan=plan).values_list("measure", "quarter"):
                self.reported.setdefault(measure, set()).add(quarter)

    def store(self, rows: Rows) -> None:
        """Create and change; delete what the file no longer holds. PlanFileError with every reason against it."""
        matched = self._match(rows)
        kept = {row.pk for measures in matched for row in measures if row is not None}
        gone = [measure for measure in self.old.values() if measure.pk not in kept]
        if problems := [*self._objections(rows, matched), *self._losses(gone)]:
            raise PlanFileError(problems)
        taken = self._taken_elsewhere(rows)
        for (row, area), matches in zip(rows, matched, strict=True):
            for position, (measure, match) in enumerate(zip(area.measures, matches, strict=True), start=1):
                self._save(row, position, measure, match, taken)
        for old in gone:
            place = _measure_place(old.area.number, old.position)
            old.delete()
            self.outcome.note("removed", old.text, place)

    def _match(self, rows: Rows) -> list[list[Measure | None]]:
        by_id = [[self.old.get(measure.id) for measure in area.measures] for _row, area in rows]
        claimed = {measure.pk for measures in by_id for measure in measures if measure}
        for (row, area), matches in zip(rows, by_id, strict=True):
            settled = frozenset(index for index, match in enumerate(matches) if match)
            free = [
                measure if measure.pk not in claimed else None
                for measure in self.old.values()
                if measure.area_id == row.pk
            ]
            texts = [measure.text for measure in area.measures]
            for index, match in enumerate(pair(texts, free, lambda old: tidy(old.text) if old else "", skip=settled)):
                matches[index] = matches[index] or match
        return by_id

    def _objections(self, rows: Rows, matched: list[list[Measure | None]]) -> list[PlanProblem]:
        problems = []
        for (_row, area), matches in zip(rows, matched, strict=True):
            for number, (measure, match) in enumerate(zip(area.measures, matches, strict=True), start=1):
                place = _measure_place(area.number, number)
                lost = sorted(self.reported.get(match.pk, set()) - set(measure.quarters)) if match else []
                if lost:
                    problems.append(PlanProblem(place, _reported(lost)))
                problems += [PlanProblem(place, reason) for reason in self._unknown(measure)]
        return problems

    def _unknown(self, measure: MeasureData) -> list[str]:
        reasons = [
            _("this municipality has no division “%(name)s”; it has: %(known)s")
            % {"name": name, "known": ", ".join(self.divisions)}
            for name in measure.divisions
            if name not in self.divisions
        ]
        known = indicators.keys()
        # Of an app that offers no figure yet, figures may be named ahead.
        offering = {key.partition(".")[0] for key in known}
        reasons += [
            _("there is no live figure “%(key)s”; there are: %(known)s") % {"key": key, "known": ", ".join(known)}
            for key in measure.indicators
            if key not in known and (key.partition(".")[0] in offering or not apps.is_installed(key.partition(".")[0]))
        ]
        return reasons

    def _losses(self, gone: list[Measure]) -> list[PlanProblem]:
        return [
            PlanProblem(
                _measure_place(measure.area.number, measure.position),
                _("the file leaves out the measure “%(text)s”, but it has reports (quarter %(quarters)s)")
                % {"text": tidy(measure.text)[:80], "quarters": _numbers(self.reported[measure.pk])},
            )
            for measure in gone
            if measure.pk in self.reported
        ]

    def _taken_elsewhere(self, rows: Rows) -> set[str]:
        """Ids of the file that belong to measures of other plans: those rows get new ones."""
        wanted = {measure.id for _row, area in rows for measure in area.measures if measure.id} - set(self.old)
        return set(Measure.objects.filter(public_id__in=wanted).values_list("public_id", flat=True))

    def _save(
        self, row: IssueArea, position: int, measure: MeasureData, match: Measure | None, taken: set[str]
    ) -> None:
        place = _measure_place(row.number, position)
        if match is None:
            public_id = measure.id if measure.id and measure.id not in taken else new_public_id()
            match = Measure(area=row, public_id=public_id)
        elif match.area_id != row.pk:
            match.area = row
            match.save(update_fields=["area"])
        values = {
            "text": measure.text,
            "quarters": list(measure.quarters),
            "schedule": measure.schedule,
            "all_divisions": measure.all_divisions,
            # A file that names no figure says nothing of them: the official table has no column for them.
            "indicators": list(measure.indicators) or (match.indicators if match.pk else []),
            "position": position,
        }
        named = set() if match.pk is None else {item.division_id for item in match.responsibilities.all()}
        wanted = {self.divisions[name].pk for name in measure.divisions}
        sync(match, values, self.outcome, measure.text, place, also_changed=named != wanted)
        for division in sorted(wanted - named):
            Responsibility.objects.create(measure=match, division_id=division)
        Responsibility.objects.filter(measure=match, division__in=named - wanted).delete()


def _measure_place(area: int, number: int) -> str:
    return _("%(area)s, measure %(number)s") % {"area": area_place(area), "number": number}


def _numbers(quarters: set[int] | list[int]) -> str:
    return ", ".join(str(quarter) for quarter in sorted(quarters))


def _reported(lost: list[int]) -> str:
    return _("the new time leaves out quarter %(quarters)s, which has a report") % {"quarters": _numbers(lost)}
