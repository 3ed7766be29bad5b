"""The poster of a survey: a QR to its form for counters and notice boards. In the language of the address."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import long_date
from organization.models import Municipality

from ..choices import Purpose
from ..models import Survey

_TEMPLATE = Path(__file__).resolve().parent / "poster.typ"
SIZES = ("a4", "a3", "card")
"""card: four cards of A6 on a sheet of A4, to cut."""
_LARGEST_ADDRESS, _ADDRESS_ROOM = 26, 430
"""Points of the address at most, and points times letters that fit beside the code."""
_ABOUT_SIZES = ((50, 23), (90, 18), (1_000, 14))
"""Up to so many letters, points of what the survey is about: it stays within two lines or three."""


def poster_pdf(size: str, survey: Survey, *, address: str, municipality: Municipality) -> bytes:
    """The poster. size: one of `SIZES`. address: of the form, absolute, as the QR holds it."""
    language = get_language() or "th"
    name = name_of(municipality, language)
    served = survey.questionnaire.purpose == Purpose.SATISFACTION
    title = _("How did we serve you?") if served else _("Your opinion, please")
    lines = broken(address)
    content = {
        "size": size,
        "heading": title,
        "heading_size": 48,
        "about": survey.name,
        "about_size": next(size for most, size in _ABOUT_SIZES if len(survey.name) <= most),
        "address": lines,
        "address_size": min(_LARGEST_ADDRESS, _ADDRESS_ROOM // max(map(len, lines))),
        "municipality": name,
        "scan": _("Scan to answer"),
        "or_go_to": _("or go to"),
        "promises": [
            _("One page, about a minute. No app, no account."),
            _("No name. Your answers are counted together with those of others."),
            _("Everybody can read the results, and what was done about them."),
        ],
        "code_needed": "" if survey.open_link else _("You need the code on your slip."),
        "until": _("Open from %(first)s to %(last)s")
        % {"first": long_date(survey.opens_on), "last": long_date(survey.closes_on)},
        "qr": document_svg(address),
        "qr_alt": _("QR code that leads to %(address)s") % {"address": address},
    }
    return compile_pdf(_TEMPLATE, content, title=title, author=name, thai_digits=False, language=language)


def name_of(municipality: Municipality, language: str) -> str:
    """What the municipality is called in a language."""
    return municipality.name if language == "th" else municipality.name_en or municipality.name


def broken(address: str) -> list[str]:
    """An address in lines that end at its host, as somebody would copy it by hand."""
    host, _slash, path = address.removeprefix("https://").removeprefix("http://").removesuffix("/").partition("/")
    return [Verbatim(host), Verbatim(f"/{path}")] if path else [Verbatim(host)]
