"""Forms of the asset officer's desk: the filter of the list, handing out, taking back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ita_portal.forms import DayField, WordsField
from organization.models import Division

from ..choices import BACK, USABLE, Condition
from ..errors import RefusedError
from ..models import LoanLine
from ..services.handovers import Pieces
from .photos import PhotosField

LONGEST_NOTE, LONGEST_LINE_NOTE, LONGEST_PERSON = 2000, 300, 200
_MOST_PIECES = 1_000_000


class DeskFilter(forms.Form):
    """What the list shows. Unknown values are left out, never an error."""

    q = forms.CharField(
        label=_("Loan, asset number or person"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    division = forms.ModelChoiceField(
        label=_("Division of the borrower"), required=False, queryset=Division.objects.all(),
        empty_label=_("Every division"),
    )  # fmt: skip
    since = DayField(label=_("To be returned from"), required=False)
    until = DayField(label=_("to"), required=False)

    def chosen(self) -> dict[str, Any]:
        """The filter, with what makes no sense left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}


@dataclass(frozen=True, slots=True)
class LineFields:
    """A line of the loan with its fields. counts: of conditions, where there are many pieces."""

    line: LoanLine
    fields: list[forms.BoundField]
    counts: list[forms.BoundField]
    errors: list[str]
    state: Any


class HandoverForm(forms.Form):
    """What both ways have in common. form_mark: a form sent twice is one handover."""

    form_mark = forms.RegexField(r"^[0-9a-zA-Z-]{8,64}$", widget=forms.HiddenInput)
    person = WordsField(label=_("Received by"), max_length=LONGEST_PERSON)
    note = WordsField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(
        label=_("Photos"), required=False,
        help_text=_("JPEG, PNG or WebP, up to 6. Choose them again after a mistake."),
    )  # fmt: skip
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, lines: Sequence[LoanLine], states: Mapping[int, Any], **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.lines, self.states = lines, states
        self.line_errors: dict[int, list[str]] = {}
        for line in lines:
            self.add_line(line)

    def add_line(self, line: LoanLine) -> None:
        """The fields of one line."""
        raise NotImplementedError

    def line_fields(self, line: LoanLine) -> tuple[list[str], list[str]]:
        """Names of its fields, and of its counts."""
        raise NotImplementedError

    def rows(self) -> Iterator[LineFields]:
        """The lines for the page."""
        for line in self.lines:
            names, counts = self.line_fields(line)
            yield LineFields(
                line, [self[name] for name in names], [self[name] for name in counts],
                self.line_errors.get(line.position - 1, []), self.states.get(line.pk),
            )  # fmt: skip

    def say(self, refused: RefusedError) -> None:
        """Show why it was refused: at its line, its field, or above."""
        if refused.line is not None and any(line.position - 1 == refused.line for line in self.lines):
            self.line_errors.setdefault(refused.line, []).append(str(refused))
            self.add_error(None, _("Nothing was written yet. Please look at the messages below."))
        else:
            self.add_error("person" if refused.code == "person" else None, str(refused))

    def pieces(self) -> list[Pieces]:
        """What was chosen; after `is_valid()`."""
        raise NotImplementedError

    def _note_field(self, line: LoanLine, label: Any) -> None:
        self.fields[f"note-{line.pk}"] = WordsField(label=label, required=False, max_length=LONGEST_LINE_NOTE)


