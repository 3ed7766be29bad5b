"""Documents, for everybody: the list, a document in force, its versions, what changed, its PDF.

What is for the staff only has the same addresses: whoever has not signed in is told that there is no such page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.uploads import serve_file
from organization.models import Municipality

from ..choices import ASSET_MANUAL, BUDGET, COMPLAINTS, Audience, Readers
from ..differences import differences
from ..documents.guideline import guideline_pdf
from ..http import guidelines_public, show
from ..markup_html import html
from ..models import Document, Version
from ..page_topics import TOPIC
from ..reading import Shown, listed, shown
from ..shares import Counting, by_quarter

_PLACES = {ASSET_MANUAL: "assets:catalogue", COMPLAINTS: "complaints:channel", BUDGET: "budget:years"}
"""Where in the portal a document's work is done: names of addresses."""


def of_document(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of a document, for whoever may read it: kept for everybody where it is public.

    The view takes the request and the document.
    """

    @wraps(view)
    def page(request: HttpRequest, slug: str, **more: Any) -> HttpResponseBase:
        document = Document.objects.visible_to(request.user).filter(slug=slug).first()
        if document is None:
            raise Http404(_("There is no such document."))
        response = view(request, document, **more)
        if document.readers == Readers.PUBLIC:
            response.page_topics = ("organization", TOPIC)  # type: ignore[attr-defined] # kept like `public_page`
        return response

    return login_not_required(require_safe(page))


def found_version(document: Document, number: int | None = None) -> Shown:
    """A version for reading. Http404 where there is none, or it is not in force and has no number."""
    found = shown(document, number)
    if found is None:
        raise Http404(_("There is no such version."))
    return found


@guidelines_public
def documents(request: HttpRequest) -> HttpResponse:
    """`/guidelines/`: all that are public."""
    rows = listed(Document.objects.public())
    counting = Counting([one.document for one in rows])
    context = {
        "rows": [
            (one, counting.whole(one.document, one.version)) for one in rows if not one.document.is_withdrawn
        ],
        "withdrawn": [one for one in rows if one.document.is_withdrawn],
    }  # fmt: skip
    return show(request, "guidelines/documents.html", context, room="documents")


@of_document
def document(request: HttpRequest, found: Document) -> HttpResponse:
    """`/guidelines/<slug>/`: what is in force."""
    return _page(request, found_version(found))


@of_document
def version(request: HttpRequest, found: Document, number: int) -> HttpResponse:
    """`/guidelines/<slug>/<n>/`: a version, in force or not."""
    return _page(request, found_version(found, number))


def _page(request: HttpRequest, one: Shown) -> HttpResponse:
    document = one.document
    share, quarters = None, []
    if document.audience != Audience.NOBODY and one.is_current and not document.is_withdrawn:
        counting = Counting([document])
        share = counting.whole(document, one.version)
        quarters = by_quarter(document, one.versions, counting, _last_quarters())
    context = {
        "shown": one,
        "document": document,
        "version": one.version,
        "text": html(one.blocks),
        "share": share,
        "quarters": [row for row in quarters if row.share.is_told],
        "place": reverse(_PLACES[document.slug]) if document.slug in _PLACES else "",
    }
    return show(request, "guidelines/document.html", context, room="documents")


def _last_quarters() -> list[FiscalQuarter]:
    """Those of this fiscal year and the three before, newest first, as far as they have begun."""
    now = FiscalYear.current().number
    found = [quarter for year in range(now - 3, now + 1) for quarter in FiscalYear(year).quarters]
    return [quarter for quarter in reversed(found) if quarter.start <= today()]


@of_document
def changes(request: HttpRequest, found: Document, before: int, after: int) -> HttpResponse:
    """What is different between two versions."""
    one, other = found_version(found, before), found_version(found, after)
    if before >= after:
        raise Http404(_("There is no such version."))
    context = {
        "shown": other,
        "document": found,
        "before": one.version,
        "after": other.version,
        "differences": differences(one.blocks, other.blocks),
        "steps": [version for version in reversed(other.versions) if before < (version.number or 0) <= after],
    }
    return show(request, "guidelines/changes.html", context, room="documents")


@of_document
def document_pdf(request: HttpRequest, found: Document, number: int | None = None) -> HttpResponseBase:
    """`/guidelines/<slug>.pdf`: what is in force, or a version, as an official document; its own file where it has no
    text."""
    one = found_version(found, number)
    if not one.version.body:
        return _file(one.version)
    address = request.build_absolute_uri(found.get_absolute_url())
    content = guideline_pdf(one, address=address, municipality=Municipality.objects.first() or Municipality(name="–"))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{found.slug}-{one.version.number}.pdf"
    response.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=False, filename=name))
    return response


@of_document
def document_file(request: HttpRequest, found: Document, number: int) -> HttpResponseBase:
    """The PDF that was attached to a version."""
    return _file(found_version(found, number).version)


def _file(version: Version) -> HttpResponseBase:
    if not version.file:
        raise Http404(_("This version has no file."))
    try:
        content = version.file.open("rb")
    except OSError:
        raise Http404(_("This file is not there any more.")) from None
    return serve_file(content, version.file_name, "application/pdf", sha256=version.file_sha256)
