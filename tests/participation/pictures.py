"""Photos as telephones send them: with where, when and with what they were taken."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ita_portal.uploads import SafeUpload, accept_upload

CAMERA = "SecretCamera 9000"


def upload(name: str = "photo.jpg", *, size: tuple[int, int] = (64, 48), colour: str = "#8c1f1f") -> SimpleUploadedFile:
    """A JPEG that says by which camera it was taken, and where."""
    picture = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010F] = CAMERA
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (16.0, 40.0, 12.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif, comment=CAMERA.encode())
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def photo(**how: object) -> SafeUpload:
    """The same, accepted."""
    return accept_upload(upload(**how))  # type: ignore[arg-type]
