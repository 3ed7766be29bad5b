"""The form for a register file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import UnreadableError
from ita_portal.uploads import SafeUpload

from ..importing.reading import accept_register, open_register


class ImportForm(forms.Form):
    """A file of the register: accepted only where it is a whole table with headings that are known."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, at most 20 MB and 50,000 rows. Nothing is stored before you have seen it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose it again.")},
        max_length=300,
    )
    new_kinds = forms.BooleanField(
        label=_("Make kinds of assets that the portal does not know yet"), required=False,
        help_text=_("You see their names before anything is stored."),
    )  # fmt: skip

    def clean_file(self) -> SafeUpload:
        """The accepted file."""
        safe = accept_register(self.cleaned_data["file"])
        try:
            with open_register(safe.content, safe.content_type):
                pass
        except UnreadableError as error:
            raise ValidationError(str(error)) from error
        safe.content.seek(0)
        return safe

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_kinds"].widget.attrs["class"] = "form-check-input"
