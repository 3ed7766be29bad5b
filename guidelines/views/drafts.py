"""A draft of a version: its text with a preview, its file, its questions, published or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.fiscal import today
from organization.models import User

from ..choices import Audience
from ..differences import differences
from ..errors import RefusedError
from ..forms.documents import DeskForm, DraftForm, EditsField, FileForm, PublishForm, QuestionForm
from ..http import officer, show_desk
from ..markup import read
from ..markup_html import html
from ..models import CheckQuestion, Version
from ..services import documents as acts
from ..services.documents import Words, questions_of
from .documents_desk import ROOM, document_of

DraftView = Callable[..., HttpResponse]


def of_draft(view: DraftView) -> Callable[..., HttpResponse]:
    """A page of a document's draft, for the office; where there is none it leads to the document.

    The view takes the request, the officer and the draft.
    """

    @wraps(view)
    def page(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        by = officer(request)
        document = document_of(slug)
        draft = document.versions.drafts().select_related("document", "made_by").first()
        if draft is None:
            messages.info(request, _("There is no draft. Begin a new version."))
            return redirect("guidelines:document_desk", slug)
        return view(request, by, draft, **more)

    return page


def latest_of(draft: Version) -> Version | None:
    """The version that the draft would follow."""
    found: Version | None = Version.objects.published().filter(document=draft.document_id).order_by("-number").first()
    return found


@require_POST
def draft_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version."""
    by = officer(request)
    acts.begin_draft(document_of(slug), by=by)
    return redirect("guidelines:draft", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft(request: HttpRequest, by: User, found: Version) -> HttpResponse:
    """Write the draft. Saved with `preview`, it is shown as everybody would read it."""
    slug = found.document.slug
    theirs: list[tuple[str, str]] = []
    now = {name: getattr(found, name) for name in Words.__slots__}
    form = DraftForm(request.POST if request.method == "POST" else None, initial={**now, "edits": found.edits})
    if form.is_bound and form.is_valid():
        try:
            acts.change_draft(found, form.words(), by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            if refused.code == "changed":
                _with_new_edits(form, found)
                theirs = [
                    (str(form.fields[name].label), str(value) or "–")
                    for name, value in now.items()
                    if form.cleaned_data[name] != value
                ]
        else:
            messages.success(request, _("Saved."))
            return redirect("guidelines:draft_preview" if "preview" in request.POST else "guidelines:draft", slug)
    context = {"form": form, "draft": found, "document": found.document, "theirs": theirs,
               "latest": latest_of(found), "questions": questions_of(found)}  # fmt: skip
    return show_desk(request, "guidelines/draft.html", context, room=ROOM, status=422 if form.is_bound else 200)


def _with_new_edits(form: DeskForm, found: Version) -> None:
    """Sent again, the same form replaces what stands there now, which is shown with it."""
    form.data = {**form.data, "edits": str(found.edits)}


def _seen(request: HttpRequest) -> int:
    """How often the draft had been changed when it was shown; -1, which it never was, where that is not said."""
    try:
        seen: int = EditsField().clean(request.POST.get("edits", ""))
    except ValidationError:
        return -1
    return seen


@require_safe
@of_draft
def draft_preview(request: HttpRequest, _by: User, found: Version) -> HttpResponse:
    """What everybody would read."""
    latest = latest_of(found)
    context = {
        "draft": found,
        "document": found.document,
        "text": html(read(found.body)),
        "questions": questions_of(found),
        "latest": latest,
        "differences": differences(read(latest.body), read(found.body)) if latest else [],
        "problems": acts.problems_of(found),
    }
    return show_desk(request, "guidelines/draft_preview.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_file(request: HttpRequest, by: User, found: Version) -> HttpResponse:
    """Attach a PDF."""
    form = FileForm(initial={"edits": found.edits})
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                acts.attach_file(found, form.cleaned_data["file"], by=by, edits=form.cleaned_data["edits"])
            except RefusedError as refused:
                form.say(refused)
                if refused.code == "changed":
                    _with_new_edits(form, found)
            else:
                messages.success(request, _("The file is attached. Nobody sees it before the version is published."))
                return redirect("guidelines:draft", found.document.slug)
    context = {"form": form, "draft": found, "document": found.document}
    return show_desk(request, "guidelines/draft_file.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_POST
@of_draft
def draft_file_remove(request: HttpRequest, by: User, found: Version) -> HttpResponse:
    """Take the PDF out again."""
    return _done(
        request, found, lambda: acts.remove_file(found, by=by, edits=_seen(request)), _("The file is removed.")
    )


def _done(request: HttpRequest, found: Version, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("guidelines:draft", found.document.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_question(request: HttpRequest, by: User, found: Version, position: int | None = None) -> HttpResponse:
    """Write a check question; one that is there, by its place."""
    question: CheckQuestion | None = None
    if position is not None:
        question = found.questions.filter(position=position).first() if position < 32_768 else None
        if question is None:
            raise Http404
    now = QuestionForm.initial_of(question) if question else {}
    form = QuestionForm(
        request.POST if request.method == "POST" else None, is_new=question is None,
        initial={**now, "edits": found.edits},
    )  # fmt: skip
    theirs: list[tuple[str, str]] = []
    if form.is_bound and form.is_valid():
        try:
            acts.save_question(
                found, form.question(), by=by, position=position, edits=form.cleaned_data.get("edits")
            )  # fmt: skip
        except RefusedError as refused:
            form.say(refused)
            if refused.code == "changed":
                _with_new_edits(form, found)
                theirs = [(str(form.fields[name].label), str(value)) for name, value in now.items()]
        else:
            messages.success(request, _("The question is saved."))
            return redirect(reverse("guidelines:draft", args=[found.document.slug]) + "#questions")
    context = {"form": form, "draft": found, "document": found.document, "question": question,
               "theirs": theirs}  # fmt: skip
    return show_desk(
        request, "guidelines/draft_question.html", context, room=ROOM, status=422 if form.is_bound else 200
    )


@require_POST
@of_draft
def draft_question_remove(request: HttpRequest, by: User, found: Version, position: int) -> HttpResponse:
    """Take a question out."""
    if position > 32_767:
        raise Http404
    return _done(
        request, found, lambda: acts.remove_question(found, position, by=by, edits=_seen(request)),
        _("The question is removed."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_publish(request: HttpRequest, by: User, found: Version) -> HttpResponse:
    """Put the draft in force."""
    latest = latest_of(found)
    form = PublishForm(
        request.POST if request.method == "POST" else None, first=latest is None,
        initial={"edits": found.edits, "in_force_on": today()},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            made = acts.publish(
                found, by=by, edits=form.cleaned_data["edits"], in_force_on=form.day(), asks_again=form.asks()
            )
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(
                request, _("Version %(number)s is published.") % {"number": made.number}
            )  # fmt: skip
            return redirect("guidelines:document_desk", found.document.slug)
    context = {
        "form": form, "draft": found, "document": found.document, "latest": latest,
        "problems": acts.problems_of(found), "questions": questions_of(found),
        "is_asked": found.document.audience != Audience.NOBODY,
        "number": (latest.number or 0) + 1 if latest else 1,
    }  # fmt: skip
    return show_desk(request, "guidelines/draft_publish.html", context, room=ROOM, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def draft_discard(request: HttpRequest, by: User, found: Version) -> HttpResponse:
    """Throw the draft away; asked first. `?seen=`: how often it had been changed when it was shown before."""
    latest = latest_of(found)
    if request.method == "POST":
        try:
            acts.discard(found, by=by, edits=_seen(request))
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("guidelines:draft", found.document.slug)
        messages.success(request, _("The draft is thrown away."))
        return redirect("guidelines:document_desk", found.document.slug) if latest else redirect("guidelines:desk")
    if request.GET.get("seen", str(found.edits)) != str(found.edits):
        messages.error(request, str(acts.CHANGED_MEANWHILE))
        return redirect("guidelines:draft", found.document.slug)
    context = {"draft": found, "document": found.document, "latest": latest}
    return show_desk(request, "guidelines/draft_discard.html", context, room=ROOM)
