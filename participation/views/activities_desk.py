"""The desk of activities: begun, worked on, previewed and published, cancelled, withdrawn, thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from ita_portal.refusals import RefusedError
from organization.models import User

from ..activity_choices import ActivityAct, ActivityState
from ..activity_desk_reading import ORDER, PAGE, PILES, counts, desk_rows, pile
from ..activity_elements import elements_of
from ..activity_querysets import WRITE_ACTIVITIES
from ..activity_reading import days_in_words, groups_of
from ..forms.activities import ActForm, EditsForm, PlanForm, ResultForm
from ..http import new_form_mark, person, show_desk
from ..models import Activity
from ..permissions import KEEP_PARTICIPATION
from ..services import activities as acts

ROOM = "activities"
DeskView = Callable[..., HttpResponseBase]


def writer(request: HttpRequest) -> User:
    """Who writes activities: the plan office, or people of a division. PermissionDenied (403) for everybody else."""
    user = person(request)
    if user.has_perm(KEEP_PARTICIPATION) or (user.has_perm(WRITE_ACTIVITIES) and user.division_id):
        return user
    raise PermissionDenied


def of_activity(view: DeskView) -> Callable[..., HttpResponseBase]:
    """A page of an activity at the desk, for who may write it; out of their reach it is not there (404).

    The view takes the request, the person and the activity.
    """

    @wraps(view)
    def page(request: HttpRequest, code: str, **more: Any) -> HttpResponseBase:
        by = writer(request)
        rows = Activity.objects.visible_to(by).select_related("division", "made_by")
        found = rows.filter(code=code.replace("\0", "")[:40]).first()
        if found is None:
            raise Http404(_("There is no such activity."))
        return view(request, by, found, **more)

    return page


@require_safe
def activities_desk(request: HttpRequest) -> HttpResponse:
    """The piles, and a page of one of them."""
    by, day = writer(request), today()
    name = request.GET.get("pile", "")
    name = name if name in PILES else "todo"
    rows = pile(name, by, day).select_related("division")
    page = ORDER.page(rows, request.GET.get("after", ""), PAGE)
    numbers = counts(by, day)
    context = {
        "rows": desk_rows(page.rows, day),
        "page": page,
        "query": urlencode({"pile": name}),
        "pile": name,
        "title": PILES[name],
        "piles": [(key, title, numbers[key]) for key, title in PILES.items()],
    }
    return show_desk(request, "participation/activities_desk.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    """Begin an activity: what, where and when."""
    by = writer(request)
    if request.method == "POST":
        form = PlanForm(request.POST, by=by, is_new=True)
        if form.is_valid():
            mark = form.cleaned_data["form_mark"] or new_form_mark()
            try:
                made = acts.begin_activity(form.words(), by=by, form_mark=mark)
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The draft is there. Nobody else sees it."))
                return redirect("participation:activity_desk", made.code)
    else:
        form = PlanForm(by=by, is_new=True, initial={"form_mark": new_form_mark(), "division": by.division_id})
    context = {"form": form, "is_new": True}
    return show_desk(
        request, "participation/activity_form.html", context, room=ROOM, status=422 if form.is_bound else 200
    )


@require_safe
@of_activity
def activity_desk(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """Where it stands, what is missing, what comes next."""
    version = acts.current_version(activity)
    possible = acts.possible_acts(activity, version)
    labels = {field.name: field.verbose_name for field in activity._meta.get_fields() if hasattr(field, "verbose_name")}
    changed = acts.changed_words(activity, version)
    elements = elements_of(activity)
    context = {
        **_shown(activity),
        "row": desk_rows([activity], today())[0],
        "version": version,
        "elements": elements,
        "missing": sum(not element.is_there for element in elements),
        "changed": [labels[name] for name in changed],
        "waiting": acts.waiting_files(activity),
        "can_publish": any(not why for _act, why in possible),
        "can_change": activity.state in acts.CHANGEABLE,
        "ends": [(act, act.label) for act in acts.ends_of(activity)],
        "versions": list(activity.versions.select_related("published_by").order_by("-number")),
        "next": _next_step(activity, bool(changed), possible),
    }
    return show_desk(request, "participation/activity_desk.html", context, room=ROOM)


def _next_step(activity: Activity, changed: bool, possible: list[tuple[ActivityAct, str]]) -> str:
    """What the page offers first: `publish`, `result`, `edit`, or nothing."""
    ready = {act for act, why in possible if not why}
    over = activity.ends_on <= today()
    if activity.state == ActivityState.COMPLETE or activity.state not in acts.CHANGEABLE:
        return "publish" if ActivityAct.CORRECT in ready and changed else ""
    if ActivityAct.COMPLETE in ready or (ActivityAct.ANNOUNCE in ready and activity.state == ActivityState.DRAFT):
        return "publish"
    if over:
        return "result" if activity.subject else "edit"
    return "edit" if activity.is_draft else "publish" if ready else ""


def _shown(activity: Activity) -> dict[str, Any]:
    """What the page of an activity says, as it is worked on, with everything that would be public."""
    return {
        "activity": activity,
        "words": activity,
        "days": days_in_words(activity),
        "groups": groups_of(activity),
        "photos": list(activity.activityphotos.kept()),
        "documents": list(activity.activitydocuments.kept()),
        "is_desk": True,
    }


def _initial(form: type[PlanForm] | type[ResultForm], activity: Activity) -> dict[str, Any]:
    found = {name: getattr(activity, name) for name in acts.WORDS}
    if found["ends_on"] == found["starts_on"]:
        found["ends_on"] = None
    return {**found, "edits": activity.edits}


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_edit(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """What, where and when."""
    form = PlanForm(
        request.POST if request.method == "POST" else None, by=by, initial=_initial(PlanForm, activity)
    )  # fmt: skip
    return _save(request, by, activity, form, "participation/activity_form.html")


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_result(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """What came of it: who took part, the result, how it was used."""
    form = ResultForm(request.POST if request.method == "POST" else None, initial=_initial(ResultForm, activity))
    return _save(request, by, activity, form, "participation/activity_result.html")


def _save(
    request: HttpRequest, by: User, activity: Activity, form: PlanForm | ResultForm, template: str
) -> HttpResponse:
    if activity.state not in acts.CHANGEABLE:
        messages.info(request, _("This activity has ended. It is not changed any more."))
        return redirect("participation:activity_desk", activity.code)
    theirs: list[tuple[str, str]] = []
    if form.is_bound and form.is_valid():
        try:
            acts.save_words(activity, form.words(), by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            theirs = _theirs(activity, form, refused)
        else:
            messages.success(
                request,
                _("Saved at the desk.")
                if activity.is_draft
                else _("Saved at the desk. Publish it so that everybody sees it."),
            )
            return redirect("participation:activity_desk", activity.code)
    context = {"form": form, "activity": activity, "theirs": theirs, "elements": elements_of(activity)}
    return show_desk(request, template, context, room=ROOM, status=422 if form.is_bound else 200)


def _theirs(activity: Activity, form: Any, refused: RefusedError) -> list[tuple[str, str]]:
    """What stands there now where it is not what was typed; the form is then about the activity as it is now."""
    if refused.code != "changed":
        return []
    activity.refresh_from_db()
    data = form.data.copy()
    data["edits"] = str(activity.edits)
    form.data = data
    found = []
    for name, value in form.words().items():
        now = getattr(activity, name)
        if now != value:
            found.append((str(form.fields[name].label), str(form.fields[name].prepare_value(now) or "–")))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_publish(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """Everything that becomes public, and the act by which it does."""
    version = acts.current_version(activity)
    seen = {"edits": activity.edits, "number": version.number if version else 0}
    form = ActForm(request.POST if request.method == "POST" else None, initial=seen)
    form.fields["note"].label = pgettext("activity", "What changed")
    asked, problem = request.POST.get("act", ""), ""
    if form.is_bound:
        if asked not in ActivityAct.values or asked in acts.ENDS:
            problem = _("Choose what to do.")
        elif form.is_valid():
            given = form.cleaned_data
            note = given["note"] if asked == ActivityAct.CORRECT else ""
            try:
                acts.publish(activity, asked, by=by, edits=given["edits"], number=given["number"] or 0, note=note)
            except RefusedError as refused:
                if refused.field in form.fields:
                    form.say(refused)
                else:
                    problem = str(refused)
                activity.refresh_from_db()
                version = acts.current_version(activity)
                now = {"edits": str(activity.edits), "number": str(version.number if version else 0)}
                form.data = {**request.POST.dict(), **now}
            else:
                messages.success(request, _("Published. Everybody can read it now."))
                return redirect(activity)
        elif "edits" in form.errors or "number" in form.errors:
            problem = _("Open the page again and send it once more.")
    possible_now = acts.possible_acts(activity, version)
    ready = [act for act, why in possible_now if not why]
    preferred = next(
        (act for act in (ActivityAct.COMPLETE, ActivityAct.ANNOUNCE, ActivityAct.HOLD) if act in ready), None
    )
    context = {
        **_shown(activity),
        "form": form,
        "problem": problem,
        "version": version,
        "acts": [(act, act.label, why) for act, why in possible_now],
        "is_possible": bool(ready),
        "chosen": asked if asked in ActivityAct.values else (preferred or (ready[0] if ready else "")),
        "asks_what_changed": ActivityAct.CORRECT in (act for act, _why in possible_now),
        "elements": elements_of(activity),
        "waiting": acts.waiting_files(activity),
    }
    return show_desk(
        request, "participation/activity_publish.html", context, room=ROOM, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_end(request: HttpRequest, by: User, activity: Activity, act: str) -> HttpResponse:
    """Postpone, cancel or withdraw it, with a reason that everybody reads."""
    if act not in acts.ENDS:
        raise Http404(_("There is no such page."))
    version = acts.current_version(activity)
    form = ActForm(
        request.POST if request.method == "POST" else None,
        initial={"edits": activity.edits, "number": version.number if version else 0},
    )
    problem = ""
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            acts.publish(activity, act, by=by, edits=given["edits"], number=given["number"] or 0, note=given["note"])
        except RefusedError as refused:
            if refused.field in form.fields:
                form.say(refused)
            else:
                problem = str(refused)
        else:
            messages.success(request, _("Done. Everybody can read it now."))
            return redirect("participation:activity_desk", activity.code)
    elif ActivityAct(act) not in acts.ends_of(activity):
        messages.info(request, _("This cannot be done with the activity any more. Look at it as it is now."))
        return redirect("participation:activity_desk", activity.code)
    context = {"form": form, "activity": activity, "act": act, "act_name": ActivityAct(act).label, "problem": problem}
    return show_desk(
        request, "participation/activity_end.html", context, room=ROOM, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activity_discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw a draft away, after asking. One that is gone was thrown away by the same button a moment ago."""
    by = writer(request)
    found: Activity | None = Activity.objects.visible_to(by).filter(code=code.replace("\0", "")[:40]).first()
    if found is None:
        if request.method == "POST":
            messages.info(request, _("This draft is not there any more."))
            return redirect("participation:activities_desk")
        raise Http404(_("There is no such activity."))
    if request.method == "POST":
        form, problem = EditsForm(request.POST), ""
        if form.is_valid():
            try:
                acts.discard(found, by=by, edits=form.cleaned_data["edits"])
            except RefusedError as refused:
                problem = str(refused)
            else:
                messages.success(request, _("The draft is thrown away."))
                return redirect("participation:activities_desk")
        now: Activity | None = Activity.objects.visible_to(by).filter(pk=found.pk).first()
        if now is None:
            messages.info(request, _("This draft is not there any more."))
            return redirect("participation:activities_desk")
        context = {
            "activity": now,
            "form": EditsForm(initial={"edits": now.edits}),
            "problem": problem or _("Open the page again and send it once more."),
        }
        return show_desk(request, "participation/activity_discard.html", context, room=ROOM, status=422)
    if not found.is_draft:
        messages.info(request, _("What was public is never deleted. It can be cancelled or withdrawn with a reason."))
        return redirect("participation:activity_desk", found.code)
    form = EditsForm(initial={"edits": found.edits})
    return show_desk(request, "participation/activity_discard.html", {"activity": found, "form": form}, room=ROOM)
