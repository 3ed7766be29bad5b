"""Trainings: for everybody what is announced and was held; for the staff their own, enrolment, tests, check-in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear, today
from organization.feedback import Feedback, feedback_source

from ..check_in_codes import is_right
from ..errors import RefusedError
from ..forms.trainings import TestForm, TrainingsFilter
from ..http import guidelines_public, person, show
from ..models import Attendance, Certificate, Training, TrainingSession
from ..services import certificates, trainings_people, trainings_tests
from ..trainings_choices import Moment, Topic, TrainingState
from ..trainings_files import sent_csv, sent_json
from ..trainings_reading import NEWEST, PAGE, averages, mine, public_trainings, public_years, told, year_in_figures

CONFIRM_SECONDS = 20 * 60
"""How long after a right code was opened the check-in may be confirmed: time to sign in on a slow telephone."""
_SALT = "guidelines.check-in"


def asked_year(request: HttpRequest) -> FiscalYear | None:
    """The fiscal year in `?year=`; None where it is none."""
    text = request.GET.get("year", "")
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        return None
    return FiscalYear(int(text))


@guidelines_public
def trainings(request: HttpRequest) -> HttpResponse:
    """`/guidelines/trainings/?year=2567&kind=ethics`: what is announced and was held in a fiscal year."""
    year = asked_year(request) or FiscalYear.current()
    topic = request.GET.get("kind", "")
    topic = topic if topic in Topic.values else ""
    page = NEWEST.page(public_trainings(year, topic), request.GET.get("after", ""), PAGE)
    query = {"year": str(year.number), **({"kind": topic} if topic else {})}
    rows = told(page.rows)
    day = today()
    context = {
        "to_come": [one for one in rows if one.training.state == TrainingState.ANNOUNCED and not one.training.is_over],
        "held": [one for one in rows if one.training.state != TrainingState.ANNOUNCED or one.training.is_over],
        "year": year,
        "figures": year_in_figures(year, topic),
        "topic": Topic(topic).label if topic else "",
        "form": TrainingsFilter({"year": str(year.number), "kind": topic}, years=_with(public_years(), year.number)),
        "query": urlencode(query),
        "next": urlencode({**query, "after": page.next}) if page.next else "",
        "is_first": page.is_first,
        "is_past": year.end < day,
    }
    return show(request, "guidelines/trainings.html", context, room="trainings")


def _with(years: list[int], year: int) -> list[int]:
    return sorted({*years, year}, reverse=True)


@guidelines_public
def trainings_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """`/guidelines/trainings/list.csv`, `.json`, also of one `?year=` or `?kind=`."""
    if kind not in ("csv", "json"):
        raise Http404
    year = asked_year(request)
    topic = request.GET.get("kind", "")
    rows = told(list(public_trainings(year, topic).order_by("-first_day", "-pk")))
    return sent_csv(rows) if kind == "csv" else sent_json(rows)


@require_safe
def my_trainings(request: HttpRequest) -> HttpResponse:
    """What is to come for the person, where they are on the list, and where they were."""
    user = person(request)
    day = today()
    to_come = mine(Training.objects.to_come(day).visible_to(user).order_by("first_day", "pk"), user)
    there = Attendance.objects.filter(session__training=OuterRef("pk"), user=user)
    been = Training.objects.filter(Exists(there)).order_by("-first_day", "-pk")
    context = {
        "listed": [one for one in to_come if one.enrolment],
        "others": [one for one in to_come if not one.enrolment],
        "been": mine(been[:100], user),
    }
    return show(request, "guidelines/my_trainings.html", context, room="my_trainings")


def _training(request: HttpRequest, pk: int) -> Training:
    rows = Training.objects.visible_to(person(request)).select_related("organiser")
    found: Training = get_object_or_404(rows.prefetch_related("sessions", "divisions", "questions"), pk=pk)
    return found


@require_safe
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """A training for the staff."""
    return _page(request, _training(request, pk))


def _page(request: HttpRequest, found: Training, problem: str = "") -> HttpResponse:
    user = person(request)
    own = mine(Training.objects.filter(pk=found.pk), user)[0]
    results = {row.moment: row for row in found.results.filter(user=user)}
    has_test = bool(found.questions.all())
    feedback = _feedback(found)
    means = averages([found])
    after = results.get(Moment.AFTER)
    passed = after is not None and trainings_tests.reaches(after.correct, after.questions, found.pass_mark)
    now = timezone.now()
    context: dict[str, Any] = {
        "training": found,
        "own": own,
        "there": {row.session_id: row for row in Attendance.objects.filter(session__training=found, user=user)},
        "problem": problem,
        "has_test": has_test,
        "before": results.get(Moment.BEFORE),
        "after": after,
        "passed": passed,
        "may_take_before": has_test and trainings_tests.may_take(found, user, Moment.BEFORE),
        "rest": trainings_tests.TRIED_ENOUGH if after and not passed and trainings_tests.rests(after) else "",
        "may_take_after": has_test and trainings_tests.may_take(found, user, Moment.AFTER),
        "answers": [(one, one.options[one.right]) for one in found.questions.all()] if passed else [],
        "mean_before": means.get((found.pk, Moment.BEFORE.value)),
        "mean_after": means.get((found.pk, Moment.AFTER.value)),
        "missing": "" if own.certificate else certificates.missing_for_certificate(found, user),
        "feedback": feedback if own.days_there else None,
        "open_now": [session for session in found.sessions.all() if session.takes_check_ins(now)],
    }
    return show(request, "guidelines/training.html", context, room="my_trainings", status=422 if problem else 200)


def _feedback(found: Training) -> Feedback | None:
    source = feedback_source()
    if source is None or not found.feedback_code:
        return None
    return source.read([found.feedback_code]).get(found.feedback_code)


@require_POST
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Put oneself on the list."""
    found = _training(request, pk)
    try:
        row = trainings_people.enrol(found, by=person(request))
    except RefusedError as refused:
        return _page(request, found, str(refused))
    messages.success(
        request,
        _("All seats are taken. You wait for one; whoever came first moves up first.")
        if row.waiting
        else _("You are enrolled."),
    )
    return redirect("guidelines:training", pk)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take oneself off the list."""
    found = _training(request, pk)
    try:
        trainings_people.withdraw(found, by=person(request))
    except RefusedError as refused:
        return _page(request, found, str(refused))
    messages.success(request, _("You are not on the list any more."))
    return redirect("guidelines:my_trainings")


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, pk: int, moment: str) -> HttpResponse:
    """The test before or after a training."""
    found, user = _training(request, pk), person(request)
    if moment not in Moment.values or not found.questions.all():
        raise Http404
    when = Moment(moment)
    form = TestForm(found)
    problem = ""
    if request.method == "POST":
        form = TestForm(found, request.POST)
        if form.is_valid():
            try:
                result = trainings_tests.take_test(found, when, form.answers, by=user)
            except RefusedError as refused:
                if refused.field in form.fields:
                    form.say(refused)
                else:
                    problem = str(refused)
            else:
                words = _("You have %(correct)s of %(questions)s answers right.")
                messages.success(request, words % {"correct": result.correct, "questions": result.questions})
                return redirect("guidelines:training", pk)
    elif not trainings_tests.may_take(found, user, when):
        return redirect("guidelines:training", pk)
    context = {"training": found, "form": form, "moment": when, "problem": problem}
    status = 422 if request.method == "POST" else 200
    return show(request, "guidelines/training_test.html", context, room="my_trainings", status=status)


@require_POST
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue one's own certificate."""
    found = _training(request, pk)
    try:
        issued: Certificate = certificates.issue_certificate(found, by=person(request))
    except RefusedError as refused:
        return _page(request, found, str(refused))
    messages.success(request, _("Your certificate is issued: number %(number)s.") % {"number": issued})
    return redirect("guidelines:training", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the QR code of a session opens: confirm that one is there."""
    user = person(request)
    # Whoever it is not meant for does not learn what it is, whatever code they have.
    meant = Training.objects.visible_to(user).filter(state__in=(TrainingState.ANNOUNCED, TrainingState.HELD))
    session: TrainingSession = get_object_or_404(
        TrainingSession.objects.select_related("training__organiser").filter(training__in=meant), pk=pk
    )
    known = Attendance.objects.filter(session=session, user=user).first()
    right = is_right(session, code, timezone.now())
    problem = ""
    if request.method == "POST" and known is None:
        if right or _is_confirmed(request.POST.get("seen", ""), session.pk, user.pk):
            try:
                trainings_people.check_in(session, by=user)
            except RefusedError as refused:
                problem = str(refused)
            else:
                messages.success(request, _("Your attendance is entered. Welcome."))
                return redirect("guidelines:training", session.training_id)
        else:
            problem = _stale(session)
    elif request.method == "POST":
        return redirect("guidelines:training", session.training_id)
    elif not right and known is None:
        problem = _stale(session)
    context = {
        "session": session,
        "training": session.training,
        "known": known,
        "problem": problem,
        "right": right,
        "seen": signing.dumps([session.pk, user.pk], salt=_SALT) if right else "",
    }
    return show(
        request, "guidelines/training_check_in.html", context, room="my_trainings", status=422 if problem else 200
    )


def _is_confirmed(seen: str, session: int, user: int) -> bool:
    """Whether this person opened a right code of this session a moment ago."""
    try:
        return bool(signing.loads(seen[:500], salt=_SALT, max_age=CONFIRM_SECONDS) == [session, user])
    except signing.BadSignature:
        return False


def _stale(session: TrainingSession) -> str:
    if session.takes_check_ins(timezone.now()):
        return _("This code is not taken any more. Scan the one that is shown now, or tell the organiser.")
    return _("People check in from half an hour before it begins until it ends.")
