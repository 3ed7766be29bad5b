"""The organiser's desk: trainings, their days, their questions, and what follows what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import today
from organization.feedback import feedback_source

from ..errors import RefusedError
from ..forms.trainings import CancelForm, NewTrainingForm, QuestionForm, SpanForm, TrainingForm
from ..http import new_form_mark, officer, show_desk
from ..models import Training, TrainingQuestion, TrainingSession
from ..services import trainings as acts
from ..trainings_choices import MOVES, Moment, TrainingState
from ..trainings_reading import NEWEST, PAGE, averages, counts_by_state

_FORM = ["GET", "HEAD", "POST"]


def _show(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show_desk(request, f"guidelines/{name}.html", context, room="trainings", status=status)


def training_at_desk(request: HttpRequest, pk: int) -> Training:
    """The training of an address, for an organiser. PermissionDenied for others, Http404 where there is none."""
    user = officer(request)
    rows = Training.objects.visible_to(user).with_seats().select_related("organiser")
    found: Training = get_object_or_404(rows.prefetch_related("sessions", "divisions", "questions"), pk=pk)
    return found


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All trainings, by state."""
    user = officer(request)
    state = request.GET.get("state", "")
    state = state if state in TrainingState.values else ""
    rows = Training.objects.visible_to(user).with_seats().select_related("organiser").prefetch_related("sessions")
    drafts = list(rows.filter(first_day=None).order_by("-pk")[:PAGE]) if state in ("", TrainingState.DRAFT) else []
    dated = rows.filter(first_day__isnull=False)
    page = NEWEST.page(dated.filter(state=state) if state else dated, request.GET.get("after", ""), PAGE)
    counts = counts_by_state()
    context = {
        "drafts": drafts if page.is_first else [],
        "rows": page.rows,
        "next": page.next,
        "is_first": page.is_first,
        "state": state,
        "piles": [(value, TrainingState(value).label, counts[value]) for value in TrainingState.values],
        "total": sum(counts.values()),
    }
    return _show(request, "trainings_desk", context)


@require_http_methods(_FORM)
def new(request: HttpRequest) -> HttpResponse:
    """A training is made, with its first day."""
    by = officer(request)
    initial = {"form_mark": new_form_mark(), "for_all": True, "organiser": by.division_id}
    form = NewTrainingForm(request.POST) if request.method == "POST" else NewTrainingForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            mark = form.cleaned_data["form_mark"] or new_form_mark()
            made = acts.make_training(form.details, form.span, by=by, form_mark=mark)
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(request, _("The draft is there. Look at it, add the test, then announce it."))
            return redirect("guidelines:training_desk", made.pk)
    return _show(request, "training_form", {"form": form, "training": None}, 422 if form.is_bound else 200)


@require_safe
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """A training at the desk: what it is, its days, what can be done."""
    return _page(request, training_at_desk(request, pk))


def _page(
    request: HttpRequest, found: Training, *, problem: str = "", cancel: CancelForm | None = None
) -> HttpResponse:
    source = feedback_source()
    code = found.feedback_code
    means = averages([found])
    has_begun = found.first_day is not None and found.first_day <= today()
    context = {
        "training": found,
        "problem": problem,
        "cancel": cancel or CancelForm(),
        "moves": [state.value for state in MOVES[TrainingState(found.state)]],
        "has_begun": has_begun,
        "may_close": found.is_over or found.last_day == today(),
        "may_ask": source is not None
        and not code
        and has_begun
        and acts.is_fresh(found)
        and found.state not in ("draft", "cancelled"),
        "feedback": source.read([code]).get(code) if source is not None and code else None,
        "mean_before": means.get((found.pk, Moment.BEFORE.value)),
        "mean_after": means.get((found.pk, Moment.AFTER.value)),
        "certificates": found.certificates.count(),
    }
    failed = bool(problem) or (cancel is not None and cancel.is_bound)
    return _show(request, "training_desk", context, 422 if failed else 200)


