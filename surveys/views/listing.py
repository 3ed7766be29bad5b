"""Pages: which surveys there are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from ..choices import Purpose
from ..http import show, surveys_public
from ..models import Survey
from ..services.counting import TOGETHER

_OPEN_MOST, _PAST_MOST = 50, 12
_PRACTICE = (Purpose.PRACTICE_IIT, Purpose.PRACTICE_EIT)


@surveys_public
def surveys(request: HttpRequest) -> HttpResponse:
    """What can be answered now, the results of what is over, and how answers are protected. Two queries."""
    listed = Survey.objects.listed().select_related("questionnaire", "version")
    open_now = list(listed.open().order_by("closes_on", "pk")[:_OPEN_MOST])
    past = listed.over().begun().exclude(questionnaire__purpose__in=_PRACTICE)
    context = {
        "open_now": [survey for survey in open_now if survey.questionnaire.purpose not in _PRACTICE],
        "practices": [survey for survey in open_now if survey.questionnaire.purpose in _PRACTICE],
        "past": list(past.order_by("-closes_on", "-pk")[:_PAST_MOST]),
        "together": TOGETHER,
        "ten": 2 * TOGETHER,
    }
    return show(request, "surveys/list.html", context)
