"""Labels to print and stick on things: a QR code that opens the asset, its number and its name.

24 on a sheet of A4 (3 across, 8 down, 70 × 37 mm): the usual sheets of labels, or plain paper to cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from ita_portal.pdf import Verbatim, breakable, compile_pdf
from ita_portal.qr import document_svg

from ..models import Asset
from .register_rows import ONE_LINE

MOST_LABELS = 240
_TEMPLATE = Path(__file__).resolve().parent / "labels.typ"
_NAME_ROOM, _NUMBER_ROOM = 52, 14
"""Letters that take width which fit in the lines of the name, and in that of the number at full size."""
_HANGING = re.compile("[ะ-ฺๅ-๎]")
_LEADING = "เแโใไ"


def label_address(asset: Asset) -> str:
    """What the QR code holds: the asset's address, in Thai as the default language."""
    with translation.override("th"):
        return f"{settings.PORTAL_URL}{reverse('assets:item', args=[asset.label])}"


def labels_pdf(assets: Sequence[Asset], *, municipality: str) -> bytes:
    """Sheets of labels, in the order of `assets`."""
    content = {"labels": [_label(asset) for asset in assets], "municipality": municipality}
    return compile_pdf(_TEMPLATE, content, title="ป้ายครุภัณฑ์", author=municipality, thai_digits=False)


def _label(asset: Asset) -> dict[str, str | float]:
    address = label_address(asset)
    return {
        "qr": document_svg(address),
        "alt": f"คิวอาร์ {asset.number}",
        "number": Verbatim(breakable(asset.number, whole=ONE_LINE)),
        "number_size": max(8.0, min(12.0, 12.0 * _NUMBER_ROOM / max(len(asset.number), 1))),
        "name": shortened(asset.name, _NAME_ROOM),
        "letters": Verbatim(f"{asset.label[:5]} {asset.label[5:]}"),
    }


def shortened(text: str, room: int) -> str:
    """At most `room` letters with a width, cut at a space where one is near, never between a letter and its marks."""
    plain = " ".join(text.split())
    wide = [place for place, letter in enumerate(plain) if unicodedata.category(letter) != "Mn"]
    if len(wide) <= room:
        return plain
    end = wide[room]
    space = plain.rfind(" ", end // 2, end)
    if space > 0:
        return f"{plain[:space]}…"
    end -= 1
    while end > 1 and (_HANGING.match(plain[end]) or plain[end - 1] in _LEADING):
        end -= 1
    return f"{plain[:end]}…"
