"""Who takes part, at the organiser's desk: the list, ticks, the code on the screen and on paper, the list as a file."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.qr import png_data_uri
from organization.models import User

from ..check_in_codes import EVERY, printed_code, screen_code
from ..documents.attendance_list import list_csv, list_pdf, list_xlsx
from ..documents.check_in_poster import poster_pdf
from ..errors import RefusedError
from ..forms.trainings import AddPersonForm
from ..http import officer, show_desk
from ..models import Attendance, Training, TrainingSession
from ..services import trainings_people as acts
from ..trainings_choices import OPEN_STATES
from ..trainings_reading import people_of, staff
from .trainings_desk import training_at_desk

_CHANGES = 30


def _session_of(training: Training, pk: int) -> TrainingSession:
    found: TrainingSession = get_object_or_404(TrainingSession.objects.filter(training=training), pk=pk)
    return found


def check_in_address(session: TrainingSession, code: str) -> str:
    """What the QR code holds, in Thai as the default language."""
    with translation.override("th"):
        return f"{settings.PORTAL_URL}{reverse('guidelines:check_in', args=[session.pk, code])}"


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """`?session=`: who is on the list and who was there on that day; tick, take out, put on the list, take off."""
    training, by = training_at_desk(request, pk), officer(request)
    sessions = list(training.sessions.all())
    wanted = request.POST.get("session") or request.GET.get("session", "")
    chosen = next((one for one in sessions if str(one.pk) == wanted), sessions[0] if sessions else None)
    listed = people_of(training)
    others = staff().exclude(pk__in=[one.enrolment.user_id for one in listed]).select_related("division")
    add = AddPersonForm(others.order_by("division__order", "first_name", "username"))
    problem = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "add":
                add = AddPersonForm(add.fields["person"].queryset, request.POST)  # type: ignore[attr-defined]
                if chosen is not None and add.is_valid():
                    acts.tick(chosen, add.cleaned_data["person"], by=by)
                    return _back(request, training, chosen, _("The attendance is entered."))
            elif act == "tick" and chosen is not None:
                ticked = _ticked(request, listed_users={one.enrolment.user_id: one.enrolment.user for one in listed})
                for user in ticked:
                    acts.tick(chosen, user, by=by)
                return _back(request, training, chosen, _("The attendance is entered."))
            elif act in ("untick", "release"):
                one = next((one for one in listed if str(one.enrolment.user_id) == _who(request)), None)
                if one is not None and act == "untick" and chosen is not None:
                    acts.untick(chosen, one.enrolment.user, by=by)
                elif one is not None and act == "release":
                    acts.withdraw(training, by=by, user=one.enrolment.user)
                return _back(request, training, chosen, _("It is taken out."))
            else:
                problem = _("Choose what to do.")
        except RefusedError as refused:
            problem = str(refused)
            listed = people_of(training)
    context = {
        "training": training,
        "sessions": sessions,
        "session": chosen,
        "listed": [(one, one.there.get(chosen.pk) if chosen else None) for one in listed],
        "present": sum(1 for one in listed if chosen and chosen.pk in one.there),
        "add": add,
        "problem": problem,
        "may_enter": training.state in OPEN_STATES,
        "has_absent": training.state in OPEN_STATES
        and chosen is not None
        and any(not one.enrolment.waiting and chosen.pk not in one.there for one in listed),
        "taken_out": _taken_out(chosen) if chosen else [],
    }
    failed = request.method == "POST"
    return show_desk(
        request, "guidelines/training_people.html", context, room="trainings", status=422 if failed else 200
    )


def _who(request: HttpRequest) -> str:
    return request.POST.get("user", "")


def _ticked(request: HttpRequest, listed_users: dict[int, User]) -> list[User]:
    given = set(request.POST.getlist("there"))
    return [user for pk, user in listed_users.items() if str(pk) in given]


def _back(request: HttpRequest, training: Training, session: TrainingSession | None, words: str) -> HttpResponse:
    messages.success(request, words)
    address = reverse("guidelines:training_people", args=[training.pk])
    return redirect(f"{address}?session={session.pk}" if session else address)


def _taken_out(session: TrainingSession) -> list[tuple[object, str, str]]:
    """When an attendance was taken out, of whom, by whom; the latest."""
    deleted = Attendance.pgh_event_models["delete"].objects  # type: ignore[attr-defined]
    events = list(deleted.filter(session_id=session.pk, pgh_label="delete").select_related("pgh_context")
                  .order_by("-pgh_id")[:_CHANGES])  # fmt: skip
    keys = {event.user_id for event in events}
    actors = {event.pk: (event.pgh_context.metadata.get("user") if event.pgh_context else None) for event in events}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=keys | {key for key in actors.values() if key})}
    return [
        (event.pgh_created_at, names.get(event.user_id, ""), names.get(actors[event.pk] or 0, "")) for event in events
    ]


@require_safe
def people_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The list of who was there, as pdf, xlsx or csv."""
    training = training_at_desk(request, pk)
    makers = {"pdf": list_pdf, "xlsx": list_xlsx, "csv": list_csv}
    if kind not in makers:
        raise Http404
    content, content_type = makers[kind](training, people_of(training))
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="attendance-{training.pk}.{kind}"'
    return response


@never_cache
@require_safe
def screen(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """The code for the screen of the room. The page asks for a new one by itself, without a script."""
    training = training_at_desk(request, pk)
    row = _session_of(training, session)
    now = timezone.now()
    is_open = row.takes_check_ins(now) and training.state in OPEN_STATES
    context = {
        "training": training,
        "session": row,
        "is_open": is_open,
        "qr": png_data_uri(check_in_address(row, screen_code(row, now)), scale=8) if is_open else "",
        "present": row.attendances.count(),
        "seconds": EVERY,
    }
    response = show_desk(request, "guidelines/training_screen.html", context, room="trainings")
    response.headers["Refresh"] = str(EVERY)
    return response


@require_safe
def poster(request: HttpRequest, pk: int, session: int) -> HttpResponse:
    """The code on paper, for one session; taken in its hours only."""
    training = training_at_desk(request, pk)
    row = _session_of(training, session)
    content = poster_pdf(training, row, address=check_in_address(row, printed_code(row)))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="check-in-{training.pk}-{row.day.isoformat()}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
