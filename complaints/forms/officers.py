"""Forms of the officers among themselves: confirming, giving complaints, shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import sealing

MOST_SHARES = 9
_LONGEST_SHARE = 1_000


class ConfirmForm(forms.Form):
    """A new officer is who they say they are. key: of the vault that the page showed."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100)
    compared = forms.BooleanField(
        label=_("I have spoken with this person, and the control number is the same."),
        error_messages={"required": _("Please compare the control number first: in person or by telephone.")},
    )
    is_external = forms.BooleanField(
        required=False, label=_("External recipient"),
        help_text=_(
            "Somebody outside the municipality. Receives only complaints that concern people above all other officers."
        ),
    )  # fmt: skip


class SharesForm(forms.Form):
    """How many shares there are, and how many of them are enough. instead_of: the public key that they replace."""

    total = forms.IntegerField(
        label=_("Number of shares"), min_value=2, max_value=MOST_SHARES, initial=3,
        help_text=_("From 2 to 9. Each share is kept by somebody else."),
    )  # fmt: skip
    needed = forms.IntegerField(
        label=_("How many of them are enough"), min_value=2, max_value=MOST_SHARES, initial=2,
        help_text=_("At least 2, so that nobody can open complaints alone."),
    )  # fmt: skip
    instead_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def clean(self) -> None:
        """Not more than there are."""
        needed, total = self.cleaned_data.get("needed"), self.cleaned_data.get("total")
        if needed is not None and total is not None and needed > total:
            self.add_error("needed", ValidationError(_("More than there are shares."), code="more"))


class RecoverForm(forms.Form):
    """As many shares as are needed, each typed into a field of its own.

    needed: of the present set. Of an older one it may be another number, which is written in each share.
    """

    def __init__(self, *args: Any, needed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = self._needed_of_first() or needed
        for number in range(1, self.needed + 1):
            self.fields[f"share{number}"] = forms.CharField(
                label=gettext("Share %(number)d") % {"number": number},
                max_length=_LONGEST_SHARE,
                help_text=_("33 words with spaces between them. The numbers before the words may be left out.")
                if number == 1
                else "",
                widget=forms.Textarea(
                    attrs={"rows": 4, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
                ),
            )

    def _needed_of_first(self) -> int | None:
        try:
            return sealing.share_facts(str(self.data.get("share1", ""))[:_LONGEST_SHARE]).needed
        except sealing.ShareError:
            return None

    @property
    def shares(self) -> list[str]:
        """What was typed, once it is valid."""
        return [self.cleaned_data[f"share{number}"] for number in range(1, self.needed + 1)]

    def clean(self) -> None:
        """Each share by itself, then together."""
        known: dict[str, sealing.ShareFacts] = {}
        for name in list(self.fields):
            if name in self.cleaned_data:
                try:
                    known[name] = sealing.share_facts(self.cleaned_data[name])
                except sealing.ShareError as error:
                    self.add_error(name, _share_message(error))
        first = next(iter(known.values()), None)
        numbers: dict[int, str] = {}
        for name, facts in known.items():
            if first is not None and facts.family != first.family:
                self.add_error(name, gettext("This share was not made together with the first one."))
            elif facts.number in numbers:
                self.add_error(name, gettext("This share was typed already. Each must be another."))
            numbers[facts.number] = name

    def refuse(self) -> None:
        """The shares are sound, but no complaint is sealed to them."""
        self.add_error(
            None, gettext("No complaint is sealed to these shares any more. Look for those that were made last.")
        )


def _share_message(error: sealing.ShareError) -> str:
    if error.reason == "word":
        return gettext("Word %(place)d is not a word of any share. Compare it with the paper.") % {"place": error.place}
    if error.reason == "count":
        return gettext("A share has 33 words. Some are missing, or there are too many.")
    return gettext("A word is mistyped or at another place. Compare all 33 words with the paper.")
