"""What waits for a person: documents to read; for the office, drafts that lie and who has not confirmed for long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import User
from organization.tasks import Task, Way, task_sources, task_sources_of_many, ways_in

from . import tasks_trainings  # noqa: F401 - registers
from .choices import KEEP_GUIDELINES
from .models import Version
from .reading import has_stood, waiting

DRAFT_DAYS = 14
"""After how many days an unfinished draft is asked about."""


def readers_tasks(user: User) -> Iterable[Task]:
    """What somebody of the staff has to read and confirm. Four queries, none for who works in no division."""
    return readers_tasks_of_many([user]).get(user.pk, [])


def readers_tasks_of_many(people: Sequence[User]) -> Mapping[int, list[Task]]:
    """As `readers_tasks`. Four queries, however many people."""
    of_staff = [person for person in people if person.division_id is not None]
    if not of_staff:
        return {}
    url = reverse("guidelines:mine")
    return {
        person: [
            Task(
                title=_("Read what staff must know and confirm it"), count=len(found), url=url,
                late=any(has_stood(one.version) for one in found),
            )
        ]
        for person, found in waiting(of_staff).items()
        if found
    }  # fmt: skip


def old_drafts(day: dt.date) -> int:
    """Drafts that have lain for two weeks."""
    begin = timezone.make_aware(dt.datetime.combine(day - dt.timedelta(days=DRAFT_DAYS), dt.time()))
    return Version.objects.drafts().filter(made_at__lt=begin).count()


def offices_tasks(user: User) -> Iterable[Task]:
    """Drafts that have lain. One query."""
    if user.has_perm(KEEP_GUIDELINES) and (drafts := old_drafts(timezone.localdate())):
        yield Task(
            title=_("Finish drafts of guidelines, or throw them away"), count=drafts, url=reverse("guidelines:desk")
        )  # fmt: skip


ways_in.register("guidelines.mine", Way(gettext_lazy("Guidelines: what I have to read"), "guidelines:mine", 50))
ways_in.register("guidelines.desk", Way(gettext_lazy("Guidelines desk"), "guidelines:desk", 51, KEEP_GUIDELINES))
task_sources.register("guidelines.reader", readers_tasks)
task_sources_of_many.register("guidelines.reader", readers_tasks_of_many)
task_sources.register("guidelines.office", offices_tasks)
