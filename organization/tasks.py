"""What waits for a person: each app adds its own in `<app>/tasks.py`, the staff home shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

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


def tasks_for(user: User) -> list[Task]:
    """Everything that waits for `user`, what is late first."""
    found = [task for source in task_sources for task in source(user)]
    return sorted(found, key=lambda task: not task.late)
