"""The channel's own page, and its poster."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organization.models import Municipality

from .. import guideline
from ..choices import Refusal
from ..documents.poster import SIZES, poster_pdf
from ..models import ChannelSettings
from ..posters import hanging
from .statistics import channel_public


@channel_public
def channel(request: HttpRequest) -> HttpResponse:
    """The promise, the way in, and the guideline with the elements that the assessor checks."""
    rules = ChannelSettings.current()
    context = {
        "rules": rules,
        "readers": guideline.readers(),
        "answer_limit": guideline.answer_limit(rules),
        "keep_closed": guideline.long_time(rules.keep_closed_months),
        "keep_refused": guideline.long_time(rules.keep_refused_months),
        "keep_withdrawn": guideline.long_time(rules.keep_withdrawn_months),
        "refusals": [label for _value, label in Refusal.choices],
        "changed_on": guideline.changed_on(),
        "hanging": hanging(),
    }
    return render(request, "complaints/channel.html", context)


@channel_public
def poster(request: HttpRequest) -> HttpResponse:
    """`poster.pdf?size=a4|a3|card`: a notice for boards and counters with a QR to the channel's page."""
    size = request.GET.get("size") or "a4"
    if size not in SIZES:
        raise Http404(_("There is no poster of this size. Choose a4, a3 or card."))
    municipality = Municipality.objects.first() or Municipality(name="–")
    content = poster_pdf(
        size,
        address=request.build_absolute_uri(reverse("complaints:channel")),
        municipality=municipality,
        rules=ChannelSettings.current(),
    )
    name = _("Report corruption poster") + f"-{size}-{get_language()}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    return response
