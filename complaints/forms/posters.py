"""Forms of the places where the poster hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.forms import WordsField

from ..choices import PlaceKind

if TYPE_CHECKING:
    from ita_portal.uploads import SafeUpload


class PlaceForm(forms.Form):
    """A new place."""

    name = WordsField(
        label=gettext_lazy("Where the poster hangs"), max_length=200,
        help_text=gettext_lazy("So that somebody else finds it, for example: notice board in front of the office"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"), choices=PlaceKind.choices)


class SeenForm(forms.Form):
    """What somebody saw at a place. Without a word about it the poster hangs there and can be read."""

    readable = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], required=False)
    photo = forms.FileField(required=False)

    def clean_readable(self) -> bool:
        """Whether it can be read."""
        return self.cleaned_data["readable"] != "no"

    def clean_photo(self) -> SafeUpload | None:
        """A picture, without what its file says about place and device."""
        file: Any = self.cleaned_data["photo"]
        if not file:
            return None
        from ita_portal.uploads import PICTURES, accept_upload  # opens pictures: loaded when needed

        upload = accept_upload(file)
        if upload.content_type not in PICTURES:
            raise ValidationError(_("Send a picture: JPEG, PNG or WEBP."))
        return upload
