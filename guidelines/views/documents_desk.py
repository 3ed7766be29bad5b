"""The desk of documents: all of them, a new one, one with its versions and settings, who has not confirmed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.spreadsheets import CSV_TYPE, write_csv
from organization.models import Division

from ..desk_reading import people_and_documents, row_of, rows
from ..errors import RefusedError
from ..forms.documents import ChangeSettingsForm, DocumentForm
from ..http import new_form_mark, officer, show_desk
from ..models import Document
from ..reading import listed
from ..services.documents import begin_document, change_settings

ROOM = "documents"
PAGE = 50


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """`/guidelines/desk/`: all documents."""
    officer(request)
    return show_desk(request, "guidelines/documents_desk.html", {"rows": rows()}, room=ROOM)


def document_of(slug: str) -> Document:
    """Http404 where there is none."""
    found: Document | None = Document.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(_("There is no such document."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: HttpRequest) -> HttpResponse:
    """Begin a document."""
    by = officer(request)
    if request.method != "POST":
        form = DocumentForm(initial={"form_mark": new_form_mark(), "audience": "all", "readers": "public"})
        return show_desk(request, "guidelines/document_new.html", {"form": form}, room=ROOM)
    form = DocumentForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = begin_document(given["slug"], form.settings(), form.words(), by=by, form_mark=given["form_mark"])
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(request, _("The document is begun. Write its text now; nobody else sees it yet."))
            return redirect("guidelines:draft", made.slug)
    return show_desk(request, "guidelines/document_new.html", {"form": form}, room=ROOM, status=422)


@require_safe
def document_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """A document: its versions, its draft, who has confirmed."""
    officer(request)
    row, versions, shares = row_of(document_of(slug))
    context = {"row": row, "document": row.document, "versions": versions, "shares": shares}
    return show_desk(request, "guidelines/document_desk.html", context, room=ROOM)


@require_http_methods(["GET", "HEAD", "POST"])
def document_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who reads it and who confirms it."""
    by = officer(request)
    document = document_of(slug)
    form = ChangeSettingsForm(
        request.POST if request.method == "POST" else None,
        initial={
            "readers": document.readers, "audience": document.audience, "order": document.order,
            "divisions": [] if request.method == "POST" else list(document.divisions.all()),
            "withdrawn_on": document.withdrawn_on, "withdrawn_reason": document.withdrawn_reason,
            "edits": document.edits,
        },
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            change_settings(document, form.settings(), by=by, edits=form.cleaned_data["edits"])
        except RefusedError as refused:
            form.say(refused)
            if refused.code == "changed":
                data = request.POST.copy()
                data["edits"] = str(document_of(slug).edits)
                form.data = data
        else:
            messages.success(request, _("Saved."))
            return redirect("guidelines:document_desk", slug)
    context = {"form": form, "row": row_of(document)[0], "document": document}
    return show_desk(
        request, "guidelines/document_settings.html", context, room=ROOM, status=422 if form.is_bound else 200
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filter of the list: what is no document or division is left out."""
    chosen = {}
    slug = request.GET.get("document", "")
    if slug and len(slug) <= 60 and Document.objects.filter(slug=slug).exists():
        chosen["document"] = slug
    division = request.GET.get("division", "")
    is_number = division.isascii() and division.isdigit() and len(division) < 10
    if is_number and Division.objects.filter(pk=int(division)).exists():
        chosen["division"] = division
    if request.GET.get("who") == "all":
        chosen["who"] = "all"
    return chosen


def _found(chosen: dict[str, str]) -> list[Any]:
    return people_and_documents(
        missing_only="who" not in chosen, slug=chosen.get("document", ""),
        division=int(chosen["division"]) if "division" in chosen else None,
    )  # fmt: skip


@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """Who of the staff has not confirmed what they have to; `?who=all` with those who have."""
    officer(request)
    chosen = _asked(request)
    found = _found(chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page", "")[:9])
    context = {
        "page": page,
        "count": len(found),
        "chosen": chosen,
        "query": urlencode(chosen),
        "documents": listed(Document.objects.readable()),
        "divisions": list(Division.objects.order_by("order")),
    }
    return show_desk(request, "guidelines/unread.html", context, room="unread")


@require_safe
def unread_file(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    officer(request)
    header = [
        pgettext("guideline", "document"), _("version"), _("in force since"), _("division"), _("name"), _("position"),
        _("confirmed"),
    ]  # fmt: skip
    lines = (
        [
            one.version.title, one.version.number, one.version.in_force_on, one.division.name, str(one.person),
            one.person.position, localdate(one.confirmed_at) if one.confirmed_at else None,
        ]
        for one in _found(_asked(request))
    )  # fmt: skip
    response = HttpResponse(write_csv(header, lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="not-confirmed.csv"'
    return response
