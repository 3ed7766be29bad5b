"""The staff: what I have to read, reading and confirming it, how many have."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import today
from organization.models import Municipality

from ..choices import Audience
from ..documents.confirmations import confirmations_pdf
from ..errors import RefusedError
from ..forms.acknowledging import ReadForm
from ..http import person, show
from ..markup_html import html
from ..models import Document
from ..reading import asked_of, confirmations_of, listed, shown
from ..reading import mine as mine_of
from ..services.acknowledging import acknowledge, has_confirmed
from ..services.documents import questions_of
from ..shares import Counting, added, merged


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I have to read, what I have confirmed, what else there is to read."""
    user = person(request)
    rows = mine_of(user)
    context = {
        "waiting": [one for one in rows if one.waits],
        "others": [one for one in rows if not one.waits],
        "confirmations": confirmations_of(user),
        "is_staff": user.division_id is not None,
    }
    return show(request, "guidelines/mine.html", context, room="mine")


@require_safe
def confirmations_file(request: HttpRequest) -> HttpResponse:
    """My confirmations as a document that can be printed and signed."""
    user = person(request)
    content = confirmations_pdf(
        user, confirmations_of(user), municipality=Municipality.objects.first() or Municipality(name="–")
    )
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename="confirmations.pdf")
    response.headers["Content-Disposition"] = str(disposition)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def read_and_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a document as it is in force, and confirm that it is understood."""
    user = person(request)
    document = Document.objects.visible_to(user).filter(slug=slug).first()
    one = shown(document) if document else None
    if document is None or one is None:
        raise Http404(_("There is no such document."))
    questions = questions_of(one.version)
    confirmed = has_confirmed(user, one.version)
    form = ReadForm(request.POST if request.method == "POST" else None, questions=questions, version=one.version)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            acknowledge(document, form.cleaned_data["version"], by=user, answers=form.answers())
        except RefusedError as refused:
            if refused.code == "not_in_force":  # what was ticked was said of another text
                form = ReadForm(questions=questions, version=one.version)
                messages.warning(request, str(refused))
            else:
                form.say(refused)
        else:
            messages.success(request, _("Thank you. It is noted that you have read and understood it."))
            return redirect("guidelines:mine")
    context = {
        "shown": one,
        "document": document,
        "version": one.version,
        "text": html(one.blocks),
        "form": form,
        "confirmed": confirmed,
        "is_asked": Document.objects.filter(asked_of(user), pk=document.pk).exists(),
    }
    return show(request, "guidelines/read.html", context, room="mine", status=status)


@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """How many of the staff have confirmed which document, by division; small divisions together."""
    rows = [
        one for one in listed(Document.objects.readable().standing(today())) if one.document.audience != Audience.NOBODY
    ]
    counting = Counting([one.document for one in rows])
    told = []
    for one in rows:
        by_division = counting.by_division(one.document, one.version)
        told.append((one, added(by_division), merged(by_division)))
    return show(request, "guidelines/shares.html", {"rows": told}, room="shares")
