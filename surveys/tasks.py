"""What waits for those who keep the surveys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import FiscalQuarter, today
from organization.models import User
from organization.tasks import Task, Way, task_sources, ways_in

from .choices import Purpose, State
from .models import Questionnaire, Remark, Survey, Version
from .querysets import KEEP_SURVEYS
from .reading.desk import came_in

FEW = 30
"""Below so many answers a quarter's survey says little: the municipality's own aim."""
SOON = dt.timedelta(days=14)
LATE_DAYS = 7


def missing(day: dt.date) -> list[Questionnaire]:
    """Regular questionnaires, in use, without their survey of the quarter in which `day` lies."""
    quarter = FiscalQuarter.of(day)
    there = Survey.objects.filter(
        questionnaire=OuterRef("pk"), fiscal_year=quarter.year.number, quarter=quarter.number
    )  # fmt: skip
    usable = Version.objects.filter(questionnaire=OuterRef("pk"), state=State.PUBLISHED)
    return list(Questionnaire.objects.filter(~Exists(there), Exists(usable), regular=True).order_by("slug"))


def quiet(day: dt.date) -> list[Survey]:
    """Surveys of a quarter that end within two weeks and have few answers."""
    rows = Survey.objects.open(day).of(Purpose.SATISFACTION).filter(quarter__isnull=False, closes_on__lt=day + SOON)
    surveys = list(rows.select_related("questionnaire").order_by("closes_on", "pk"))
    came = came_in(surveys) if surveys else {}
    return [survey for survey in surveys if came[survey.pk].all < FEW]


def keepers_tasks(user: User) -> Iterable[Task]:
    """Words to look at, surveys with few answers or missing. At most five queries."""
    if not user.has_perm(KEEP_SURVEYS):
        return
    day = today()
    if waiting := Remark.objects.waiting().count():
        yield Task(_("Look at what people wrote in surveys"), waiting, reverse("surveys:remarks"))
    for survey in quiet(day):
        left = (survey.closes_on - day).days
        yield Task(
            _("Ask more people to answer: %(survey)s") % {"survey": survey.name}, 1,
            reverse("surveys:survey", args=[survey.code]), late=left < LATE_DAYS,
            detail=_("It has fewer than %(few)d answers, and %(days)d days are left.") % {"few": FEW, "days": left},
        )  # fmt: skip
    if found := missing(day):
        yield Task(_("Open the surveys of this quarter"), len(found), reverse("surveys:desk"), late=True)


ways_in.register("surveys.desk", Way(gettext_lazy("Survey desk"), "surveys:desk", 25, KEEP_SURVEYS))
task_sources.register("surveys", keepers_tasks)
