"""Forms of files that officers bring, and the filter of their record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.forms import DayField, WordsField
from ita_portal.tables.reading import accept_table
from ita_portal.uploads import SafeUpload
from organization.models import User

from ..choices import Approver, UploadKind
from ..importing.record import Options
from ..models import Upload
from ..services.lines import Approval
from .plans import BudgetForm

APPROVAL = ("approver", "approved_on", "document_number")


class UploadForm(BudgetForm):
    """A file: accepted only where its content is a whole and harmless workbook or CSV."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=300, widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 20 MB. Nothing is stored before you have seen it."),
        error_messages={"required": gettext_lazy("Choose a file."),
                        "empty": gettext_lazy("The file is empty. Choose it again.")},
    )  # fmt: skip

    def clean_file(self) -> SafeUpload:
        """What may be kept of it."""
        file: UploadedFile = self.cleaned_data["file"]
        return accept_table(file)

    def options(self) -> Options:
        """What was chosen beside the file."""
        return Options()


class LinesUploadForm(UploadForm):
    """Lines of a plan; in a revision of a budget with who approved what the file moves."""

    approver = forms.ChoiceField(
        label=gettext_lazy("Approved by"), required=False, choices=[("",
                                                                     gettext_lazy("The file moves no money")),
                                                                     *Approver.choices],
        help_text=gettext_lazy("Needed where the file moves money. A new item is approved by the council."),
    )  # fmt: skip
    approved_on = DayField(
        label=gettext_lazy("Approved on"), required=False, help_text=gettext_lazy("Such as 23/11/2569.")
    )
    document_number = WordsField(
        label=gettext_lazy("Number of the document or meeting"), required=False, max_length=200
    )
    reason = WordsField(
        label=gettext_lazy("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody reads this beside the transfer."),
    )  # fmt: skip

    def __init__(self, *args: Any, moves: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not moves:
            for name in (*APPROVAL, "reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """An approval is whole or is not there."""
        given = super().clean() or {}
        if any(given.get(name) for name in APPROVAL):
            for name, message in (
                ("approver", _("Choose who approved it.")), ("approved_on", _("Write the day of the approval.")),
                ("document_number", _("Write the number of the document.")),
            ):  # fmt: skip
                if name not in self.errors and not given.get(name):
                    self.add_error(name, message)
            day = given.get("approved_on")
            if day is not None and day > today():
                self.add_error("approved_on", ValidationError(_("This day is still to come. Check the year.")))
        return given

    def options(self) -> Options:
        """Who approved it."""
        given = self.cleaned_data
        if not given.get("approver"):
            return Options()
        return Options(Approval(given["approver"], given["approved_on"], given["document_number"], given["reason"]))


class SpendingUploadForm(UploadForm):
    """Spending or revenue, since 1 October or since the statement before."""

    counting = forms.ChoiceField(
        label=gettext_lazy("The amounts in the file are"), widget=forms.RadioSelect, initial="year",
        choices=[("year", gettext_lazy("since 1 October (cumulative)")), ("period",
                                                                          gettext_lazy("of this period only"))],
    )  # fmt: skip

    def options(self) -> Options:
        """How the amounts count."""
        return Options(counting=self.cleaned_data["counting"])


class UploadsFilter(forms.Form):
    """Which files of the record are shown; what does not fit filters nothing."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it brings"), required=False, choices=[("", gettext_lazy("All")), *UploadKind.choices]
    )
    by = forms.ModelChoiceField(
        label=gettext_lazy("By"), required=False, queryset=User.objects.none(), empty_label=gettext_lazy("Everybody")
    )
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["by"]
        field.queryset = User.objects.filter(pk__in=Upload.objects.order_by().values("made_by").distinct())
