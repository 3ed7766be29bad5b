"""A certificate of a training: one page of A4, landscape, in Thai with Thai digits, with a QR code to its check."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from ita_portal.fiscal import BANGKOK
from ita_portal.pdf import Verbatim, breakable, compile_pdf
from ita_portal.qr import document_svg
from ita_portal.thai import MONTHS, long_date
from organization.models import Municipality
from organization.seal import seal_png

from ..models import Certificate

_TEMPLATE = Path(__file__).resolve().parent / "certificate.typ"
_ERA = 543
_LINE = 54
"""Letters of an address beside the QR code."""


def verify_address(certificate: Certificate) -> str:
    """Where everybody can look whether it is genuine; in Thai as the default language."""
    with translation.override("th"):
        return f"{settings.PORTAL_URL}{reverse('guidelines:verify_certificate', args=[certificate.code])}"


def in_groups(code: str) -> str:
    """`ABCD EFGH JKLM NPQR`: easier to type."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain_hours(hours: Decimal) -> str:
    """`6`, `4.5`."""
    return f"{hours:.1f}".removesuffix(".0")


def span_in_words(first: dt.date, last: dt.date) -> str:
    """`วันที่ 5 มีนาคม 2567`, `ระหว่างวันที่ 5 – 6 มีนาคม 2567`."""
    if first == last:
        return f"วันที่ {long_date(first, 'th')}"
    begin = long_date(first, "th")
    if first.year == last.year:
        begin = f"{first.day} {MONTHS[first.month - 1]}" if first.month != last.month else str(first.day)
    return f"ระหว่างวันที่ {begin} – {long_date(last, 'th')}"


def _width(text: str) -> int:
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def _lines(address: str) -> list[str]:
    """The address without its scheme, in lines that fit beside the QR code."""
    text = address.removeprefix("https://").removeprefix("http://")
    host, _slash, path = text.partition("/")
    lines = [text] if len(text) <= _LINE else [host, f"/{path}"]
    return [line[start : start + _LINE] for line in lines for start in range(0, len(line), _LINE)]


def _seal() -> list[int]:
    """The seal's picture; empty where there is none, or none that can be shown."""
    municipality = Municipality.objects.first()
    if municipality is None or not municipality.seal:
        return []
    try:
        return list(seal_png(municipality))
    except OSError:
        return []


def certificate_pdf(certificate: Certificate) -> bytes:
    """The page, from nothing but the issued row and the seal."""
    issued = certificate.issued_on
    address = verify_address(certificate)
    days = f"จำนวน {certificate.days} วัน รวม {plain_hours(certificate.hours)} ชั่วโมง"
    title = f"วุฒิบัตร เลขที่ {certificate.number}/{certificate.fiscal_year}"
    content = {
        "municipality": certificate.municipality,
        "number": f"เลขที่ {certificate.number}/{certificate.fiscal_year}",
        "name": breakable(certificate.name, whole=40),
        "name_size": max(14.0, min(30.0, 30.0 * 38 / max(_width(certificate.name), 1))),
        "position": breakable(certificate.position, whole=60),
        "training": breakable(certificate.title, whole=60),
        "training_size": 20.0 if _width(certificate.title) <= 70 else 15.0,
        "when": f"{span_in_words(certificate.first_day, certificate.last_day)} {days}",
        "given": f"ให้ไว้ ณ วันที่ {issued.day} เดือน {MONTHS[issued.month - 1]} พ.ศ. {issued.year + _ERA}",
        "signatory": {"name": certificate.signatory_name, "position": certificate.signatory_position},
        "address": [Verbatim(line) for line in _lines(address)],
        "code": Verbatim(in_groups(certificate.code)),
        "qr": Verbatim(document_svg(address)),
        "seal": _seal(),
        "demonstration": "ตัวอย่าง ไม่ใช่วุฒิบัตรจริง" if certificate.is_demonstration else "",
    }
    created = dt.datetime.combine(issued, dt.time(12), BANGKOK)
    return compile_pdf(_TEMPLATE, content, title=title, author=certificate.municipality, created=created)
