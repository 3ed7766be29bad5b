"""Forms of a statement of spending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.forms import DayField, WordsField

from ..desk_reading import month_choices
from .plans import BudgetForm, EditsField, MarkField, YearField


class StatementWordsForm(BudgetForm):
    """What a statement says beside its amounts."""

    as_of = DayField(
        label=gettext_lazy("Data as of"),
        help_text=gettext_lazy("The day on which the books were read, such as 31/12/2569."),
        error_messages={"required": gettext_lazy("Write the day from which the data are.")},
    )  # fmt: skip
    note = WordsField(
        label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody reads this beside the figures."),
    )  # fmt: skip


class DraftStatementForm(StatementWordsForm):
    """The same of a draft."""

    edits = EditsField()


class StatementForm(StatementWordsForm):
    """A statement that is begun. copy: a correction of the month's statement in force."""

    form_mark = MarkField()
    year = YearField(
        label=gettext_lazy("Fiscal year (B.E.)"), error_messages={"required": gettext_lazy("Write the fiscal year.")}
    )
    month = forms.TypedChoiceField(
        label=gettext_lazy("Up to the end of"), coerce=int, choices=month_choices,
        error_messages={"required": gettext_lazy("Choose the month.")},
        help_text=gettext_lazy(
            "Amounts are added up since 1 October. December, March, June and September end a quarter."
        ),
    )  # fmt: skip
    copy = forms.BooleanField(
        label=gettext_lazy("Begin with what the statement in force says, to correct it"), required=False
    )
    field_order = ("form_mark", "year", "month", "as_of", "note", "copy")


class PublishStatementForm(BudgetForm):
    """seen: number of the month's statement in force as it was shown, 0 for none."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    edits = EditsField()

    def clean(self) -> dict[str, Any]:
        """Where the number is lost, nothing is published."""
        if {"seen", "edits"} & set(self.errors):
            self.add_error(None, _("Open the page again and publish once more."))
        return super().clean() or {}
