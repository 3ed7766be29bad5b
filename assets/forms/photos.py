"""Several pictures at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from ita_portal.uploads import SafeUpload

from ..services.photos import ACCEPT, accept_photos


class PhotosInput(forms.FileInput):
    """Several pictures at once; a telephone offers its camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Pictures, each checked for what it is and painted anew."""

    widget = PhotosInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[SafeUpload]:
        """The pictures that may be kept; none only where the field is not required."""
        sent = data if isinstance(data, list | tuple) else [data]
        files = [file for file in sent if isinstance(file, UploadedFile)]
        if self.required and not files:
            raise ValidationError(_("Choose at least one photo."), code="required")
        return accept_photos(files)
