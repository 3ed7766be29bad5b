"""Forms of the desk: the filters of the list, and each act on a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ita_portal.forms import WordsField
from organization.models import Division

from ..choices import LetterKind, LetterState, RefusalReason
from ..models.letters import LONGEST_ANSWER, LONGEST_NOTE, LONGEST_SUBJECT, LONGEST_TEXT
from .letters import SaidForm

STATES = [
    ("open", _("Waiting for an answer")),
    ("received", _("To give to a division")),
    ("with_division", LetterState.WITH_DIVISION.label),
    ("answered", LetterState.ANSWERED.label),
    ("to_decide", _("To decide whether to publish")),
    ("closed", LetterState.CLOSED.label),
    ("refused", LetterState.REFUSED.label),
    ("all", _("All letters")),
]


class DeskFilter(forms.Form):
    """What the list at the desk shows. Unknown values are left out, never an error."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    division = forms.ModelChoiceField(
        label=_("Division"), queryset=Division.objects.none(), required=False, empty_label=_("All divisions")
    )
    late = forms.ChoiceField(
        label=_("Day of the answer"), required=False,
        choices=[("", pgettext_lazy("day", "Any")), ("late", _("Overdue")), ("near", _("Due soon"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=pgettext_lazy("letter", "Kind"), required=False, choices=[("", _("All kinds")), *LetterKind.choices]
    )

    def __init__(self, data: Any, *, with_divisions: bool) -> None:
        super().__init__(data)
        if with_divisions:
            self.fields["division"].queryset = Division.objects.all()  # type: ignore[attr-defined]
        else:
            del self.fields["division"]

    def chosen(self) -> dict[str, Any]:
        """What makes sense of it and is not empty: `division` as its key."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "division" in found:
            found["division"] = found["division"].pk
        return found


def _division_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("Division"), queryset=Division.objects.none(),
        empty_label=pgettext_lazy("letter", "Choose the division"),
        error_messages={"required": _("Choose the division."), "invalid_choice": _("Choose the division.")},
    )  # fmt: skip


def _note_field(label: Any, missing: Any, help_text: Any = "") -> WordsField:
    return WordsField(
        label=label, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}), help_text=help_text,
        error_messages={"required": missing},
    )  # fmt: skip


class RouteForm(SaidForm):
    """Give a letter to a division."""

    division = _division_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = Division.objects.filter(active=True)  # type: ignore[attr-defined]


class SendOnForm(RouteForm):
    """Send a letter on to another division."""

    note = _note_field(
        _("Why"), _("Say why the other division is responsible."), _("For colleagues; the sender does not read it.")
    )


class GiveBackForm(SaidForm):
    """Give a letter back to the plan office."""

    note = _note_field(_("Why"), _("Say why you give it back."), _("For colleagues; the sender does not read it."))


class AnswerForm(SaidForm):
    """The answer, or its correction."""

    answer = WordsField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The sender reads it at once with the code. Answer every question, in plain words; say what is done"
                    " and until when."),
        error_messages={"required": _("Write the answer.")},
    )  # fmt: skip


class RefuseForm(SaidForm):
    """Why a letter is not taken up."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *RefusalReason.choices],
        error_messages={"required": _("Say why it is not taken up."), "invalid_choice": _("Choose a reason")},
    )  # fmt: skip
    words = WordsField(
        label=_("In your own words"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The sender reads it: say where to turn to instead."),
    )  # fmt: skip


class PublishForm(SaidForm):
    """The words that everybody reads."""

    public_subject = WordsField(
        label=_("In a few words"), max_length=LONGEST_SUBJECT, error_messages={"required": _("This cannot be empty.")}
    )
    public_text = WordsField(
        label=pgettext_lazy("letter", "Letter"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Take out names, telephone numbers and accusations. What the sender wrote stays as it is on the"
                    " sender's own page; here it is said that it was shortened."),
        error_messages={"required": _("This cannot be empty.")},
    )  # fmt: skip
    public_answer = WordsField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("This cannot be empty.")},
    )  # fmt: skip
    with_name = forms.BooleanField(
        label=_("Show what the sender wants to be called"), required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )  # fmt: skip


class WithholdForm(SaidForm):
    """Why a letter is not published."""

    note = _note_field(_("Why"), _("Say why it is not published."), _("For colleagues; the sender does not read it."))
