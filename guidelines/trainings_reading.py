"""What is told of trainings: to everybody, to the staff and to the organiser; each in a fixed number of queries.

Everybody learns how many were there, by division only in groups of five and more, and no name. Averages of tests are
told once a training is closed: from then on nothing comes in, so that no two of them can be compared to find one
person's score; and only of five and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count, DecimalField, F, Q, QuerySet
from django.db.models.functions import Cast

from ita_portal import small_groups
from ita_portal.fiscal import FiscalYear
from ita_portal.keyset import Keyset
from ita_portal.small_groups import LEAST
from organization.models import User

from . import reading
from .choices import KEEP_GUIDELINES
from .models import Attendance, Certificate, Enrolment, Training, TrainingAverage, TrainingResult
from .trainings_choices import Moment, Topic, TrainingState

PAGE = 30
NEWEST = Keyset(Training, "-first_day", "-pk")


def staff() -> QuerySet[User]:
    """Who works in a division of the municipality today."""
    return User.objects.filter(reading.staff())


# Groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a division were there. name: empty for all smaller divisions together."""

    name: str
    people: int


def merged(groups: Iterable[Group]) -> list[Group]:
    """Groups of five people and more; smaller ones are one without a name (`ita_portal.small_groups`)."""
    all_ = list(groups)
    return [
        all_[places[0]] if len(places) == 1 else Group("", sum(all_[place].people for place in places))
        for places in small_groups.merged({place: group.people for place, group in enumerate(all_)})
    ]


# Everybody --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Average:
    """What people reached in a test on average. mean: percent; None where fewer than five took it."""

    people: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class Told:
    """A training as everybody sees it. before, after: where it had a test and is closed."""

    training: Training
    attended: int
    before: Average | None
    after: Average | None


def averages(trainings: Sequence[Training]) -> dict[tuple[int, str], Average]:
    """The averages of closed trainings, by training and moment. One query.

    Those of long ago were kept when the scores were destroyed (`retention_trainings`).
    """
    closed = [training.pk for training in trainings if training.state == TrainingState.CLOSED]
    kept = TrainingAverage.objects.filter(training__in=closed).order_by()
    return averages_of(
        TrainingResult.objects.filter(training__in=closed),
        kept.values_list("training_id", "moment", "people", "mean"),
    )


def averages_of(results: QuerySet[TrainingResult], *kept: QuerySet[Any, Any]) -> dict[tuple[int, str], Average]:
    """The averages of some results, and those that were kept, by training and moment. One query."""
    # Cast: whole numbers divided by each other would be rounded down, each person's score for itself.
    score = Cast("correct", DecimalField(max_digits=12, decimal_places=4)) * 100 / F("questions")
    rows = (
        results.order_by()
        .values_list("training_id", "moment")
        .annotate(people=Count("pk"), mean=Avg(score, output_field=DecimalField()))
    )
    return {
        (training, moment): Average(people, mean.quantize(Decimal("0.01"), ROUND_HALF_UP) if people >= LEAST else None)
        for training, moment, people, mean in rows.union(*kept, all=True)
    }


def told(trainings: Sequence[Training]) -> list[Told]:
    """Trainings with what everybody may know of them. Two queries."""
    people = dict(
        Attendance.objects.filter(session__training__in=trainings)
        .order_by()
        .values_list("session__training")
        .annotate(n=Count("user", distinct=True))
    )
    means = averages(trainings)
    return [
        Told(
            training, people.get(training.pk, 0),
            means.get((training.pk, Moment.BEFORE.value)), means.get((training.pk, Moment.AFTER.value)),
        )
        for training in trainings
    ]  # fmt: skip


def public_trainings(year: FiscalYear | None, topic: str) -> Any:
    """What everybody may know of, with its divisions."""
    rows = Training.objects.public().filter(first_day__isnull=False)
    if year is not None:
        rows = rows.of_year(year)
    if topic in Topic.values:
        rows = rows.filter(topic=topic)
    return rows.select_related("organiser").prefetch_related("sessions", "divisions")


