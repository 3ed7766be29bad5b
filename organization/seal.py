"""The municipality's seal as a small picture: an upload may be megabytes, a visitor on a phone pays for them."""

import io

from django.core.cache import cache
from PIL import Image

from .models import Municipality

SIDE = 192
"""Longest side in pixels: sharp on screens of double density where pages show it 52 pixels high."""
FORMATS = ("PNG", "JPEG", "WEBP")
"""What is opened at all: Pillow knows dozens of formats, each with a decoder that strangers' bytes need not reach."""
MAX_PIXELS = 12_000_000


class UnusableSealError(OSError):
    """The file is no picture that is shown."""


def seal_png(municipality: Municipality) -> bytes:
    """The seal as PNG, without whatever else the upload held. OSError where it is gone or no picture to show."""
    key = f"seal:{municipality.seal.name}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        small = _opened(municipality)
        small.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        kept = out.getvalue()
        cache.set(key, kept, timeout=None)
    return kept


def _opened(municipality: Municipality) -> Image.Image:
    """The whole seal, decoded. Its size is known from its head, before any of it takes memory."""
    try:
        with municipality.seal.open("rb") as file, Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnusableSealError("too many pixels")
            return picture.convert("RGBA")
    except (ValueError, SyntaxError, Image.DecompressionBombError) as error:
        # What Pillow's decoders raise for broken content, and for a head that announces a bomb.
        raise UnusableSealError(str(error)) from error
