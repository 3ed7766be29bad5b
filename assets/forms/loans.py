"""Forms of who borrows: ask, change, more time, cancel; and the filters of the catalogue and of one's loans."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ita_portal.forms import DayField, WordsField
from ita_portal.thai import to_arabic_digits
from organization.models import Division, User

from ..choices import AssetKind, LoanState, Place
from ..errors import RefusedError
from ..models import Category, Loan
from ..stock import check_days

DAYS_FIELDS = {"order": "due_on", "too_long": "due_on", "past": "start_on", "too_far": "start_on"}
"""At which field a refusal of the days stands (`stock.check_days`)."""
LONGEST_PURPOSE, LONGEST_LOCATION, LONGEST_PHONE = 2000, 300, 60


class PeopleField(forms.ModelChoiceField):
    """A person, with their division."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and division."""
        return f"{obj} · {obj.division}" if obj.division else str(obj)


class LoanForm(forms.Form):
    """What is asked for, but for the things themselves (`asking.typed_rows`)."""

    start_on = DayField(
        label=_("From"), help_text=_("The first day, such as 23/11/2569."),
        error_messages={"required": _("Write the first day.")},
    )  # fmt: skip
    due_on = DayField(
        label=_("Return by"), help_text=_("The last day; it counts as well."),
        error_messages={"required": _("Write the day of return.")},
    )  # fmt: skip
    place = forms.ChoiceField(
        label=_("Where it is used"), choices=Place.choices, widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether it stays on the premises."),
            "invalid_choice": _("Choose whether it stays on the premises."),
        },
    )  # fmt: skip
    location = WordsField(
        label=_("Place of use"), required=False, max_length=LONGEST_LOCATION,
        help_text=_("The room; off the premises the place to which it is taken."),
    )  # fmt: skip
    purpose = WordsField(
        label=_("Official work"), max_length=LONGEST_PURPOSE, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Things are lent for official work only. Write which: the activity, the project or the meeting."),
        error_messages={"required": _("Write which official work it is for.")},
    )  # fmt: skip
    phone = WordsField(
        label=_("Telephone"), required=False, max_length=LONGEST_PHONE,
        help_text=_("Where you are reached meanwhile; needed most where things leave the premises."),
    )  # fmt: skip
    borrower = PeopleField(
        label=_("Borrower"), required=False, queryset=User.objects.none(), empty_label=_("I myself"),
        help_text=_("Choose somebody else where you enter their paper form."),
    )  # fmt: skip
    form_mark = WordsField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=10**6)

    def __init__(self, *args: Any, officer: bool = False, changes: Loan | None = None, **kwargs: Any) -> None:
        """officer: whether it may be entered for somebody else. changes: the loan that is changed."""
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if officer and changes is None:
            people = User.objects.filter(is_active=True).select_related("division")
            borrower = self.fields["borrower"]
            borrower.queryset = people.order_by("division__order", "first_name", "username")  # type: ignore[attr-defined]
        else:
            del self.fields["borrower"]
        del self.fields["form_mark" if changes else "revision"]

    def clean_form_mark(self) -> str:
        """The mark without what no mark of the portal has."""
        return re.sub(r"[^0-9A-Za-z-]", "", str(self.cleaned_data.get("form_mark") or ""))[:40]

    def clean(self) -> dict[str, Any]:
        """Off the premises the place is needed."""
        cleaned = super().clean() or {}
        if cleaned.get("place") == Place.OFF_SITE and not cleaned.get("location") and "location" not in self.errors:
            self.add_error("location", _("Write where it is taken."))
        return cleaned

    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day where both were understood."""
        start, due = self.cleaned_data.get("start_on"), self.cleaned_data.get("due_on")
        return (start, due) if start and due else None


class ExtensionForm(forms.Form):
    """More time."""

    new_due_on = DayField(
        label=_("New day of return"), help_text=_("Such as 23/11/2569."),
        error_messages={"required": _("Write the new day of return.")},
    )  # fmt: skip
    reason = WordsField(
        label=_("Reason"), max_length=LONGEST_PURPOSE, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why more time is needed.")},
    )  # fmt: skip
    use_required_attribute = False


class CancelForm(forms.Form):
    """Give a loan back before it begins."""

    note = WordsField(
        label=_("Reason"), required=False, max_length=LONGEST_PURPOSE, widget=forms.Textarea(attrs={"rows": 2})
    )


class CatalogueForm(forms.Form):
    """What the catalogue shows. Unknown values are left out."""

    q = WordsField(label=_("Name, kind, number, model or place"), required=False, max_length=100)
    start_on = DayField(label=_("From"), required=False)
    due_on = DayField(label=_("Return by"), required=False)
    division = forms.ModelChoiceField(
        label=_("Division"), required=False, queryset=Division.objects.none(), empty_label=_("Every division")
    )
    category = forms.ModelChoiceField(
        label=_("Kind of asset"), required=False, queryset=Category.objects.none(), empty_label=_("Every kind")
    )
    kind = forms.ChoiceField(
        label=_("Counted as"), required=False, choices=[("", _("Both")), *AssetKind.choices]
    )  # fmt: skip
    free = forms.BooleanField(label=_("Free on these days only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = Division.objects.filter(active=True)  # type: ignore[attr-defined]
        self.fields["category"].queryset = Category.objects.all()  # type: ignore[attr-defined]

    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day, where a loan can be for them; else the reason stands at its field."""
        start, due = self.cleaned_data.get("start_on"), self.cleaned_data.get("due_on")
        if start is None or due is None:
            return None
        try:
            check_days(start, due)
        except RefusedError as refusal:
            self.add_error(DAYS_FIELDS.get(refusal.code, "start_on"), str(refusal))
            return None
        return start, due


class MyLoansForm(forms.Form):
    """Which of one's loans are shown. Unknown values are left out."""

    q = WordsField(label=_("Number of the form"), required=False, max_length=30)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Every state")), *LoanState.choices])
    year = forms.TypedChoiceField(label=_("Fiscal year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        """years: those in which the person borrowed, the latest first."""
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("Every year")), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]

    def reference(self) -> tuple[int, int | None] | None:
        """Number and fiscal year of `12/2570` or `12`; None where nothing of the kind was written."""
        found = re.search(r"(\d{1,9})(?:\s*/\s*(\d{2,4}))?", to_arabic_digits(self.cleaned_data.get("q") or ""))
        if found is None:
            return None
        year = int(found[2]) if found[2] else None
        return int(found[1]), year + 2500 if year is not None and year < 100 else year
