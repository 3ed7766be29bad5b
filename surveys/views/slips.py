"""Pages: the poster of a survey, and its slips with single-use codes."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ita_portal.refusals import RefusedError
from organization.models import Municipality

from ..documents.poster import SIZES, poster_pdf
from ..documents.slips import slips_pdf
from ..forms.desk import SlipsForm
from ..http import keeper, new_form_mark, show_desk
from ..models import SlipBatch
from ..reading.desk import batches_of
from ..services import surveys as acts
from .desk import survey_of


def _municipality() -> Municipality:
    return Municipality.objects.first() or Municipality(name="–")


def _pdf(content: bytes, name: str, *, shown: bool) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = str(content_disposition_header(as_attachment=not shown, filename=name))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """`poster.pdf?size=a4|a3|card`: a notice for counters and boards with a QR to the survey."""
    keeper(request)
    survey = survey_of(code)
    size = request.GET.get("size") or "a4"
    if size not in SIZES:
        raise Http404(_("There is no poster of this size. Choose a4, a3 or card."))
    address = request.build_absolute_uri(reverse("surveys:answer", args=[survey.code]))
    content = poster_pdf(size, survey, address=address, municipality=_municipality())
    return _pdf(content, f"survey-{survey.code}-poster-{size}.pdf", shown=True)


@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: HttpRequest, code: str) -> HttpResponse:
    """Print slips: the answer to the form is the file itself, the one place where their codes stand."""
    by = keeper(request)
    survey = survey_of(code)
    form = SlipsForm(request.POST) if request.method == "POST" else SlipsForm(initial={"form_mark": new_form_mark()})
    printed_before = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():  # codes that did not get onto paper are not kept
                _batch, codes = acts.print_slips(
                    survey, given["many"], given["place"], by=by, form_mark=given["form_mark"] or None
                )
                address = request.build_absolute_uri(reverse("surveys:answer", args=[survey.code]))
                content = slips_pdf(survey, codes, given["place"], address=address, municipality=_municipality())
            return _pdf(content, f"survey-{survey.code}-slips.pdf", shown=False)
        except RefusedError as refused:
            printed_before = refused.code == "slips_printed_once"
            form.say(refused)
    context = {
        "survey": survey,
        "form": form,
        "printed_before": printed_before,
        "batches": batches_of(survey) if printed_before else [],
        "is_over": survey.is_over(),
    }
    failed = request.method == "POST"
    return show_desk(request, "surveys/slips.html", context, room="desk", status=422 if failed else 200)


@require_POST
def revoke(request: HttpRequest, code: str, batch: int) -> HttpResponse:
    """Make the unused codes of a batch worthless."""
    by = keeper(request)
    found = get_object_or_404(SlipBatch, pk=batch, survey__code=code) if batch < 2**63 else None
    if found is None:
        raise Http404
    acts.revoke_slips(found, by=by)
    messages.success(request, _("The unused codes of these slips are worthless now."))
    return redirect("surveys:survey", code)
