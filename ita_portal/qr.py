"""QR codes for pages and documents. They hold the text alone: digits as digits, which makes the code coarse and easy
to read for an old telephone.
"""

from __future__ import annotations

import io

import segno

_BORDER = 4
"""Modules of white around it: less, and readers on dark pages miss it."""


def png_data_uri(text: str, *, scale: int = 6) -> str:
    """For `src` of an `<img>`: black on white in every colour scheme, shown where drawings (SVG) are turned off."""
    return _made(text).png_data_uri(scale=scale, border=_BORDER)


def document_svg(text: str) -> str:
    """For Typst: `image(bytes(data.qr), format: "svg", alt: …)`."""
    drawn = io.BytesIO()
    options = {"border": _BORDER, "light": "#fff", "svgclass": None, "lineclass": None}
    _made(text).save(drawn, kind="svg", xmldecl=False, nl=False, **options)
    return drawn.getvalue().decode()


def _made(text: str) -> segno.QRCode:
    # M: a sixth of it may be dirty or creased.
    return segno.make(text, error="m", micro=False, boost_error=False)
