"""A plan as a draft: begun, described, with its files, compared, published or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import FiscalYear
from ita_portal.keyset import Keyset
from organization.models import User

from ..choices import PlanKind
from ..draft_reading import changes_of, checks_of, part_names, said, totals_of
from ..errors import RefusedError
from ..forms.plans import DocumentForm, DraftWordsForm, EditsForm, PlanForm, RevisionForm
from ..http import new_form_mark, officer, show_desk
from ..models import LineVersion, Plan, Revision
from ..services.catching_up import TOGETHER as COLUMNS_OF
from ..services.catching_up import WHOLE, Conflict, Side, catch_up, is_behind, merge
from ..services.plans import (
    BehindError,
    Words,
    add_document,
    begin_plan,
    change_words,
    discard,
    publish,
    remove_document,
    revise,
)

ORDER = Keyset(LineVersion, "position", "pk")
PAGE = 50
MOST_CHANGES = 300
"""Changed lines on one page."""
ROOM = "desk"
DraftView = Callable[..., HttpResponseBase]


def draft_or_none(pk: int) -> Revision | None:
    """A revision with what its pages say of it."""
    found: Revision | None = (
        Revision.objects.select_related("plan", "based_on", "based_on__plan", "made_by").filter(pk=pk).first()
    )
    return found


def of_draft(view: DraftView) -> Callable[..., HttpResponseBase]:
    """A page of a draft: for budget officers; one that is published leads to where everybody reads it.

    The view takes the request, the officer and the draft.
    """

    @wraps(view)
    def page(request: HttpRequest, pk: int, **more: Any) -> HttpResponseBase:
        by = officer(request)
        draft = draft_or_none(pk)
        if draft is None:
            if request.method == "POST":  # the same button a moment ago, or somebody else's
                messages.info(request, _("This draft is not there any more."))
                return redirect("budget:desk")
            raise Http404
        if not draft.is_draft:
            messages.info(request, _("This draft is published. What is published is never changed: start a revision."))
            return redirect(draft)
        return view(request, by, draft, **more)

    return page


def _initial(words: object, **more: Any) -> dict[str, Any]:
    return {**{name: getattr(words, name) for name in Words.__slots__}, **more}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a plan. `?year=`, `?kind=` and `?number=` fill the form."""
    by = officer(request)
    if request.method == "POST":
        form = PlanForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = begin_plan(
                    given["year"], given["kind"], form.words(), by=by, form_mark=given["form_mark"],
                    number=given["number"] or 1,
                )  # fmt: skip
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The draft is there. Upload its lines, or enter them one by one."))
                return redirect("budget:draft", made.pk)
        return show_desk(request, "budget/plan_new.html", {"form": form}, room=ROOM, status=422)
    asked = {name: request.GET.get(name, "")[:20].replace("\0", "") for name in ("year", "kind", "number")}
    initial = {"form_mark": new_form_mark(), **{name: value for name, value in asked.items() if value}}
    initial.setdefault("year", str(FiscalYear.current()))
    return show_desk(request, "budget/plan_new.html", {"form": PlanForm(initial=initial)}, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_revise(request: HttpRequest, year: int, plan: str) -> HttpResponse:
    """Begin a revision of what is in force."""
    by = officer(request)
    found: Plan = get_object_or_404(Plan.objects.at(year, plan).public())
    current = found.revisions.current().select_related("plan").get()
    form = RevisionForm(
        request.POST if request.method == "POST" else None,
        initial={"title": current.title, "declared_total": current.declared_total, "form_mark": new_form_mark()},
    )
    if form.is_bound and form.is_valid():
        try:
            made = revise(found, form.words(), by=by, form_mark=form.cleaned_data["form_mark"])
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(request, _("The revision is begun with everything that is in force. Nobody else sees it."))
            return redirect("budget:draft", made.pk)
    drafts = found.revisions.drafts().select_related("made_by", "plan")
    context = {"form": form, "plan": found, "current": current, "drafts": drafts}
    return show_desk(request, "budget/plan_revise.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_safe
@of_draft
def draft(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """Everything about a draft. `?by=group` adds it up by expenditure groups."""
    by_group = request.GET.get("by") == "group" and draft.plan.kind != PlanKind.REVENUE
    totals = totals_of(draft, by_group=by_group)
    context = {
        "draft": draft,
        "totals": totals,
        "by_group": by_group,
        "has_groups": draft.plan.kind != PlanKind.REVENUE,
        "checks": checks_of(draft, totals),
        "behind": is_behind(draft),
        "documents": list(draft.documents.all()),
        "transfers": list(draft.transfers.select_related("from_line__plan", "to_line__plan")),
        "may_transfer": draft.plan.is_budget and draft.based_on_id is not None,
        "others": list(draft.plan.revisions.drafts().exclude(pk=draft.pk).select_related("made_by")),
    }
    return show_desk(request, "budget/draft.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_words(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """What is said of the draft as a whole."""
    context: dict[str, Any] = {"draft": draft}
    if request.method != "POST":
        context["form"] = DraftWordsForm(initial=_initial(draft, edits=draft.edits))
        return show_desk(request, "budget/draft_words.html", context, room=ROOM)
    form = DraftWordsForm(request.POST)
    if form.is_valid():
        try:
            change_words(draft, form.words(), by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            context["theirs"] = show_now(form, draft, {name: getattr(draft, name) for name in Words.__slots__}, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("budget:draft", draft.pk)
    context["form"] = form
    return show_desk(request, "budget/draft_words.html", context, room=ROOM, status=422)


def show_now(
    form: Any, draft: Revision, now: dict[str, Any], refused: RefusedError, words: Callable[[str], str] | None = None
) -> list[tuple[str, str]]:
    """What stands in the draft now where it is not what was typed; the form is then about the draft as it is now.

    now: by names of fields. words: a field as people read it.
    """
    if refused.code != "changed":
        return []
    data = form.data.copy()
    data["edits"] = str(draft.edits)
    form.data = data
    shown = []
    for name, value in now.items():
        if name in form.cleaned_data and form.cleaned_data[name] != value:
            text = words(name) if words else str(form.fields[name].prepare_value(value) or "–")
            shown.append((str(form.fields[name].label), text))
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_documents(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """The files that will be published with the plan."""
    form = DocumentForm(initial={"edits": draft.edits})
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            # Adding a file overwrites nobody's words: what others changed meanwhile does not stand in its way.
            try:
                add_document(draft, form.cleaned_data["file"], title=form.cleaned_data["title"], by=by)
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The file is attached. Nobody sees it before the plan is published."))
                return redirect("budget:draft_documents", draft.pk)
    context = {"draft": draft, "form": form, "documents": list(draft.documents.select_related("added_by"))}
    return show_desk(request, "budget/draft_documents.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_POST
@of_draft
def draft_document_remove(request: HttpRequest, by: User, draft: Revision, document: int) -> HttpResponse:
    """Take a file out again."""
    try:
        remove_document(draft, document, by=by)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file is removed."))
    return redirect("budget:draft_documents", draft.pk)


@require_safe
@of_draft
def draft_changes(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """What the draft changes of what is in force."""
    found = changes_of(draft) if draft.based_on_id else []
    counts = {fate: sum(1 for one in found if one.fate == fate) for fate in ("added", "removed", "changed")}
    context = {
        "draft": draft,
        "counts": counts,
        "count": len(found),
        "most": MOST_CHANGES,
        "changes": [(one, said(one.before, one.after, one.fields)) for one in found[:MOST_CHANGES]],
    }
    return show_desk(request, "budget/draft_changes.html", context, room=ROOM)


@require_safe
@of_draft
def draft_preview(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """What everybody would read."""
    rows = draft.versions.select_related("line", "division")
    context = {
        "draft": draft,
        "totals": totals_of(draft),
        "column": part_names(draft.plan.kind)[0],
        "lines": ORDER.page(rows, request.GET.get("after", ""), PAGE),
        "documents": list(draft.documents.all()),
        "transfers": list(draft.transfers.select_related("from_line__plan", "to_line__plan")),
    }
    return show_desk(request, "budget/draft_preview.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_publish(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """Put the draft in force, after everything that becomes public was shown."""
    form = EditsForm(request.POST if request.method == "POST" else None, initial={"edits": draft.edits})
    if form.is_bound and form.is_valid():
        try:
            made = publish(draft, by=by, edits=form.cleaned_data["edits"])
        except BehindError as behind:
            told = {"draft": draft, "current": behind.current, "base": draft.based_on}
            return show_desk(request, "budget/draft_behind.html", told, room=ROOM, status=422)
        except RefusedError as refused:
            if refused.code in ("gone", "revision_published_stays"):
                messages.info(request, str(refused))
                return redirect("budget:desk")
            form.say(refused)
            form.data = {"edits": str(draft.edits)}
        else:
            messages.success(request, _("Published. Everybody can read it now."))
            return redirect(made)
    totals = totals_of(draft)
    checks = checks_of(draft, totals)
    newer = is_behind(draft)
    follows = newer or draft.based_on
    context = {
        "draft": draft,
        "form": form,
        "totals": totals,
        "checks": checks,
        "is_possible": all(check.is_good or not check.stops for check in checks),
        "behind": newer,
        "counts": {"documents": draft.documents.count(), "transfers": draft.transfers.count()},
        "number": (follows.number or 0) + 1 if follows else 1,
    }
    return show_desk(request, "budget/draft_publish.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_discard(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """Throw the draft away, after asking."""
    if request.method == "POST":
        try:
            discard(draft, by=by)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The draft is thrown away. What is published stays as it is."))
        return redirect("budget:desk")
    context = {"draft": draft, "count": draft.versions.count(), "documents": draft.documents.count()}
    return show_desk(request, "budget/draft_discard.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_catch_up(request: HttpRequest, by: User, draft: Revision) -> HttpResponse:
    """Bring the draft behind what somebody else has published."""
    current = is_behind(draft)
    if current is None:
        messages.info(request, _("This draft follows what is in force already."))
        return redirect("budget:draft", draft.pk)
    choices = _choices(request)
    problem = ""
    if request.method == "POST":
        form = EditsForm(request.POST)
        behind = request.POST.get("behind", "")
        if form.is_valid():
            try:
                catch_up(
                    draft, by=by, edits=form.cleaned_data["edits"], choices=choices,
                    behind=int(behind) if behind.isascii() and behind.isdigit() and len(behind) < 19 else 0,
                    leave=bool(request.POST.get("leave")),
                )  # fmt: skip
            except RefusedError as refused:
                problem = str(refused)
            else:
                messages.success(request, _("The draft now follows what is in force. Look at its changes again."))
                return redirect("budget:draft_changes", draft.pk)
        problem = problem or _("Open the page again and choose once more.")
    context: dict[str, Any] = {"draft": draft, "current": current, "base": draft.based_on, "problem": problem}
    try:
        found = merge(draft, current, choices)
    except RefusedError as refused:
        context["refused"] = str(refused)
        status = 422 if problem else 200
        return show_desk(request, "budget/draft_catch_up.html", context, room=ROOM, status=status)
    context |= {
        "merge": found,
        "conflicts": [_shown(conflict, choices) for conflict in found.conflicts],
        "news": len(found.news),
        "leave": bool(request.POST.get("leave")),
    }
    return show_desk(request, "budget/draft_catch_up.html", context, room=ROOM, status=422 if problem else 200)


def _choices(request: HttpRequest) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for name, value in request.POST.items():
        if name.startswith("choice-") and len(name) < 60:
            if value == "mine":
                found[name.removeprefix("choice-")] = "mine"
            elif value == "theirs":
                found[name.removeprefix("choice-")] = "theirs"
    return found


def _shown(conflict: Conflict, choices: dict[str, Side]) -> dict[str, Any]:
    """A conflict as the page shows it: what both say."""
    version = conflict.mine or conflict.theirs or conflict.base
    rows = said(conflict.theirs, conflict.mine, COLUMNS_OF.get(conflict.name, ()))
    return {
        "conflict": conflict,
        "version": version,
        "rows": [row for row in rows if row.before != row.after],
        "chosen": choices.get(conflict.key, ""),
        "is_whole": conflict.name == WHOLE,
    }
