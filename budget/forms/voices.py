"""Forms of what people say: asking, the filters of the lists, an officer's decision and answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.forms import WordsField

from ..choices import CommentKind
from ..errors import RefusedError
from ..services.voices import LONGEST_ANSWER, LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT, Reason, written_reason


class SpokenForm(forms.Form):
    """A form that takes a refusal of the services at the field that it is about."""

    def say(self, refusal: RefusedError) -> None:
        """Show why it was refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class AskForm(SpokenForm):
    """What somebody says about the budget. signed_in: of the staff, who write under their own name."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=CommentKind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")},
    )  # fmt: skip
    text = WordsField(
        label=_("What you want to say"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("It becomes public. Please write nothing about persons: no telephone number, no address, no number"
                    " of an identity card."),
        error_messages={"required": _("Write what you want to say.")},
    )  # fmt: skip
    name = WordsField(
        label=_("The name shown with it"), required=False, max_length=LONGEST_NAME,
        help_text=_("You may leave it empty; then “A citizen” stands there."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    website = forms.CharField(
        label=_("Leave this field empty"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip
    form_mark = WordsField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, signed_in: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signed_in:
            del self.fields["name"], self.fields["website"]

    @property
    def is_by_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("website"))


class QuestionsFilter(forms.Form):
    """What the public list shows. Unknown values are left out, never an error."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("comment", "Kind"), required=False, choices=[("", _("All kinds")), *CommentKind.choices]
    )
    status = forms.ChoiceField(
        label=_("Answer"), required=False,
        choices=[("", _("Answered or not")), ("answered", _("Answered")), ("open", _("Not answered yet"))],
    )  # fmt: skip
    plan = forms.ChoiceField(label=pgettext_lazy("comment", "About"), required=False)

    def __init__(self, data: Any, *, plans: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["plan"].choices = [("", _("Everything")), *plans]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What makes sense of it and is not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class DeskFilter(forms.Form):
    """What the officer's list shows. Unknown values are left out, never an error."""

    year = forms.IntegerField(
        label=_("Fiscal year (B.E.)"), required=False, min_value=2500, max_value=2700,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=pgettext_lazy("comment", "Kind"), required=False, choices=[("", _("All kinds")), *CommentKind.choices]
    )
    sender = forms.ChoiceField(
        label=pgettext_lazy("comment", "From"), required=False,
        choices=[("", _("Everybody")), ("citizens", _("Citizens")), ("staff", _("Staff"))],
    )  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        """What makes sense of it and is not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class RefuseForm(SpokenForm):
    """Why a comment is not published."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *Reason.choices],
        error_messages={"required": _("Say why it is not published."), "invalid_choice": _("Choose a reason")},
    )  # fmt: skip
    words = WordsField(
        label=_("In your own words"), required=False, max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays at the desk. Needed only for another reason."),
    )  # fmt: skip

    @property
    def kept(self) -> str:
        """The reason as it is kept."""
        return written_reason(self.cleaned_data["reason"], self.cleaned_data["words"])


class AnswerForm(SpokenForm):
    """The answer to a comment."""

    answer = WordsField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("It is public at once, under the budget office."),
        error_messages={"required": _("Write the answer.")},
    )  # fmt: skip
