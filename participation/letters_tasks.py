"""What waits for a person because of letters: to be given to a division, answered, decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from .choices import LetterState
from .models import Letter
from .permissions import ANSWER_LETTERS, KEEP_PARTICIPATION


def office_tasks(user: User) -> Iterable[Task]:
    """The plan office: letters that are with nobody, late ones of others, what may be published. Two queries."""
    if not user.has_perm(KEEP_PARTICIPATION):
        return
    day, desk = today(), reverse("participation:desk")
    late = Q(next_due_on__lt=day)
    found = Letter.objects.open().aggregate(
        received=Count("pk", filter=Q(state=LetterState.RECEIVED)),
        received_late=Count("pk", filter=Q(state=LetterState.RECEIVED) & late),
        with_others=Count("pk", filter=Q(state=LetterState.WITH_DIVISION) & late & ~Q(division=user.division_id)),
    )
    if found["received"]:
        yield Task(
            title=_("Give letters of citizens to a division"), count=found["received"], url=f"{desk}?state=received",
            late=bool(found["received_late"]),
        )  # fmt: skip
    if found["with_others"]:
        yield Task(
            title=_("Letters that divisions have not answered in time"), count=found["with_others"],
            url=f"{desk}?late=late", late=True,
        )  # fmt: skip
    if to_decide := Letter.objects.to_decide().count():
        yield Task(
            title=_("Decide which answered letters are published"), count=to_decide, url=f"{desk}?state=to_decide"
        )


def division_tasks(user: User) -> Iterable[Task]:
    """People of a division: letters that are with it. One query."""
    return division_tasks_of_many([user]).get(user.pk, [])


def division_tasks_of_many(people: Sequence[User]) -> Mapping[int, list[Task]]:
    """As `division_tasks`. One query, however many people."""
    division_of = {
        person.pk: person.division_id for person in people if person.division_id and person.has_perm(ANSWER_LETTERS)
    }
    if not division_of:
        return {}
    counted = (
        Letter.objects.filter(state=LetterState.WITH_DIVISION, division__in=set(division_of.values()))
        .order_by()
        .values_list("division")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(next_due_on__lt=today())))
    )
    url = f"{reverse('participation:desk')}?state=with_division"
    tasks = {
        division: Task(title=_("Answer letters of citizens"), count=n, url=url, late=bool(late))
        for division, n, late in counted
    }
    return {person: [tasks[division]] for person, division in division_of.items() if division in tasks}


ways_in.register(
    "participation.letters", Way(gettext_lazy("Letters of citizens"), "participation:desk", 25, ANSWER_LETTERS)
)
task_sources.register("participation.letters.office", office_tasks)
task_sources.register("participation.letters.division", division_tasks)
task_sources_of_many.register("participation.letters.division", division_tasks_of_many)
