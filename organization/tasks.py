"""What waits for a person: each app adds its own in `<app>/tasks.py`, the staff home shows them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import get_language

from ita_portal.registry import Registry

from .models import User


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of work that waits.

    title: what to do, translated. count: how many. url: where to do it. late: whether a day has passed.
    """

    title: str
    count: int
    url: str
    late: bool = False
    detail: str = ""


TaskSource = Callable[[User], Iterable[Task]]
task_sources: Registry[TaskSource] = Registry("task source")
confidential_sources: set[str] = set()
"""Keys of sources whose tasks only the person sees: not even their number is told to others."""


@dataclass(frozen=True, slots=True)
class Way:
    """A page of the staff that a person comes back to. permission: which it needs; none: every person's."""

    title: str | Promise
    url_name: str
    order: int
    permission: str = ""


ways_in: Registry[Way] = Registry("way in")


def ways_for(user: User) -> list[Way]:
    """The pages for `user`, in their order."""
    return sorted(
        (way for way in ways_in if not way.permission or user.has_perm(way.permission)), key=lambda way: way.order
    )


def tasks_for(user: User) -> list[Task]:
    """Everything that waits for `user`, what is late first."""
    found = [task for source in task_sources for task in source(user)]
    return sorted(found, key=lambda task: not task.late)


# Of many people --------------------------------------------------------------------------------------------------

TasksOfMany = Callable[[Sequence[User]], Mapping[int, Iterable[Task]]]
task_sources_of_many: Registry[TasksOfMany] = Registry("task source of many people")
"""Under the key of a task source: the same tasks of many people at once, by their key, in queries whose number does not
grow with the people. A source without one is asked person by person."""


def tasks_of_people(people: Sequence[User], *, confidential: bool = False) -> dict[int, list[Task]]:
    """What waits for each of `people`, by their key, what is late first.

    confidential: with the tasks that only the person sees, and as of this moment; else what a source without one of
    many says is kept for `KEPT_SECONDS`. Permissions are read once for all of them, so that a source which asks for a
    permission first costs nothing for those who lack it.
    """
    _know_permissions(people)
    found: dict[int, list[Task]] = {person.pk: [] for person in people}
    for key in list(task_sources.keys()):
        if key in confidential_sources and not confidential:
            continue
        of_many = task_sources_of_many.get(key)
        if of_many is not None:
            for person_id, tasks in of_many(people).items():
                found[person_id] += tasks
        elif (source := task_sources.get(key)) is not None:
            for person_id, told in _one_by_one(key, source, people, kept=not confidential).items():
                found[person_id] += told
    return {person_id: sorted(tasks, key=lambda task: not task.late) for person_id, tasks in found.items()}


KEPT_SECONDS = 300
"""For how long what a source said of a person is kept for others, where it is asked person by person."""


def _one_by_one(key: str, source: TaskSource, people: Sequence[User], *, kept: bool) -> dict[int, list[Task]]:
    """Each person asked alone. kept: what was said of them some minutes ago will do, as nobody works by it."""
    if not kept:
        return {person.pk: list(source(person)) for person in people}
    name, now = f"tasks:{key}:{get_language()}", time.time()
    known: dict[int, tuple[float, list[Task]]] = caches["default"].get(name, {})
    fresh = {
        person.pk: (now, list(source(person)))
        for person in people
        if person.pk not in known or now - known[person.pk][0] > KEPT_SECONDS
    }
    if fresh:
        caches["default"].set(name, known | fresh, KEPT_SECONDS)
    said = known | fresh
    return {person.pk: said[person.pk][1] for person in people}


def _know_permissions(people: Sequence[User]) -> None:
    """Fill the cache in which Django's backend keeps what a person may do. Three queries, however many people."""
    by_group: dict[int, set[str]] = defaultdict(set)
    label = F("permission__content_type__app_label"), F("permission__codename")
    for group, app, codename in Group.permissions.through.objects.values_list("group_id", *label):
        by_group[group].add(f"{app}.{codename}")
    granted: dict[int, set[str]] = defaultdict(set)
    wanted = [person.pk for person in people]
    for person_id, group in User.groups.through.objects.filter(user_id__in=wanted).values_list("user_id", "group_id"):
        granted[person_id] |= by_group[group]
    own = User.user_permissions.through.objects.filter(user_id__in=wanted).values_list("user_id", *label)
    for person_id, app, codename in own:
        granted[person_id].add(f"{app}.{codename}")
    for person in people:
        if not person.is_superuser and not hasattr(person, "_perm_cache"):
            person._perm_cache = granted[person.pk] if person.is_active else set()  # type: ignore[attr-defined]