@require_http_methods(_FORM)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a training is, changed."""
    found = training_at_desk(request, pk)
    if found.state in (TrainingState.CLOSED, TrainingState.CANCELLED):
        return _page(request, found, problem=_("This training is finished. Nothing of it changes any more."))
    if request.method != "POST":
        return _show(
            request, "training_form", {"form": TrainingForm(initial=TrainingForm.initial_of(found)), "training": found}
        )
    form = TrainingForm(request.POST)
    if form.is_valid():
        try:
            edits = form.cleaned_data["edits"]
            acts.change_training(found, form.details, by=officer(request), edits=-1 if edits is None else edits)
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(request, _("It is changed."))
            return redirect("guidelines:training_desk", pk)
    return _show(request, "training_form", {"form": form, "training": found}, 422)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`act`: announced, held, closed, cancelled (with a reason), or remove for a draft."""
    found, by, act = training_at_desk(request, pk), officer(request), request.POST.get("act", "")
    cancel: CancelForm | None = None
    try:
        if act == "remove":
            acts.remove_training(found, by=by)
            messages.success(request, _("The draft is gone."))
            return redirect("guidelines:trainings_desk")
        if act == TrainingState.CANCELLED:
            cancel = CancelForm(request.POST)
            if not cancel.is_valid():
                return _page(request, found, cancel=cancel)
        elif act not in (TrainingState.ANNOUNCED, TrainingState.HELD, TrainingState.CLOSED):
            return _page(request, found, problem=_("Choose what to do."))
        reason = cancel.cleaned_data["reason"] if cancel is not None else ""
        acts.move(found, TrainingState(act), by=by, reason=reason)
    except RefusedError as refused:
        return _page(request, training_at_desk(request, pk), problem=str(refused))
    messages.success(request, _("It is done: %(state)s.") % {"state": TrainingState(act).label})
    return redirect("guidelines:training_desk", pk)


@require_POST
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody who was there how it was."""
    found = training_at_desk(request, pk)
    try:
        acts.open_feedback(found, by=officer(request))
    except RefusedError as refused:
        return _page(request, found, problem=str(refused))
    messages.success(request, _("The questionnaire is open. Everybody who was there finds it on their page."))
    return redirect("guidelines:training_desk", pk)


@require_http_methods(_FORM)
def session_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more day."""
    return _session(request, training_at_desk(request, pk), None)


@require_http_methods(_FORM)
def session_edit(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """A day, moved or taken out."""
    found = training_at_desk(request, pk)
    row = get_object_or_404(TrainingSession.objects.filter(training=found), pk=session)
    return _session(request, found, row)


def _session(request: HttpRequest, found: Training, row: TrainingSession | None) -> HttpResponse:
    by = officer(request)
    form = SpanForm(initial=SpanForm.initial_of_session(row) if row else {})
    problem = ""
    if request.method == "POST":
        try:
            if row is not None and request.POST.get("act") == "remove":
                acts.remove_session(row, by=by)
                return redirect("guidelines:training_desk", found.pk)
            form = SpanForm(request.POST)
            if form.is_valid():
                acts.save_session(found, form.span, by=by, session=row, seen=request.POST.get("seen"))
                messages.success(request, _("The day is entered."))
                return redirect("guidelines:training_desk", found.pk)
        except RefusedError as refused:
            problem = str(refused)
    context = {
        "training": found,
        "session": row,
        "seen": acts.mark_of(row) if row else "",
        "form": form,
        "problem": problem,
    }
    return _show(request, "training_session", context, 422 if request.method == "POST" else 200)


@require_http_methods(_FORM)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The test: its questions, and one more."""
    found = training_at_desk(request, pk)
    return _question(request, found, None)


@require_http_methods(_FORM)
def question_edit(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """A question, changed or taken out."""
    found = training_at_desk(request, pk)
    row = get_object_or_404(TrainingQuestion.objects.filter(training=found), pk=question)
    return _question(request, found, row)


def _question(request: HttpRequest, found: Training, row: TrainingQuestion | None) -> HttpResponse:
    by = officer(request)
    form = QuestionForm(initial=QuestionForm.initial_of(row) if row else {})
    problem = ""
    if request.method == "POST":
        try:
            if row is not None and request.POST.get("act") == "remove":
                acts.remove_question(row, by=by)
                return redirect("guidelines:training_questions", found.pk)
            form = QuestionForm(request.POST)
            if form.is_valid():
                made = form.cleaned_data
                acts.save_question(
                    found, made["text"], made["options"], made["right"], why=made["why"], by=by, question=row,
                    seen=request.POST.get("seen"),
                )  # fmt: skip
                return redirect("guidelines:training_questions", found.pk)
        except RefusedError as refused:
            problem = str(refused)
    context = {
        "training": found,
        "question": row,
        "seen": acts.mark_of(row) if row else "",
        "form": form,
        "problem": problem,
        "is_locked": found.results.exists() or found.state in (TrainingState.CLOSED, TrainingState.CANCELLED),
        "options": [form[f"option_{place}"] for place in range(6)],
    }
    return _show(request, "training_questions", context, 422 if request.method == "POST" else 200)
