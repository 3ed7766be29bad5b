"""The recovery shares on paper: one page each, in Thai, made from what a page of the portal shows and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ita_portal.pdf import Verbatim, compile_pdf
from organization.models import Municipality

from .. import sealing

_TEMPLATE = Path(__file__).resolve().parent / "shares.typ"


def shares_pdf(shares: Sequence[str], *, municipality: Municipality, needed: int) -> bytes:
    """A page for each share: its 33 words numbered, what it is for, blanks for who keeps it."""
    content = {
        "municipality": municipality.name,
        "needed": needed,
        "total": len(shares),
        "shares": [[Verbatim(word) for word in sealing.share_words(share)] for share in shares],
    }
    return compile_pdf(
        _TEMPLATE, content, title="กุญแจกู้คืนเรื่องร้องเรียนการทุจริต", author=municipality.name, thai_digits=False
    )