def public_years() -> list[int]:
    """Fiscal years with a training, the newest first, this one always among them. One query."""
    days = Training.objects.public().filter(first_day__isnull=False).values_list("first_day", flat=True).distinct()
    return sorted({FiscalYear.of(day).number for day in days} | {FiscalYear.current().number}, reverse=True)


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year in figures. held: trainings. people: who were there, each once. groups: by division, merged.

    Of one topic there are no groups: those of the year without those of a topic could tell of one or two people.
    """

    held: int
    to_come: int
    people: int
    groups: list[Group]


def year_in_figures(year: FiscalYear, topic: str) -> Year:
    """The figures of a fiscal year, of one topic or of all. Three queries at most."""
    trainings = Training.objects.public().of_year(year)
    is_of_topic = topic in Topic.values
    if is_of_topic:
        trainings = trainings.filter(topic=topic)
    counts = trainings.aggregate(
        held=Count("pk", filter=~Q(state=TrainingState.ANNOUNCED)),
        to_come=Count("pk", filter=Q(state=TrainingState.ANNOUNCED)),
    )
    there = Attendance.objects.filter(session__training__in=trainings).order_by()
    people = there.aggregate(n=Count("user", distinct=True))["n"]
    if is_of_topic:
        return Year(counts["held"], counts["to_come"], people, [])
    rows = (
        there.values_list("division__name", "division__order")
        .annotate(n=Count("user", distinct=True))
        .order_by("division__order")
    )
    groups = merged(Group(name or "", n) for name, _order, n in rows)
    return Year(counts["held"], counts["to_come"], people, groups)


# Staff ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mine:
    """A training for a person. enrolment: theirs, None without. days_there: on how many days they were there."""

    training: Training
    enrolment: Enrolment | None
    days_there: int
    certificate: Certificate | None

    @property
    def free(self) -> int | None:
        """Seats that are left; None where there is no limit."""
        if self.training.seats is None:
            return None
        return max(self.training.seats - self.training.seated, 0)  # type: ignore[attr-defined]


def mine(trainings: Any, user: User) -> list[Mine]:
    """Trainings with what a person has to do with them. Six queries."""
    rows = list(trainings.with_seats().select_related("organiser").prefetch_related("sessions", "divisions"))
    enrolments = {row.training_id: row for row in Enrolment.objects.filter(user=user, training__in=rows)}
    there = dict(
        Attendance.objects.filter(user=user, session__training__in=rows)
        .order_by()
        .values_list("session__training")
        .annotate(n=Count("pk"))
    )
    certificates = {row.training_id: row for row in Certificate.objects.filter(user=user, training__in=rows)}
    return [Mine(row, enrolments.get(row.pk), there.get(row.pk, 0), certificates.get(row.pk)) for row in rows]


def certificates_of(user: User) -> QuerySet[Certificate]:
    """The certificates that a person may open: their own, an organiser all of them."""
    rows = Certificate.objects.all()
    return rows if user.has_perm(KEEP_GUIDELINES) else rows.filter(user=user)


# Organiser --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list of a training. there: their attendance by session; certificate: its number, or empty."""

    enrolment: Enrolment
    there: dict[int, Attendance]
    certificate: str

    @property
    def days_there(self) -> int:
        """On how many days."""
        return len(self.there)


def people_of(training: Training) -> list[Listed]:
    """The list of a training: seats first, by division and name. Three queries."""
    enrolments = (
        training.enrolments.select_related("user__division")
        .order_by("waiting", "user__division__order", "user__first_name", "user__last_name", "pk")
    )  # fmt: skip
    there: dict[int, dict[int, Attendance]] = {}
    for row in Attendance.objects.filter(session__training=training).select_related("recorded_by", "division"):
        there.setdefault(row.user_id, {})[row.session_id] = row
    numbers = {
        user: f"{number}/{year}"
        for user, number, year in training.certificates.values_list("user_id", "number", "fiscal_year")
    }
    return [Listed(row, there.get(row.user_id, {}), numbers.get(row.user_id, "")) for row in enrolments]


def counts_by_state() -> dict[str, int]:
    """How many trainings stand in each state. One query."""
    counts = dict(Training.objects.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: counts.get(state, 0) for state in TrainingState.values}
