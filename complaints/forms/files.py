"""Files that come with a form of the channel: sealed as they arrive, kept while the form is being corrected.

A form that takes files inherits `AttachmentsForm` and shows `complaints/_attachments.html`. What arrived with a form
that has another mistake is not sent again: the corrected form holds a ticket for each file (`kept_attachments`). Only
a form that the request was handed to may show tickets: their page is the sender's own, and never cached.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import store, uploads
from ..models import Attachment
from ..uploads import SealedUpload

KEPT = "kept_attachments"
"""Name of the tickets' checkboxes."""


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files of any kind; a list, in the order in which they came."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[SealedUpload]:
        """Only what the sealing handler made; each file is judged by the form."""
        found = data if isinstance(data, list | tuple) else [data]
        return [file for file in found if isinstance(file, SealedUpload)]


class AttachmentsForm(forms.Form):
    """A form with files. After `is_valid()`, `cleaned_data["attachments"]` is the list of what is to be filed.

    received: every file that arrived whole, now or before, for the list that a form with a mistake shows.
    """

    attachments = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Photographs, sound, video, documents: every kind. Up to 20 files, each up to 200 MB."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received: list[SealedUpload] = []
        self.fields["attachments"].widget.attrs["data-max-bytes"] = str(uploads.MAX_BYTES)
        self.fields["attachments"].widget.attrs["data-max-files"] = str(uploads.MAX_FILES)

    def clean_attachments(self) -> list[SealedUpload]:
        """Files of the tickets, then those that came now. ValidationError with one message for each that is missing."""
        errors: list[ValidationError] = []
        kept = self._kept(errors)
        not_stored = []
        for file in self.cleaned_data["attachments"]:
            if file.problem == "too_many":
                not_stored.append(file)
            elif file.problem:
                errors.append(_said(file))
            else:
                kept.append(file)
        self.received, over = kept[: uploads.MAX_FILES], kept[uploads.MAX_FILES :]
        if over or not_stored:
            errors.append(_too_many(over + not_stored))
            for file in over:
                store.discard(file.id)
        if errors:
            raise ValidationError(errors)
        return self.received

    def forget_missing(self) -> None:
        """After `store.FileGoneError`: say which of the files must be attached again, and list the others."""
        used = set(Attachment.objects.filter(pk__in=[file.id for file in self.received]).values_list("pk", flat=True))
        missing = [file for file in self.received if file.id in used or not store.has_arrived(file.id)]
        self.received = [file for file in self.received if file not in missing]
        self.add_error("attachments", [_gone(file.name or "") for file in missing] or _gone(""))

    def discard_received(self) -> None:
        """Forget what arrived, where the page of the answer cannot hold tickets."""
        for file in self.received:
            store.discard(file.id)
        self.received = []

    @property
    def tickets(self) -> Iterable[dict[str, str]]:
        """For the list of what was received: ticket, name, size in words."""
        return [
            {"ticket": file.ticket(), "name": file.name or "", "size": filesizeformat(file.size or 0)}
            for file in self.received
        ]

    def _kept(self, errors: list[ValidationError]) -> list[SealedUpload]:
        if not isinstance(self.data, QueryDict):
            return []
        found: dict[uuid.UUID, SealedUpload] = {}
        for ticket in self.data.getlist(self.add_prefix(KEPT)):
            file = SealedUpload.of_ticket(ticket)
            if file is not None:
                found[file.id] = file
            elif not any(error.code == "gone" for error in errors):
                errors.append(_gone(""))
        return list(found.values())


def _said(file: SealedUpload) -> ValidationError:
    """What to do about a file that could not be kept."""
    messages = {
        "empty": _("“%(name)s” is empty. Choose the file again."),
        "too_large": _("“%(name)s” is larger than %(limit)s MB. Make it smaller or divide it."),
        "no_room": _(
            "“%(name)s” could not be kept: the portal has no room for files at the moment. Send without it, and add it"
            " later with your code."
        ),
    }
    params = {"name": file.name, "limit": f"{uploads.MAX_BYTES / 1024 / 1024:g}"}
    return ValidationError(messages[file.problem], code=file.problem, params=params)


def _too_many(over: list[SealedUpload]) -> ValidationError:
    names = ", ".join(f"“{file.name}”" for file in over)
    message = ngettext(
        "At most %(most)s files at once. This one was not kept: %(names)s. Send it later with your code.",
        "At most %(most)s files at once. These were not kept: %(names)s. Send them later with your code.",
        len(over),
    )
    return ValidationError(message, code="too_many", params={"most": uploads.MAX_FILES, "names": names})


def _gone(name: str) -> ValidationError:
    if name:
        message = _("“%(name)s” is no longer here: it waited too long. Attach it again.")
        return ValidationError(message, code="gone", params={"name": name})
    return ValidationError(_("A file that had arrived is no longer here. Attach it again."), code="gone")
