"""Forms of the sender: the letter, its code, a further message; and the filters of the public list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.forms import WordsField
from organization.models import Division

from ..choices import LetterKind
from ..errors import RefusedError
from ..models.letters import LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT

CORRUPTION = "corruption"
"""What is chosen as the kind by who wants to report corruption: it leads away at once."""


class SaidForm(forms.Form):
    """A form that takes a refusal of the services at the field that it is about."""

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class LetterForm(SaidForm):
    """What a citizen writes."""

    kind = forms.ChoiceField(
        label=_("What would you like to do?"), widget=forms.RadioSelect,
        choices=[
            (LetterKind.QUESTION.value, _("I have a question")),
            (LetterKind.SUGGESTION.value, _("I suggest something, or something is broken or not good")),
            (LetterKind.PRAISE.value, _("I want to praise somebody or something")),
            (CORRUPTION, _("I want to report corruption")),
        ],
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")},
    )  # fmt: skip
    subject = WordsField(
        label=_("In a few words"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("For example: street lamp in Moo 3 is out"),
        error_messages={"required": _("Write in a few words what it is about.")},
    )  # fmt: skip
    text = WordsField(
        label=_("What you want to say"), max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
        help_text=_("Please write no telephone number, no address and no number of an identity card."),
        error_messages={"required": _("Write what you want to say.")},
    )  # fmt: skip
    about = forms.ModelChoiceField(
        label=_("Which division is it about?"), queryset=Division.objects.none(), required=False,
        empty_label=_("I do not know"), help_text=_("You may leave it. We find out who is responsible."),
        error_messages={"invalid_choice": _("Choose a division, or “I do not know”.")},
    )  # fmt: skip
    name = WordsField(
        label=_("What may we call you?"), required=False, max_length=LONGEST_NAME,
        help_text=_("You may leave it empty, or write any name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("Everybody may read my letter and the answer on this website"), required=False,
        help_text=_("Others often have the same question. Before that an officer takes out what is about persons. If"
                    " you leave it, only you read the answer, with your code. You can change your mind at any time."),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip
    website = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip
    form_mark = WordsField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].queryset = Division.objects.filter(active=True)  # type: ignore[attr-defined]

    @property
    def is_by_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("website"))


class CodeForm(forms.Form):
    """The code of a letter. Whether it is one, `services.letters.find_letter` says."""

    code = forms.CharField(
        label=_("Your code"), required=False,
        help_text=_("16 digits, as on your slip. Spaces and Thai digits are fine."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "size": 24}),
    )  # fmt: skip


class MessageForm(SaidForm):
    """What the sender adds."""

    message = WordsField(
        label=_("What you want to add"), max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        error_messages={"required": _("Write what you want to say.")},
    )  # fmt: skip
    form_mark = WordsField(required=False, max_length=64, widget=forms.HiddenInput)


class QuestionsFilter(forms.Form):
    """What the public list shows. Unknown values are left out, never an error."""

    q = WordsField(
        label=pgettext_lazy("search", "Words"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=pgettext_lazy("letter", "Kind"), required=False, choices=[("", _("All kinds")), *LetterKind.choices]
    )
    division = forms.ModelChoiceField(
        label=_("Division"), queryset=Division.objects.none(), required=False, empty_label=_("All divisions")
    )
    year = forms.TypedChoiceField(label=_("Fiscal year (B.E.)"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["division"].queryset = Division.objects.all()  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What makes sense of it and is not empty: `division` as its key."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "division" in found:
            found["division"] = found["division"].pk
        return found
