"""The municipality's seal as a small picture: an upload may be megabytes, a visitor on a phone pays for them."""

import io

from django.core.cache import cache
from PIL import Image

from .models import Municipality

SIDE = 192
"""Longest side in pixels: sharp on screens of double density where pages show it 52 pixels high."""


def seal_png(municipality: Municipality) -> bytes:
    """The seal as PNG, without whatever else the upload held. OSError where the file is gone or no picture."""
    key = f"seal:{municipality.seal.name}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        with municipality.seal.open("rb") as file, Image.open(file) as picture:
            small = picture.convert("RGBA")
        small.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        kept = out.getvalue()
        cache.set(key, kept, timeout=None)
    return kept
