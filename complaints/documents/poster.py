"""The notice-board poster: a QR to the channel's page, the promise in three lines, the other bodies' numbers.

In the language of the address: Thai for the board, English below `/en/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.pdf import Verbatim, compile_pdf

from ..guideline import answer_limit
from ..models import ChannelSettings
from .qr import document_svg

_TEMPLATE = Path(__file__).resolve().parent / "poster.typ"
SIZES = ("a4", "a3", "card")
"""card: four cards of A6 on a sheet of A4, to cut."""


class Issuer(Protocol):
    """Whose poster it is: `organization.models.Municipality`, or what has its fields."""

    name: str
    name_en: str


def poster_pdf(size: str, *, address: str, municipality: Issuer, rules: ChannelSettings) -> bytes:
    """The poster. size: one of `SIZES`. address: of the channel's page, absolute, as the QR holds it."""
    language = get_language() or "th"
    name = municipality.name if language == "th" else municipality.name_en or municipality.name
    title = _("Report corruption")
    content = {
        "size": size,
        "municipality": name,
        "heading": title,
        "question": _("An officer asks you for money, or did something dishonest?"),
        "scan": _("Scan with your phone"),
        "or_go_to": _("or go to"),
        "address": Verbatim(address.removeprefix("https://").removeprefix("http://").removesuffix("/")),
        "promises": [
            _("No need to say who you are. Where you write from is not recorded."),
            _("Only the officers named for your case can read it: not the administrator, and not the person accused."),
            _("You get a code to follow your case, and a first answer %(within)s.") % {"within": answer_limit(rules)},
        ],
        "others": _("You can also call"),
        "bodies": [
            {"name": _("NACC"), "number": Verbatim("1205")},
            {"name": _("PACC"), "number": Verbatim("1206")},
            {"name": _("Damrongdhama Centre"), "number": Verbatim("1567")},
            {"name": _("Government hotline"), "number": Verbatim("1111")},
        ],
        "qr": document_svg(address),
        "qr_alt": _("QR code that leads to %(address)s") % {"address": address},
    }
    return compile_pdf(_TEMPLATE, content, title=title, author=name, thai_digits=False, language=language)