class HandOutForm(HandoverForm):
    """How many pieces of each line go out, and in which condition. states: how many can, by line."""

    def add_line(self, line: LoanLine) -> None:
        most = self.states[line.pk].free
        if not most:
            return
        if line.asset.is_single:
            self.fields[f"pieces-{line.pk}"] = forms.TypedChoiceField(
                label=_("Hand out"), choices=[("1", _("Hand out now")), ("0", _("Not now"))], initial="1", coerce=int,
                required=False, widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
        else:
            self.fields[f"pieces-{line.pk}"] = forms.IntegerField(
                label=_("Pieces"), min_value=0, max_value=_MOST_PIECES, initial=most, required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip
        self.fields[f"condition-{line.pk}"] = forms.ChoiceField(
            label=_("Condition"), choices=[(value, value.label) for value in USABLE], required=False,
            initial=line.asset.condition if line.asset.condition in USABLE else Condition.GOOD,
            widget=forms.Select(attrs={"class": "form-select"}),
        )  # fmt: skip
        self._note_field(line, _("Marks or wear"))

    def line_fields(self, line: LoanLine) -> tuple[list[str], list[str]]:
        names = [f"{name}-{line.pk}" for name in ("pieces", "condition", "note")]
        return ([name for name in names if name in self.fields], [])

    def pieces(self) -> list[Pieces]:
        """What goes out."""
        given = self.cleaned_data
        return [
            Pieces(
                line.pk, given[f"pieces-{line.pk}"], given[f"condition-{line.pk}"] or Condition.GOOD,
                given[f"note-{line.pk}"],
            )
            for line in self.lines
            if given.get(f"pieces-{line.pk}")
        ]  # fmt: skip


class TakeBackForm(HandoverForm):
    """What comes back, in which condition: of many pieces a number for each, of a single item a choice."""

    CONDITIONS = (*BACK, Condition.LOST)
    person = WordsField(label=_("Brought by"), max_length=LONGEST_PERSON)

    def add_line(self, line: LoanLine) -> None:
        if line.asset.is_single:
            # Nothing is chosen beforehand: whoever takes it back looks at it.
            choices = [("", _("Choose the condition …")), *((value, value.label) for value in self.CONDITIONS)]
            self.fields[f"back-{line.pk}"] = forms.ChoiceField(
                label=_("Comes back as"), choices=choices, required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
                help_text=_("Left empty where it was not brought yet.") if len(self.lines) > 1 else "",
            )  # fmt: skip
        else:
            for value in self.CONDITIONS:
                self.fields[f"{value}-{line.pk}"] = forms.IntegerField(
                    label=value.label, min_value=0, max_value=_MOST_PIECES, required=False,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )  # fmt: skip
        self._note_field(line, _("What is damaged or missing, and how it happened"))

    def line_fields(self, line: LoanLine) -> tuple[list[str], list[str]]:
        if line.asset.is_single:
            return [f"back-{line.pk}", f"note-{line.pk}"], []
        return [f"note-{line.pk}"], [f"{value}-{line.pk}" for value in self.CONDITIONS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        anything = False
        for line in self.lines:
            count = sum(part.quantity for part in self._parts(line, cleaned))
            anything = anything or count > 0 or any(name in self.errors for name in self._amounts(line))
            if count > line.out:
                sentence = _("Of %(asset)s %(count)s are out; you wrote %(given)s.")
                said = sentence % {"asset": line.asset, "count": line.out, "given": count}
                self.line_errors.setdefault(line.position - 1, []).append(said)
            wrong = [part for part in self._parts(line, cleaned) if part.condition not in USABLE]
            if wrong and not cleaned.get(f"note-{line.pk}") and f"note-{line.pk}" not in self.errors:
                self.add_error(f"note-{line.pk}", _("Write what is damaged or missing, and how it happened."))
        if self.lines and not anything:
            first = self.lines[0]
            self.add_error(self._amounts(first)[0], _("Fill in the condition, or how many pieces come back."))
        if self.line_errors:
            self.add_error(None, _("Nothing was written yet. Please look at the messages below."))
        return cleaned

    def _amounts(self, line: LoanLine) -> list[str]:
        """Names of the fields that say what comes back."""
        fields, counts = self.line_fields(line)
        return counts or fields[:1]

    def pieces(self) -> list[Pieces]:
        """What comes back."""
        return [part for line in self.lines for part in self._parts(line, self.cleaned_data)]

    def _parts(self, line: LoanLine, given: dict[str, Any]) -> list[Pieces]:
        note = given.get(f"note-{line.pk}") or ""
        if line.asset.is_single:
            condition = given.get(f"back-{line.pk}")
            return [Pieces(line.pk, 1, condition, note)] if condition else []
        counted = ((value, given.get(f"{value}-{line.pk}") or 0) for value in self.CONDITIONS)
        return [
            Pieces(line.pk, count, value, "" if value in USABLE else note) for value, count in counted if count
        ]  # fmt: skip


class ChaseForm(forms.Form):
    """That the return of something late was demanded."""

    how = WordsField(
        label=_("How you demanded it"), max_length=LONGEST_LINE_NOTE, help_text=_("By telephone, by letter …"),
        error_messages={"required": _("Write how you demanded it: by telephone, by letter …")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)


class CancelForm(forms.Form):
    """To cancel somebody's loan that was not collected."""

    reason = WordsField(
        label=_("Why it is cancelled"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The borrower reads this."), error_messages={"required": _("Write why you cancel it.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
