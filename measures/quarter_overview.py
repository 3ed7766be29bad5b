"""Who has what still to do in a quarter: by division the measures, by person the work that waits.

Few officers have many jobs (limitation 2 of the plan): on one page everybody sees their own part, the office that keeps
the plan and the mayor see everybody's. What only the person may know (`confidential_sources`) is left out of that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ita_portal.fiscal import FiscalQuarter, today
from ita_portal.spreadsheets import Value
from organization.models import Division, User
from organization.tasks import Task, tasks_of_people

from .models import Measure, Plan, Progress, ProgressVersion

SEE_ALL = "measures.see_everyones_work"
STATES = ("late", "waiting", "all")


@dataclass(slots=True)
class DivisionPart:
    """The measures of a division in a quarter. missing: those of which it has reported nothing, as `3.2` and text."""

    division: Division
    due: int = 0
    reported: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)

    @property
    def share(self) -> int:
        """Percent of its measures that it has reported; all of none is all."""
        return round(100 * self.reported / self.due) if self.due else 100


@dataclass(frozen=True, slots=True)
class OfficePart:
    """What the office that keeps the plan has still to do: due measures, those written, those published."""

    due: int
    written: int
    published: int


@dataclass(frozen=True, slots=True)
class PersonPart:
    """A person and what waits for them, what is late first."""

    person: User
    tasks: list[Task]

    @property
    def late(self) -> int:
        """Kinds of work of which a day has passed."""
        return sum(task.late for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Overview:
    """The page. people: those whom the choice leaves, who have most that is late first."""

    plan: Plan | None
    quarter: FiscalQuarter
    is_over: bool
    office: OfficePart | None
    divisions: list[DivisionPart]
    people: list[PersonPart]

    @property
    def due(self) -> int:
        """Shares that all divisions owe, added up."""
        return sum(part.due for part in self.divisions)

    @property
    def reported(self) -> int:
        """Of those, the ones that were reported."""
        return sum(part.reported for part in self.divisions)


def overview(
    user: User, plan: Plan | None, quarter: FiscalQuarter, *,
    division: Division | None = None, state: str = "waiting", day: dt.date | None = None,
) -> Overview:  # fmt: skip
    """What `user` may see of `quarter`, of one division where it is given.

    state: people with something `late`, with something `waiting`, or `all`.
    """
    sees_all = user.has_perm(SEE_ALL)
    if not sees_all:
        division = user.division
    return Overview(
        plan=plan,
        quarter=quarter,
        is_over=(day or today()) > quarter.end,
        office=_office(plan, quarter) if plan and (sees_all or user.has_perm("measures.publish_plan")) else None,
        divisions=_divisions(plan, quarter, division, own_only=not sees_all) if plan else [],
        people=_people(user, division, state) if sees_all else [PersonPart(user, _own_tasks(user))],
    )


def _office(plan: Plan, quarter: FiscalQuarter) -> OfficePart:
    due = Measure.objects.due_in(plan.fiscal_year, quarter.number)
    return OfficePart(
        due=due.count(),
        written=Progress.objects.consolidated().filter(measure__in=due, quarter=quarter.number).count(),
        published=ProgressVersion.objects.current().filter(measure__in=due, quarter=quarter.number).count(),
    )


def _divisions(plan: Plan, quarter: FiscalQuarter, division: Division | None, *, own_only: bool) -> list[DivisionPart]:
    """By division, those with the most missing first. Four queries, however many measures and divisions."""
    divisions = [division] if division else [] if own_only else list(Division.objects.filter(active=True))
    parts = {one.pk: DivisionPart(one) for one in divisions}
    measures = (
        Measure.objects.due_in(plan.fiscal_year, quarter.number)
        .select_related("area")
        .prefetch_related("responsibilities")
        .order_by("area__number", "position", "pk")
    )
    reported = set(
        Progress.objects.shares()
        .filter(measure__area__plan=plan, quarter=quarter.number)
        .values_list("measure_id", "division_id")
    )
    for measure in measures:
        owners = parts if measure.all_divisions else {row.division_id for row in measure.responsibilities.all()}
        for owner in owners:
            part = parts.get(owner)
            if part is None:
                continue
            part.due += 1
            if (measure.pk, owner) in reported:
                part.reported += 1
            else:
                part.missing.append((f"{measure.area.number}.{measure.position}", measure.text))
    return sorted(parts.values(), key=lambda part: -len(part.missing))


def _own_tasks(user: User) -> list[Task]:
    return tasks_of_people([user], confidential=True)[user.pk]


def _people(viewer: User, division: Division | None, state: str) -> list[PersonPart]:
    people = User.objects.filter(is_active=True).select_related("division").order_by("division__order", "first_name")
    if division is not None:
        people = people.filter(division=division)
    listed = list(people)
    found = tasks_of_people(listed)
    if viewer.pk in found:  # their own as of this moment, with what only they may know
        found[viewer.pk] = _own_tasks(viewer)
    parts = [PersonPart(person, found[person.pk]) for person in listed]
    if state == "late":
        parts = [part for part in parts if part.late]
    elif state == "waiting":
        parts = [part for part in parts if part.tasks]
    return sorted(parts, key=lambda part: (-part.late, -len(part.tasks)))


CSV_HEADER = ("kind", "division", "person", "position", "what", "count", "late")


def overview_rows(found: Overview) -> Iterator[Sequence[Value]]:
    """The page as rows of a table: measures that a division has not reported, and work that waits for a person."""
    for part in found.divisions:
        for label, text in part.missing:
            yield "measure", part.division.name, "", "", f"{label} {text}", 1, found.is_over
    for one in found.people:
        name = one.person.division.name if one.person.division else ""
        for task in one.tasks:
            yield "task", name, str(one.person), one.person.position, task.title, task.count, task.late
