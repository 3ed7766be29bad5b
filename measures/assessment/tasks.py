"""What waits for the office with the results: drafts to publish, weak questions that the next plan does not answer."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import User
from organization.tasks import Task, Way, task_sources, ways_in

from ..models import AssessmentResult
from ..models.assessment import KEEP_ASSESSMENT
from .answering import plan_for, weak_questions
from .reading import result_view


def results_that_wait(user: User) -> Iterable[Task]:
    """Drafts; and of the newest result, where a plan answers it, the weak questions without a finding."""
    if not user.has_perm(KEEP_ASSESSMENT):
        return
    for draft in AssessmentResult.objects.drafts().order_by("fiscal_year"):
        yield Task(
            title=_("Publish the result of the assessment of %(year)s") % {"year": draft.fiscal_year},
            count=1,
            url=reverse("measures:assessment_draft", args=[draft.pk]),
        )
    newest = AssessmentResult.objects.current().with_scores().order_by("-fiscal_year").first()
    plan = plan_for(newest.fiscal_year) if newest else None
    if newest is None or plan is None:
        return
    unanswered = [one for one in weak_questions(result_view(newest), plan) if not one.areas]
    if unanswered:
        yield Task(
            title=_("Answer the weak questions of %(year)s in the plan of %(plan)s")
            % {"year": newest.fiscal_year, "plan": plan.fiscal_year},
            count=len(unanswered),
            url=reverse("measures:assessment_weak", args=[newest.fiscal_year]),
            detail=_("Questions below the pass line that no finding of the plan is about."),
        )


task_sources.register("assessment", results_that_wait)
ways_in.register(
    "assessment", Way(gettext_lazy("Results of the assessment"), "measures:assessment_desk", 22, KEEP_ASSESSMENT)
)
