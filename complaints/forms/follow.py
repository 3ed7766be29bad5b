"""Forms of the reporter's own page."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..follow_words import IDENTITY_LABELS
from ..models import Case
from ..uploads import SealedUpload
from .files import AttachmentsForm

LONGEST = 20_000
"""Letters in one message."""


class OnceForm(forms.Form):
    """A form that, sent twice, says the same thing once. token: drawn anew for each page."""

    token = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = secrets.token_urlsafe(24)

    def item_id(self, case: Case, files: Sequence[SealedUpload] = ()) -> uuid.UUID | None:
        """The id of what is written: the same for the same words and files of the same page. None without a token.

        It tells nothing of the words to who does not know the token, which is kept nowhere.
        """
        token = self.cleaned_data["token"]
        if not token:
            return None
        words = {name: text for name, text in self.cleaned_data.items() if isinstance(text, str)}
        said = json.dumps([str(case.pk), words, [file.sha256 for file in files]], sort_keys=True)
        digest = hashlib.blake2b(said.encode(), digest_size=16, person=b"ITA1 once")
        return uuid.UUID(bytes=digest.digest(), version=4)


class MessageForm(OnceForm, AttachmentsForm):
    """What the reporter adds: words, files, or both."""

    message = forms.CharField(
        label=_("Your message"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ["message", "attachments"]

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("message") and not cleaned.get("attachments"):
            self.add_error("message", _("Write a message or choose a file."))
        return cleaned


class IdentityForm(OnceForm):
    """Who the reporter is: as much of it as they want to say."""

    contact_name = forms.CharField(
        label=IDENTITY_LABELS["contact_name"], required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    contact_phone = forms.CharField(
        label=IDENTITY_LABELS["contact_phone"], required=False, max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    contact_email = forms.EmailField(
        label=IDENTITY_LABELS["contact_email"], required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    contact_address = forms.CharField(
        label=IDENTITY_LABELS["contact_address"], required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """At least something."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in IDENTITY_LABELS):
            self.add_error("contact_name", _("Give a name, or a way to reach you."))
        return cleaned

    def identity(self) -> dict[str, str]:
        """What is sealed."""
        return {name: self.cleaned_data[name] for name in IDENTITY_LABELS if self.cleaned_data[name]}


class WithdrawForm(OnceForm):
    """Why it is withdrawn, if the reporter wants to say."""

    message = forms.CharField(
        label=_("Your reason, if you want to give one"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
