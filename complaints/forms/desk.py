"""Forms of the officers' desk: the filter of the list, and one form for each act on a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from ita_portal.forms import WordsField

from ..choices import STATES_AT_DESK, Body, Category, Outcome, Refusal
from ..models import Officer
from .files import AttachmentsForm

if TYPE_CHECKING:
    from ..desk_case import DeskCase

LONGEST = 20_000
"""Letters in one piece of writing."""


class FilterForm(forms.Form):
    """What the list shows. Unknown values are left out, never an error."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("In progress")), ("finished", _("Ended")), ("all", _("All")), *STATES_AT_DESK],
    )  # fmt: skip
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=[("", _("Every category")), *Category.choices]
    )
    q = forms.CharField(label=_("Reference"), required=False, max_length=20)
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    news = forms.BooleanField(label=_("With news only"), required=False)
    mine = forms.BooleanField(label=_("Handled by me only"), required=False)

    def chosen(self) -> dict[str, Any]:
        """The filter, with what makes no sense left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def _words(label: Any, missing: Any, *, rows: int = 6, help_text: Any = "") -> WordsField:
    """Something to write. missing: said where nothing was written."""
    return WordsField(
        label=label, max_length=LONGEST, help_text=help_text, error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


_NO_LETTER = _("Please write to the reporter.")


class ActForm(forms.Form):
    """An act on a case. seen: the number of the last piece of writing that the officer saw when they began."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, page: DeskCase, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.page = page
        self.fields["seen"].initial = page.last_number
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    def choose_officers(self, name: str, officers: Iterable[Officer]) -> None:
        """Let the field choose among `officers` without asking the database again."""
        found = list(officers)
        field = cast(forms.ModelChoiceField, self.fields[name])
        field.queryset = Officer.objects.filter(pk__in=[officer.pk for officer in found])
        field.choices = [("", _("Choose …")), *((officer.pk, str(officer)) for officer in found)]


class AcceptForm(ActForm):
    """To take it up: a button."""


class AskForm(ActForm, AttachmentsForm):
    """A question to the reporter."""

    text = _words(
        _("Your question"),
        _("Please write your question to the reporter."),
        help_text=_("The reporter reads this with their code. Ask for one thing at a time."),
    )


class AnswerForm(ActForm, AttachmentsForm):
    """An answer to the reporter."""

    text = _words(_("Your answer"), _NO_LETTER, help_text=_("The reporter reads this with their code."))


class NoteForm(ActForm, AttachmentsForm):
    """A note among officers."""

    text = _words(
        _("Note"),
        _("Please write the note."),
        rows=4,
        help_text=_("Officers who hold this complaint read it. The reporter does not."),
    )


class AssignForm(ActForm):
    """Who handles it."""

    handler = forms.ModelChoiceField(
        label=_("Handled by"), queryset=Officer.objects.none(),
        error_messages={"required": _("Please choose the officer.")},
    )  # fmt: skip

    def prepare(self) -> None:
        self.choose_officers("handler", self.page.holders)


class RefuseForm(ActForm):
    """Not to take it up."""

    refusal = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose …")), *Refusal.choices],
        error_messages={"required": _("Please choose the reason.")},
    )  # fmt: skip
    text = _words(_("To the reporter"), _NO_LETTER, help_text=_("Say why, and where else they can turn."))


class ReferForm(ActForm):
    """To hand it over to another body."""

    body = forms.ChoiceField(
        label=_("To"), choices=[("", _("Choose …")), *Body.choices],
        error_messages={"required": _("Please choose the body.")},
    )  # fmt: skip
    number = WordsField(label=_("Number of the covering letter"), max_length=100, required=False)
    note = _words(
        _("Note for officers"),
        _("Please write what was handed over, and to whom."),
        rows=3,
        help_text=_("What was handed over, and to whom. The reporter does not read it."),
    )
    text = _words(
        _("To the reporter"), _NO_LETTER, help_text=_("Say to whom it was handed over and what happens next.")
    )


class CloseForm(ActForm):
    """The outcome."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=[("", _("Choose …")), *Outcome.choices],
        error_messages={"required": _("Please choose the outcome.")},
    )  # fmt: skip
    text = _words(
        _("To the reporter"),
        _NO_LETTER,
        help_text=_("What was found and what was done. Name nobody who must be protected."),
    )


class ReopenForm(ActForm):
    """To work on it again."""

    text = _words(
        _("Why it is reopened"), _("Please write why it is reopened."), rows=3,
        help_text=_("Officers read it. The reporter does not."),
    )  # fmt: skip


class ShareForm(ActForm):
    """To give it to another officer."""

    to = forms.ModelChoiceField(
        label=_("Officer"), queryset=Officer.objects.none(),
        error_messages={"required": _("Please choose the officer.")},
        help_text=_("They then read everything in this complaint. Officers whom it concerns are not in the list."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.choose_officers("to", self.page.others)


class IdentityForm(ActForm):
    """Why the identity is opened."""

    reason = _words(
        _("Why you must know who it is"), _("Please write why you must know who it is."), rows=2,
        help_text=_("The reason stays in the case, and your name in the log. Other officers see both."),
    )  # fmt: skip


class PackageForm(ActForm):
    """What goes into a sealed package, and for whom."""

    receiver = WordsField(
        label=_("Receiver"), max_length=200, help_text=_("The body and the person, as in the covering letter."),
        error_messages={"required": _("Please write who receives it.")},
    )  # fmt: skip
    with_identity = forms.BooleanField(label=_("With the reporter's name and contact"), required=False)
    reason = WordsField(
        label=_("Why the receiver must know who it is"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed only where the name goes with it. The reason stays in the case, and your name in the log."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("with_identity") and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Say why the receiver must know who it is."))
        return cleaned


class PackageFileForm(PackageForm):
    """The second step: the same, with the passphrase that the first step showed; nothing of it is seen."""

    passphrase = forms.RegexField(r"^[2-9a-z]{4}(-[2-9a-z]{4}){4}$")

    def prepare(self) -> None:
        for field in self.fields.values():
            field.widget = forms.HiddenInput()
