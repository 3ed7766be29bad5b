"""Certificates: the file for its owner, and for everybody the answer whether one is genuine."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ita_portal.thai import to_arabic_digits

from ..documents.certificate import certificate_pdf, verify_address
from ..http import open_to_all, person, show
from ..models import Certificate
from ..models.certificates import CODE_LENGTH
from ..trainings_reading import certificates_of

_MOST = 60


def plain_code(text: str) -> str:
    """A code as it is kept, however it was typed; empty where it cannot be one."""
    letters = re.sub(r"[\s-]", "", to_arabic_digits(text[:_MOST])).upper()
    return letters if len(letters) == CODE_LENGTH and letters.isascii() and letters.isalnum() else ""


@require_safe
def certificate_file(request: HttpRequest, code: str) -> HttpResponse:
    """One's own certificate as PDF; an organiser's, every one."""
    found: Certificate = get_object_or_404(certificates_of(person(request)), code=plain_code(code))
    response = HttpResponse(certificate_pdf(found), content_type="application/pdf")
    name = f"certificate-{found.fiscal_year}-{found.number:04d}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@open_to_all
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """`/guidelines/trainings/verify/`: where a code is typed in."""
    typed = request.GET.get("code", "")
    code = plain_code(typed)
    if code:
        return redirect("guidelines:verify_certificate", code)
    problem = _("A code has 16 letters and digits. It stands under the QR code.") if typed else ""
    context = {"typed": typed[:_MOST], "problem": problem, "certificate": None, "code": ""}
    return show(request, "guidelines/certificate.html", context, room="trainings", status=422 if problem else 200)


@open_to_all
@require_safe
def verify_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """`/guidelines/trainings/verify/<code>/`: whether a certificate is genuine, and what stands on it."""
    plain = plain_code(code)
    if plain and plain != code:
        return redirect("guidelines:verify_certificate", plain)
    found = Certificate.objects.filter(code=plain).first() if plain else None
    context = {
        "certificate": found,
        "code": code[:_MOST],
        "typed": code[:_MOST],
        "problem": "",
        "address": verify_address(found) if found else "",
    }
    return show(request, "guidelines/certificate.html", context, room="trainings", status=200 if found else 404)
