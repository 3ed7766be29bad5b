"""What waits for integrity officers. Counts of the complaints that they may see; no vault needs to be open for it."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from organization.models import User
from organization.tasks import Task, Way, task_sources, ways_in

from .choices import FINISHED, State
from .http import DESK_PERMISSION
from .models import Case


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


task_sources.register("complaints", complaints_that_wait)
ways_in.register("complaints", Way(gettext_lazy("Complaint desk"), "complaints:desk", 10, DESK_PERMISSION))
