"""Pages: answering a survey. No account and no cookie is needed, and nothing of who answers is kept."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.refusals import RefusedError
from organization.models import Division
from organization.strangers import comes_from_elsewhere

from .. import slips
from ..choices import Purpose
from ..forms.answering import AnswerForm
from ..http import begun_survey, new_form_mark, show, surveys_public
from ..models import Question, Slip, Survey
from ..services.answering import answer as take_in

_PRACTICE = (Purpose.PRACTICE_IIT, Purpose.PRACTICE_EIT)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The form. It lends no right to anybody who could misuse it, so it needs no token and no cookie. How many come
    from one place is not limited: a tablet at a counter and the network of an office send many."""
    survey = begun_survey(code)
    if request.method != "POST":
        return _form_page(request, survey, _form(survey)) if survey.is_open() else _over(request, survey)
    if comes_from_elsewhere(request):
        return render(request, "403_csrf.html", status=403)
    if not survey.is_open():
        return _over(request, survey, status=410)
    form = _form(survey, request)
    if form.is_valid():
        given = form.cleaned_data
        try:
            mark = given["form_mark"] or new_form_mark()
            take_in(survey, form.questions, form.said(), mark=mark, slip=given["slip"])
            return redirect("surveys:thanks", survey.code)
        except RefusedError as refused:
            if refused.code == "survey_over":
                return _over(request, survey, status=410)
            form.say(refused)
    return _form_page(request, survey, form, status=422)


@login_not_required
@require_safe
def with_slip(request: HttpRequest, code: str, slip: str) -> HttpResponse:
    """The form with the code of a slip filled in, as the slip's QR code opens it. It is sent to the address without
    the code; and no page that is opened from here is told this address."""
    survey = Survey.objects.begun().filter(code=code).select_related("questionnaire", "version").first()
    if survey is None:  # told at the address without the code: what is not found is logged with its address
        return redirect("surveys:answer", code)
    if not survey.is_open():
        response = _over(request, survey)
    else:
        known = slips.read_slip(slip)
        unused = known is not None and Slip.objects.filter(
            digest=slips.digest(known), batch__survey=survey, batch__revoked_at=None
        ).exists()  # fmt: skip
        form = _form(survey, slip=slips.shown(known) if known else slip[:60])
        response = _form_page(request, survey, form, slip_given=True, slip_unused=unused)
    response.headers["Referrer-Policy"] = "strict-origin"  # `no-referrer` would hide from old browsers whence it comes
    return response


@surveys_public
def thanks(request: HttpRequest, code: str) -> HttpResponse:
    """Thanks, and what happens with it. The same for everybody: nothing leads from here to what was sent."""
    survey = begun_survey(code)
    return show(request, "surveys/thanks.html", {"survey": survey, "is_practice": _is_practice(survey)})


def _is_practice(survey: Survey) -> bool:
    return survey.questionnaire.purpose in _PRACTICE


def _form(survey: Survey, request: HttpRequest | None = None, slip: str = "") -> AnswerForm:
    questions = list(Question.objects.filter(version=survey.version_id).order_by("position", "pk"))
    divisions = list(Division.objects.filter(active=True)) if survey.version.asks_division else []
    if request is not None:
        return AnswerForm(survey, questions, divisions, request.POST)
    return AnswerForm(survey, questions, divisions, initial={"form_mark": new_form_mark(), "slip": slip})


def _form_page(
    request: HttpRequest, survey: Survey, form: AnswerForm, *, status: int = 200, slip_given: bool = False,
    slip_unused: bool = True,
) -> HttpResponse:  # fmt: skip
    context = {
        "survey": survey,
        "form": form,
        "asked": list(form.asked()),
        "mistakes": list(form.mistakes()) if form.is_bound else [],
        "shows_slip": not survey.open_link or slip_given or bool(form.is_bound and form.data.get("slip")),
        "slip_problem": "" if slip_unused else _slip_problem(),
        "is_practice": _is_practice(survey),
    }
    # Each form is one answer. Kept by a browser, its mark would let the next person at a counter answer for nothing.
    return _unkept(show(request, "surveys/answer.html", context, status=status))


def _slip_problem() -> str:
    return _("This code has been used, or belongs to another survey. Each slip can be used once.")


def _over(request: HttpRequest, survey: Survey, *, status: int = 200) -> HttpResponse:
    return _unkept(show(request, "surveys/over.html", {"survey": survey}, status=status))


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
