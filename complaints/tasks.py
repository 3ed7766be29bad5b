"""What waits for integrity officers. Counts of the complaints that they may see; no vault needs to be open for it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from organization.models import User
from organization.tasks import Task, Way, confidential_sources, task_sources, task_sources_of_many, ways_in

from .choices import FINISHED, State
from .http import DESK_PERMISSION
from .models import Case
from .models.posters import CHECK_POSTERS
from .posters import waiting_places

LATE = dt.timedelta(days=14)
"""How long before the end of a quarter posters at which nobody has looked count as late."""


def complaints_that_wait(user: User) -> Iterable[Task]:
    """Overdue answers first, then new complaints, answers to give, news from reporters."""
    if not user.has_perm(DESK_PERMISSION):
        return
    owed = ~Q(state__in=FINISHED) & Q(answered_on=None)
    day = today()
    counts = Case.objects.visible_to(user).aggregate(
        overdue=Count("pk", filter=owed & Q(due_on__lt=day)),
        new=Count("pk", filter=Q(state=State.RECEIVED, due_on__gte=day)),
        owed=Count("pk", filter=owed & ~Q(state=State.RECEIVED) & Q(due_on__gte=day)),
        news=Count("pk", filter=Q(has_news=True) & ~Q(state=State.RECEIVED)),
    )
    desk = reverse("complaints:desk")
    for name, title, query in (
        ("overdue", _("Answer complaints whose time limit has passed"), "?overdue=1"),
        ("new", _("Take up new complaints"), "?state=received"),
        ("owed", _("Give the first answer to complaints"), ""),
        ("news", _("Read what reporters wrote"), "?news=1"),
    ):
        if counts[name]:
            yield Task(title=title, count=counts[name], url=desk + query, late=name == "overdue")


def posters_that_wait(user: User) -> Iterable[Task]:
    """Places at which nobody has looked in this quarter; late in its last two weeks."""
    if user.has_perm(CHECK_POSTERS):
        yield from _posters()


def posters_of_many(people: Sequence[User]) -> Mapping[int, Iterable[Task]]:
    """As above: the same for all who look after the posters."""
    keepers = [person.pk for person in people if person.has_perm(CHECK_POSTERS)]
    tasks = list(_posters()) if keepers else []
    return dict.fromkeys(keepers, tasks)


def _posters() -> Iterable[Task]:
    quarter = FiscalQuarter.current()
    count = waiting_places(quarter).count()
    if count:
        yield Task(
            title=_("Look at the channel's posters this quarter"), count=count, url=reverse("complaints:posters"),
            late=today() > quarter.end - LATE,
        )  # fmt: skip


task_sources.register("complaints", complaints_that_wait)
task_sources.register("complaints.posters", posters_that_wait)
task_sources_of_many.register("complaints.posters", posters_of_many)
confidential_sources.add("complaints")  # who has how many would tell who is kept away from a case
ways_in.register("complaints", Way(gettext_lazy("Complaint desk"), "complaints:desk", 10, DESK_PERMISSION))
ways_in.register(
    "complaints.posters", Way(gettext_lazy("Places of the channel's poster"), "complaints:posters", 12, CHECK_POSTERS)
)
