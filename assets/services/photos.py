"""Pictures that people hand in with an asset, a handover or an entry of a count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from ita_portal.uploads import PICTURES, SafeUpload, accept_upload
from organization.models import User

from ..models import Photo

MOST_PHOTOS = 6
"""Pictures in one form."""
ACCEPT = "image/jpeg,image/png,image/webp"
"""For the `accept` attribute of the file field."""


def accept_photos(files: Sequence[UploadedFile]) -> list[SafeUpload]:
    """Pictures only, painted anew. ValidationError with a message for who sent them."""
    if len(files) > MOST_PHOTOS:
        raise ValidationError(_("At most %(count)s pictures at once."), code="many", params={"count": MOST_PHOTOS})
    accepted = []
    for file in files:
        safe = accept_upload(file)
        if safe.content_type not in PICTURES:
            raise ValidationError(
                _("“%(name)s” is no picture. Choose a photo: JPEG, PNG or WebP."),
                code="extension",
                params={"name": safe.name},
            )
        accepted.append(safe)
    return accepted


def keep_photos(photos: Sequence[SafeUpload], *, by: User, **belongs_to: Any) -> list[Photo]:
    """Keep accepted pictures. belongs_to: exactly one of asset, handover, count_item, surprise."""
    kept = []
    for safe in photos:
        photo = Photo(content_type=safe.content_type, size=safe.size, sha256=safe.sha256, added_by=by, **belongs_to)
        photo.file.save(safe.name, safe.content, save=False)
        photo.save()
        kept.append(photo)
    return kept
