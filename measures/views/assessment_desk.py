"""The office's desk of the assessment: begin a year, enter its scores, publish, answer what is weak."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import FiscalYear
from ita_portal.refusals import RefusedError

from ..assessment import answering, reading, services
from ..assessment.choices import ResultState
from ..assessment.forms import BeginForm, EditsForm, FindingForm, ResultForm
from ..assessment.http import not_published, office
from ..assessment.reading import YearResult, result_view
from ..assessment.structure import structure
from ..choices import Instrument
from ..models import AssessmentResult

MOST_KEY = 2**63 - 1


def found_result(pk: int) -> AssessmentResult:
    """The result of an address. Http404 where there is none."""
    if pk > MOST_KEY:
        raise Http404
    found: AssessmentResult = get_object_or_404(AssessmentResult.objects.with_scores(), pk=pk)
    return found


def current_number(year: int) -> int:
    """The number of a year's version in force, 0 for none."""
    return AssessmentResult.objects.current().filter(fiscal_year=year).values_list("number", flat=True).first() or 0


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Every year: what is published, what is drafted; and the form that begins one or a correction."""
    by = office(request)
    form = BeginForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                draft = services.begin_result(given["fiscal_year"], by=by, reason=given["reason"])
            except RefusedError as refused:
                form.say(refused)
            else:
                return redirect("measures:assessment_draft", draft.pk)
    rows = AssessmentResult.objects.filter(Q(state=ResultState.DRAFT) | Q(is_current=True))
    years: dict[int, dict[str, Any]] = {}
    for row in rows.select_related("made_by", "published_by").order_by("-fiscal_year"):
        years.setdefault(row.fiscal_year, {})[row.state] = row
    context = {"form": form, "years": list(years.items()), "current_year": FiscalYear.current().number}
    return _desk(request, "desk_home.html", context, status=status)


def _desk(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"measures/assessment/{template}", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of a year's draft in one form."""
    by = office(request)
    found = found_result(pk)
    if not found.is_draft:
        messages.info(request, _("What is published is never changed. Start a correction."))
        return redirect(found)
    seen = current_number(found.fiscal_year)
    form = ResultForm(request.POST if request.method == "POST" else None, draft=found, is_correction=seen > 0)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.save_result(found, form.entry(), by=by, edits=form.cleaned_data["edits"])
            except RefusedError as refused:
                form.say(refused)
                if refused.code == "changed":
                    form = _with_new_edits(form, found)
            else:
                messages.success(request, _("Saved. Nobody sees it before it is published."))
                target = "measures:assessment_publish" if "publish" in request.POST else "measures:assessment_draft"
                return redirect(target, found.pk)
    known = structure(found.fiscal_year)
    context = {
        "result": found, "form": form, "view": result_view(found), "seen": seen, "known": known,
    }  # fmt: skip
    return _desk(request, "draft.html", context, status=status)


def _with_new_edits(form: ResultForm, found: AssessmentResult) -> ResultForm:
    """The same form, that may be sent again: what was typed then replaces what stands there now."""
    now = AssessmentResult.objects.values_list("edits", flat=True).get(pk=found.pk)
    form.data = {**form.data.dict(), "edits": str(now)}  # type: ignore[attr-defined]
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What everybody would read, and where the assessor's figures are not what they add up to; publish on POST."""
    by = office(request)
    found = found_result(pk)
    if not found.is_draft:
        return redirect(found)
    seen = current_number(found.fiscal_year)
    form = EditsForm(request.POST if request.method == "POST" else None, initial={"edits": found.edits, "seen": seen})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = services.publish_result(
                    found, by=by, edits=form.cleaned_data["edits"], seen=form.cleaned_data["seen"]
                )
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The result of %(year)s is public now.") % {"year": done.fiscal_year})
                return redirect("measures:assessment_weak", done.fiscal_year)
    view = result_view(found)
    context = {"result": found, "form": form, "view": view, "seen": seen, "bands_differ": view.bands_differ}
    return _desk(request, "publish.html", context, status=status)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, as it was shown; one that somebody has changed since is shown again instead."""
    by = office(request)
    found = found_result(pk)
    form = EditsForm(request.POST)
    seen = form.cleaned_data["edits"] if form.is_valid() else -1  # which it never was
    try:
        services.discard_result(found, by=by, edits=seen)
    except RefusedError as refused:
        messages.error(request, str(refused))
        if refused.code == "changed":
            return redirect("measures:assessment_draft", pk)
    else:
        messages.success(request, _("The draft of %(year)s was thrown away.") % {"year": found.fiscal_year})
    return redirect("measures:assessment_desk")


def _published(year: int) -> YearResult:
    try:
        return reading.year_result(year, with_practice=False)
    except AssessmentResult.DoesNotExist:
        raise not_published() from None


@require_safe
def weak(request: HttpRequest, year: int) -> HttpResponse:
    """Questions below a threshold (`?threshold=`, 85 without), and which of them the next plan answers."""
    office(request)
    view = _published(year)
    plan = answering.plan_for(year)
    threshold = _threshold(request)
    found = answering.weak_questions(view, plan, threshold)
    context = {
        "view": view, "plan": plan, "threshold": threshold,
        "open": [one for one in found if not one.areas], "answered": [one for one in found if one.areas],
        "last_plan": None if plan else _last_plan(year),
    }  # fmt: skip
    return _desk(request, "weak.html", context)


def _threshold(request: HttpRequest) -> int:
    text = request.GET.get("threshold", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100 else reading.THRESHOLD


def _last_plan(year: int) -> Any:
    from ..models import Plan

    return Plan.objects.filter(fiscal_year__lte=year + 1).order_by("-fiscal_year").first()


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """A finding about a weak question, into the plan as it is worked on."""
    by = office(request)
    view = _published(year)
    question = next((one for one in view.questions if one.line.code == code and one.line.score is not None), None)
    plan = answering.plan_for(year)
    if question is None or plan is None:
        raise Http404
    beginning = answering.suggested_beginning(question)
    form = FindingForm(request.POST if request.method == "POST" else None, initial={"text": f"{beginning} "})
    areas: Any = form.fields["area"]
    areas.queryset = plan.areas.order_by("number")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            area = form.cleaned_data["area"]
            try:
                answering.answer_question(area=area, question=question, text=form.cleaned_data["text"], by=by)
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(
                    request,
                    _("The finding about %(code)s stands in issue area %(number)s of the plan of %(year)s now.")
                    % {"code": code, "number": area.number, "year": plan.fiscal_year},
                )
                return redirect(f"{reverse('measures:assessment_weak', args=[year])}#open")
    context = {
        "view": view, "plan": plan, "form": form, "question": question,
        "areas": plan.areas.prefetch_related("area_questions__question", "findings"),
        "is_item": question.instrument == Instrument.OIT,
    }  # fmt: skip
    return _desk(request, "answer.html", context, status=status)
