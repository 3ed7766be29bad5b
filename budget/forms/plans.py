"""Forms of a plan as a whole: a new one, a revision, its words, its files, its publication; the settings of a year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import FiscalYear, today
from ita_portal.forms import DayField, MoneyField, WordsField
from ita_portal.uploads import ACCEPT, SafeUpload, accept_upload

from ..choices import Approver, PlanKind
from ..errors import RefusedError
from ..models import BudgetYear
from ..services.plans import Words

MOST_EDITS = 2**31 - 1
LONGEST_MARK = 64


class BudgetForm(forms.Form):
    """A form of the desk: says a refusal at its field, keeps what was typed."""

    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def say(self, refused: RefusedError) -> None:
        """Show why an act was refused, at the field it is about."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused))


class MarkField(forms.CharField):
    """The mark of a form that was shown."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_MARK, min_length=4, required=True)


class EditsField(forms.IntegerField):
    """How often a draft had been changed when it was shown."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=MOST_EDITS)


class YearField(forms.CharField):
    """A fiscal year of the Buddhist Era as people write it; cleans to its number."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """2567."""
        text = str(super().to_python(value) or "")[:40]
        if not text:
            return None
        try:
            return FiscalYear.parse(text).number
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def run_validators(self, value: Any) -> None:
        """A number by now: nothing of a text is left to be looked at."""


class WordsForm(BudgetForm):
    """What is said of a revision as a whole."""

    title = WordsField(
        label=gettext_lazy("Title"), max_length=300,
        help_text=gettext_lazy("As it stands on the document, for example: Annual expenditure ordinance, 2570."),
        error_messages={"required": gettext_lazy("Write the title of the document.")},
    )  # fmt: skip
    reason = WordsField(
        label=gettext_lazy("What changes and why"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Everybody reads this beside the plan."),
    )  # fmt: skip
    declared_total = MoneyField(
        label=gettext_lazy("Total that the document states (baht)"), required=False, max_digits=14, decimal_places=2,
        min_value=0,
        help_text=gettext_lazy("The lines are added up and compared with it before anything is published."),
    )  # fmt: skip
    approver = forms.ChoiceField(
        label=gettext_lazy("Approved by"), required=False,
        choices=[("", gettext_lazy("Not entered")), *Approver.choices],
    )  # fmt: skip
    approved_on = DayField(
        label=gettext_lazy("Approved on"), required=False, help_text=gettext_lazy("Such as 23/11/2569.")
    )
    document_number = WordsField(
        label=gettext_lazy("Number of the document or meeting"), required=False, max_length=200
    )

    def clean(self) -> dict[str, Any]:
        """An approval has a day, and the day has come."""
        cleaned: dict[str, Any] = super().clean() or {}
        day: dt.date | None = cleaned.get("approved_on")
        if cleaned.get("approver") and day is None and "approved_on" not in self.errors:
            self.add_error("approved_on", _("Write the day of the approval."))
        if day is not None and day > today():
            self.add_error("approved_on", _("This day is still to come. Check the year."))
        return cleaned

    def words(self) -> Words:
        """For the services."""
        return Words(**{name: self.cleaned_data[name] for name in Words.__slots__})


class RevisionForm(WordsForm):
    """A revision that is begun: it says why."""

    form_mark = MarkField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("Write what changes and why.")


class PlanForm(WordsForm):
    """A plan that is begun."""

    form_mark = MarkField()
    year = YearField(
        label=gettext_lazy("Fiscal year (B.E.)"), error_messages={"required": gettext_lazy("Write the fiscal year.")}
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of plan"), choices=PlanKind.choices)
    number = forms.IntegerField(
        label=gettext_lazy("Number of the supplementary budget"), required=False, min_value=1, max_value=99,
        help_text=gettext_lazy("Only for supplementary budgets: 1, 2, …"),
    )  # fmt: skip
    field_order = ("form_mark", "year", "kind", "number", "title")

    def clean(self) -> dict[str, Any]:
        """A supplementary budget has a number, nothing else has."""
        cleaned = super().clean()
        if cleaned.get("kind") == PlanKind.SUPPLEMENT and not cleaned.get("number") and "number" not in self.errors:
            self.add_error("number", _("Write which supplementary budget of the year it is."))
        return cleaned


class DraftWordsForm(WordsForm):
    """The same of a draft."""

    edits = EditsField()


class EditsForm(BudgetForm):
    """An act on a draft as it was shown."""

    edits = EditsField()


class DocumentForm(BudgetForm):
    """A file that is published with the plan: judged by its content."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("PDF, Word, Excel, OpenDocument, a picture. Nobody sees it before the plan is public."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )  # fmt: skip
    title = WordsField(
        label=gettext_lazy("What it is"), required=False, max_length=300,
        help_text=gettext_lazy("Without a title the name of the file is shown."),
    )  # fmt: skip
    edits = EditsField()

    def clean_file(self) -> SafeUpload:
        """What may be kept of it."""
        file: UploadedFile = self.cleaned_data["file"]
        return accept_upload(file)


class YearForm(forms.ModelForm):
    """What hangs on a year itself."""

    inhabitants = forms.IntegerField(
        label=gettext_lazy("Inhabitants"), required=False, min_value=1, max_value=20_000_000,
        help_text=gettext_lazy("For figures per head. Leave it empty where the number is not known."),
    )  # fmt: skip
    inhabitants_on = DayField(
        label=gettext_lazy("As of"), required=False, help_text=gettext_lazy("Such as 23/11/2569.")
    )

    class Meta:
        model = BudgetYear
        fields = ("inhabitants", "inhabitants_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def clean_inhabitants_on(self) -> dt.date | None:
        """A day that has come."""
        day: dt.date | None = self.cleaned_data["inhabitants_on"]
        if day is not None and day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        return day
