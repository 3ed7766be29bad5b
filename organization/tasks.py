"""What waits for a person: each app adds its own in `<app>/tasks.py`, the staff home shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

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
