"""The notice-board poster: a QR to the channel's page, the promise in three lines, the other bodies' numbers.

In the language of the address: Thai for the board, English below `/en/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ita_portal.pdf import Verbatim, compile_pdf
from ita_portal.qr import document_svg

from ..guideline import answer_limit
from ..models import ChannelSettings

_TEMPLATE = Path(__file__).resolve().parent / "poster.typ"
SIZES = ("a4", "a3", "card")
"""card: four cards of A6 on a sheet of A4, to cut."""
_LARGEST_ADDRESS, _ADDRESS_ROOM = 26, 430
"""Points of the address at most, and points times letters that fit beside the code."""


class Issuer(Protocol):
    """Whose poster it is: `organization.models.Municipality`, or what has its fields."""

    name: str
    name_en: str


def poster_pdf(size: str, *, address: str, municipality: Issuer, rules: ChannelSettings) -> bytes:
    """The poster. size: one of `SIZES`. address: of the channel's page, absolute, as the QR holds it."""
    language = get_language() or "th"
    name = municipality.name if language == "th" else municipality.name_en or municipality.name
    title = _("Report corruption")
    lines = _broken(address.removeprefix("https://").removeprefix("http://").removesuffix("/"))
    content = {
        "size": size,
        "heading_size": 74 if language == "th" else 58,
        "address": lines,
        "address_size": min(_LARGEST_ADDRESS, _ADDRESS_ROOM // max(map(len, lines))),
        "municipality": name,
        "heading": title,
        "question": _("Asked for a bribe? Saw something dishonest?"),
        "scan": _("Scan to report"),
        "or_go_to": _("or go to"),
        "promises": [
            _("No name needed. Where you write from is not recorded."),
            _("Only the officers of your case can read it: not the accused, not the administrator."),
            _("You get a code to follow it, and an answer %(within)s.") % {"within": answer_limit(rules)},
        ],
        "care": _("Do not scan with the telephone or Wi-Fi of your office."),
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


def _broken(address: str) -> list[str]:
    """The address in lines that end at its slashes, as somebody would copy it by hand."""
    host, _slash, path = address.partition("/")
    return [Verbatim(host), Verbatim(f"/{path}")] if path else [Verbatim(host)]
