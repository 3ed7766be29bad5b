"""Questionnaires: their versions, and the draft of the next one."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.refusals import RefusedError

from ..choices import State
from ..forms.questionnaires import HeadForm, QuestionRows, content_of, head_of, mark_of, rows_of
from ..http import keeper, show_desk
from ..models import Questionnaire, Version
from ..services.questionnaires import draft_version, publish_version


@require_safe
def questionnaires(request: HttpRequest) -> HttpResponse:
    """All of them, with the version in use and a draft where there is one."""
    keeper(request)
    found = Questionnaire.objects.prefetch_related("versions").order_by("purpose", "slug")
    rows = [
        (
            one,
            next((version for version in one.versions.all() if version.state == State.PUBLISHED), None),
            next((version for version in one.versions.all() if version.state == State.DRAFT), None),
        )
        for one in found
    ]
    return show_desk(request, "surveys/questionnaires.html", {"rows": rows}, room="questionnaires")


def _found(slug: str) -> Questionnaire:
    found: Questionnaire | None = Questionnaire.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _newest(questionnaire: Questionnaire, state: str) -> Version | None:
    found: Version | None = questionnaire.versions.filter(state=state).order_by("-number").first()
    return found


@require_safe
def questionnaire(request: HttpRequest, slug: str) -> HttpResponse:
    """One, as it is in use and as it is drafted."""
    keeper(request)
    found = _found(slug)
    drafted = _newest(found, State.DRAFT)
    shown = drafted or _newest(found, State.PUBLISHED)
    context = {
        "questionnaire": found,
        "versions": list(found.versions.order_by("-number")),
        "draft": drafted,
        "shown": shown,
        "questions": list(shown.questions.all()) if shown else [],
        "mark": mark_of(drafted),
    }
    return show_desk(request, "surveys/questionnaire.html", context, room="questionnaires")


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version. It begins with what is in use."""
    user = keeper(request)
    found = _found(slug)
    drafted = _newest(found, State.DRAFT)
    base = drafted or _newest(found, State.PUBLISHED)
    problem = ""
    if request.method == "POST":
        head, rows = HeadForm(request.POST), QuestionRows(request.POST, prefix="rows")
        if head.is_valid() & rows.is_valid():
            try:
                with transaction.atomic():
                    Questionnaire.objects.select_for_update(no_key=True).get(pk=found.pk)
                    if mark_of(_newest(found, State.DRAFT)) != request.POST.get("seen", ""):
                        raise RefusedError(
                            "changed",
                            _("Somebody has changed this in the meantime. Look at it as it is now and try again."),
                        )
                    draft_version(found, content_of(head, rows), by=user)
            except RefusedError as refused:
                problem = str(refused)
            else:
                messages.success(request, _("The draft is saved. Look at it once more, then take it into use."))
                return HttpResponseRedirect(reverse("surveys:questionnaire", args=[slug]))
    else:
        head, rows = HeadForm(initial=head_of(base)), QuestionRows(initial=rows_of(base), prefix="rows")
    context = {
        "questionnaire": found,
        "head": head,
        "rows": rows,
        "problem": problem,
        "seen": request.POST.get("seen", "") if request.method == "POST" else mark_of(drafted),
    }
    status = 422 if request.method == "POST" else 200
    return show_desk(request, "surveys/questionnaire_draft.html", context, room="questionnaires", status=status)


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the draft into use, as it was seen."""
    user = keeper(request)
    found = _found(slug)
    drafted = _newest(found, State.DRAFT)
    back = HttpResponseRedirect(reverse("surveys:questionnaire", args=[slug]))
    if drafted is None:  # sent twice: it is in use
        return back
    if mark_of(drafted) != request.POST.get("seen", ""):
        messages.error(request, _("Somebody has changed this in the meantime. Look at it as it is now and try again."))
        return back
    try:
        publish_version(drafted, by=user)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The questionnaire is in use: the next survey asks these questions."))
    return back
