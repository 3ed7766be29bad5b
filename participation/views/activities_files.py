"""Photos and documents of activities: handed out to everybody once they are public, kept and taken away at the desk."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.refusals import RefusedError
from ita_portal.uploads import serve_file
from organization.models import User

from ..activity_guards import MOST_DOCUMENTS, MOST_PHOTOS
from ..forms.activities import DocumentForm, PhotosForm, RemoveForm, SpokenForm
from ..http import show_desk
from ..models import Activity, ActivityDocument, ActivityPhoto
from ..services import activity_files as acts
from .activities_desk import ROOM, of_activity

_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


def _public(model: type[ActivityPhoto] | type[ActivityDocument], code: str, file: str) -> Any:
    """A public file of an activity. Http404 for every other."""
    if not _ID.fullmatch(code) or not _ID.fullmatch(file):
        raise Http404(_("There is no such file."))
    found = model.objects.public().filter(activity__code=code, public_id=file).first()
    if found is None:
        raise Http404(_("There is no such file."))
    return found


def _photo(photo: ActivityPhoto, *, small: bool) -> HttpResponseBase:
    field, digest = (photo.small, photo.small_sha256) if small else (photo.file, photo.sha256)
    name = f"{photo.public_id}{PurePath(str(field.name)).suffix}"
    return _sent(field, name, photo.content_type, digest)


def _sent(field: Any, name: str, content_type: str, digest: str) -> HttpResponseBase:
    try:
        return serve_file(field.open("rb"), name, content_type, sha256=digest)
    except (FileNotFoundError, ValueError):
        raise Http404(_("There is no such file.")) from None


@login_not_required
@require_safe
def activity_photo(request: HttpRequest, code: str, photo: str) -> HttpResponseBase:
    """A public photo."""
    return _photo(_public(ActivityPhoto, code, photo), small=False)


@login_not_required
@require_safe
def activity_photo_small(request: HttpRequest, code: str, photo: str) -> HttpResponseBase:
    """The same, small."""
    return _photo(_public(ActivityPhoto, code, photo), small=True)


@login_not_required
@require_safe
def activity_document(request: HttpRequest, code: str, document: str) -> HttpResponseBase:
    """A public document."""
    found = _public(ActivityDocument, code, document)
    return _sent(found.file, found.name, found.content_type, found.sha256)


@require_safe
@of_activity
def activity_desk_file(request: HttpRequest, by: User, activity: Activity, file: str) -> HttpResponseBase:
    """A photo (`?size=small`) or document of an activity at the desk, public or not."""
    if _ID.fullmatch(file):
        photo = activity.activityphotos.kept().filter(public_id=file).first()
        if photo is not None:
            return _photo(photo, small=request.GET.get("size") == "small")
        document = activity.activitydocuments.kept().filter(public_id=file).first()
        if document is not None:
            return _sent(document.file, document.name, document.content_type, document.sha256)
    raise Http404(_("There is no such file."))


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_photos(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """Photos: added with what can be seen, taken away."""
    form: SpokenForm = PhotosForm()
    removing: RemoveForm | None = None
    if request.method == "POST" and request.POST.get("act") == "remove":
        removing = RemoveForm(request.POST)
        if _removed(request, by, activity, ActivityPhoto, removing):
            return redirect("participation:activity_photos", activity.code)
    elif request.method == "POST":
        form = PhotosForm(request.POST, request.FILES)
        if form.is_valid():
            given = form.cleaned_data
            try:
                acts.add_photos(activity, given["photos"], by=by, consent=given["consent"])
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The photos are there. Everybody sees them with the next publication."))
                return redirect("participation:activity_photos", activity.code)
    return _files_page(request, activity, form, removing, "participation/activity_photos.html")


@require_http_methods(["GET", "HEAD", "POST"])
@of_activity
def activity_documents(request: HttpRequest, by: User, activity: Activity) -> HttpResponse:
    """Documents: added with a title, taken away."""
    form: SpokenForm = DocumentForm()
    removing: RemoveForm | None = None
    if request.method == "POST" and request.POST.get("act") == "remove":
        removing = RemoveForm(request.POST)
        if _removed(request, by, activity, ActivityDocument, removing):
            return redirect("participation:activity_documents", activity.code)
    elif request.method == "POST":
        form = DocumentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                acts.add_document(activity, form.cleaned_data["file"], form.cleaned_data["title"], by=by)
            except RefusedError as refused:
                form.say(refused)
            else:
                messages.success(request, _("The document is there. Everybody sees it with the next publication."))
                return redirect("participation:activity_documents", activity.code)
    return _files_page(request, activity, form, removing, "participation/activity_documents.html")


def _removed(
    request: HttpRequest, by: User, activity: Activity, model: type[ActivityPhoto] | type[ActivityDocument],
    form: RemoveForm,
) -> bool:  # fmt: skip
    """Take away what the form names; whether that is done. One that is gone is done."""
    if not form.is_valid():
        return False
    found = model.objects.filter(activity=activity, public_id=form.cleaned_data["file"]).first()
    if found is not None:
        try:
            acts.remove_file(found, by=by, reason=form.cleaned_data["reason"])
        except RefusedError as refused:
            form.say(refused)
            return False
    messages.success(request, _("It is taken away, and the file destroyed."))
    return True


def _files_page(
    request: HttpRequest, activity: Activity, form: SpokenForm, removing: RemoveForm | None, template: str
) -> HttpResponse:
    failed = request.method == "POST"
    context = {
        "activity": activity,
        "form": form,
        "removing": removing,
        "photos": list(activity.activityphotos.kept()) if "photos" in template else [],
        "documents": list(activity.activitydocuments.kept()) if "documents" in template else [],
        "most": MOST_PHOTOS if "photos" in template else MOST_DOCUMENTS,
    }
    return show_desk(request, template, context, room=ROOM, status=422 if failed else 200)
