"""The notice for the board."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from organization.models import Municipality

from ..documents.notice import notice_of, notice_pdf
from ..http import budget_public
from .public import open_year


@budget_public
def notice(request: HttpRequest, year: int) -> HttpResponse:
    """`notice.pdf`: the year's budget on one page of A4 with a QR code to its page."""
    found = notice_of(open_year(year))
    if found is None:
        raise Http404(_("The budget of this year has not been published yet."))
    address = request.build_absolute_uri(reverse("budget:year", args=[year]))
    content = notice_pdf(found, address=address, municipality=Municipality.objects.first() or Municipality(name="–"))
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=f"budget-{year}-notice.pdf")
    response.headers["Content-Disposition"] = str(disposition)
    return response
