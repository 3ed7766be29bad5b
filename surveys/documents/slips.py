"""Slips with single-use codes: twelve on a page of A4, with lines to cut along. The one place where the codes stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import long_date
from organization.models import Municipality

from .. import slips
from ..models import Survey
from .poster import broken, name_of

_TEMPLATE = Path(__file__).resolve().parent / "slips.typ"


def slips_pdf(survey: Survey, codes: Sequence[str], place: str, *, address: str, municipality: Municipality) -> bytes:
    """A slip for each code. address: of the form, absolute; the QR of a slip opens it with the code filled in."""
    language = get_language() or "th"
    name = name_of(municipality, language)
    content = {
        "municipality": name,
        "about": survey.name,
        "place": place,
        "scan": _("Scan, or enter the code at"),
        "address": "".join(broken(address)),
        "once": _("Can be used once, until %(day)s. No name is asked.") % {"day": long_date(survey.closes_on)},
        "qr_alt": _("QR code of the slip"),
        "slips": [{"code": Verbatim(slips.shown(code)), "qr": document_svg(f"{address}s/{code}/")} for code in codes],
    }
    content["address"] = Verbatim(content["address"])
    title = _("Slips: %(survey)s") % {"survey": survey.name}
    return compile_pdf(_TEMPLATE, content, title=title, author=name, thai_digits=False, language=language)
