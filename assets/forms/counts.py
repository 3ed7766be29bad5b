"""Forms of the yearly count: the count itself, its committee, an entry, an unexpected find, the close."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import FiscalYear
from ita_portal.forms import DayField, WordsField
from organization.choices import Role
from organization.models import Division, User

from ..choices import BACK, Condition, CountResult
from ..errors import RefusedError
from ..models import CountItem, CountSession
from ..services.counting import Finding
from ..services.counts import year_to_count
from .photos import PhotosField

_MOST_PIECES = 1_000_000
_CONDITIONS = [(value, label) for value, label in Condition.choices if value in BACK]
_RESULTS = [(value, label) for value, label in CountResult.choices if value != CountResult.PENDING]

_PIECES = {CountResult.MISSING.value: _("Missing, or not all found")}
"""What results are called where there are several pieces."""


class CountForm(forms.Form):
    """A count of a fiscal year. changes: one that is mended; its year stays."""

    fiscal_year = WordsField(
        label=_("Fiscal year that is counted"), max_length=40,
        help_text=_("The year that ends with the count, such as 2569."),
        error_messages={"required": _("Write the fiscal year, such as 2569.")},
    )  # fmt: skip
    order = WordsField(
        label=_("Order of appointment"), max_length=200, help_text=_("Its number and date, as on the paper."),
        error_messages={"required": _("Write the order of appointment, for example order 325/2569.")},
    )  # fmt: skip
    appointed_on = DayField(
        label=_("Appointed on"), help_text=_("In September, the last month of the fiscal year (clause 213)."),
        error_messages={"required": _("Write the day of the order.")},
    )  # fmt: skip
    start_on = DayField(
        label=_("Begins on"), required=False,
        help_text=_("Empty: the first working day of the new fiscal year, which the portal knows."),
    )  # fmt: skip

    def __init__(self, *args: Any, changes: CountSession | None = None, **kwargs: Any) -> None:
        year = year_to_count() if changes is None else None
        initial: dict[str, Any] = {"fiscal_year": str(year.number) if year else ""}
        if changes is not None:
            initial = {"order": changes.order, "appointed_on": changes.appointed_on, "start_on": changes.start_on}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.use_required_attribute = False
        if changes is not None:
            del self.fields["fiscal_year"]
            if changes.opened_at is not None:
                self.fields["appointed_on"].disabled = self.fields["start_on"].disabled = True

    def clean_fiscal_year(self) -> int:
        """The year as a number, in whatever digits it was written."""
        try:
            return FiscalYear.parse(self.cleaned_data["fiscal_year"]).number
        except ValueError:
            raise ValidationError(_("Write a fiscal year of the Buddhist Era, such as 2569.")) from None


class PersonField(forms.ModelChoiceField):
    """A person with position and division, so that two of one name are told apart."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, position, division."""
        return " · ".join(str(part) for part in (obj, obj.position, obj.division) if part)


class CounterForm(forms.Form):
    """A person to be appointed. Asset officers are not offered; who names one is told the rule. Nor is the mayor, who
    appoints the committee and to whom it reports."""

    user = PersonField(
        label=_("Who counts"), queryset=User.objects.none(), empty_label=_("Choose a person"),
        help_text=_(
            "Anybody but asset officers, who keep the register (clause 213), and the mayor, to whom the committee "
            "reports."
        ),
        error_messages={
            "required": _("Choose a person."), "invalid_choice": _("Choose a person from the list."),
        },
    )  # fmt: skip
    division = forms.ModelChoiceField(
        label=_("What they count"), queryset=Division.objects.none(), required=False,
        empty_label=_("Everything, all divisions"),
        error_messages={"invalid_choice": _("Choose a division from the list.")},
    )  # fmt: skip
    chairs = forms.BooleanField(label=_("Chairs the committee"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        people = User.objects.filter(is_active=True).exclude(groups__name=Role.MAYOR.value)
        people = people.select_related("division").order_by("division__order", "username")
        person: PersonField = self.fields["user"]  # type: ignore[assignment]
        person.queryset = people
        offered = people.exclude(groups__name=Role.ASSET_OFFICER.value)
        person.choices = [("", person.empty_label), *((one.pk, person.label_from_instance(one)) for one in offered)]
        division: forms.ModelChoiceField = self.fields["division"]  # type: ignore[assignment]
        division.queryset = Division.objects.filter(active=True)


class EntryForm(forms.Form):
    """What was found of one asset, where it is not simply all there."""

    result = forms.ChoiceField(
        label=_("What did you find?"), choices=_RESULTS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found."), "invalid_choice": _("Choose what you found.")},
    )  # fmt: skip
    found = forms.IntegerField(
        label=_("Pieces found"), required=False, min_value=0, max_value=_MOST_PIECES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a number."), "min_value": _("Write a number."),
                        "max_value": _("Write a number.")},
    )  # fmt: skip
    place = WordsField(
        label=_("Where it was found"), required=False, max_length=200, help_text=_("Where it is not in its place."),
    )  # fmt: skip
    condition = forms.ChoiceField(
        label=_("Condition"), choices=_CONDITIONS, required=False,
        error_messages={"invalid_choice": _("Choose the condition.")},
    )  # fmt: skip
    damaged = forms.IntegerField(
        label=_("Of these unusable"), required=False, min_value=0, max_value=_MOST_PIECES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a number."), "min_value": _("Write a number."),
                        "max_value": _("Write a number.")},
    )  # fmt: skip
    note = WordsField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the committee reports of it: what is broken, who has it, what papers there are."),
    )  # fmt: skip
    photos = PhotosField(label=_("Photos"), required=False, help_text=_("At most 6, as JPEG, PNG or WebP."))

    def __init__(self, *args: Any, item: CountItem, **kwargs: Any) -> None:
        counted = item.result != CountResult.PENDING
        initial = {
            "result": item.result if counted else None,
            "found": item.found if counted else item.expected,
            "place": item.found_place,
            "condition": item.condition or Condition.GOOD,
            "damaged": item.damaged or None,
            "note": item.note,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.use_required_attribute = False
        self.item = item
        if item.asset.is_single:
            del self.fields["found"], self.fields["damaged"]
        else:
            result: forms.ChoiceField = self.fields["result"]  # type: ignore[assignment]
            result.choices = [(value, _PIECES.get(value, label)) for value, label in _RESULTS]

    def finding(self) -> Finding:
        """What is to be written down, once it is valid."""
        found = self.cleaned_data
        pieces = found.get("found")
        return Finding(
            result=found["result"],
            found=self.item.expected if pieces is None else pieces,
            condition=found["condition"] or Condition.GOOD,
            damaged=found.get("damaged") or 0,
            place=found["place"],
            note=found["note"],
        )

    def refuse(self, refusal: RefusedError) -> None:
        """Show the sentence at the field that it is about, or above all."""
        self.add_error(refusal.code if refusal.code in self.fields else None, str(refusal))


class SurpriseForm(forms.Form):
    """Something that is not on the list."""

    number = WordsField(
        label=_("Number on it"), required=False, max_length=60, help_text=_("Empty where it carries none."),
    )  # fmt: skip
    description = WordsField(
        label=_("What it is"), max_length=300, help_text=_("Such as: steel cupboard, two doors."),
        error_messages={"required": _("Write what it is.")},
    )  # fmt: skip
    place = WordsField(
        label=_("Where it was found"), max_length=200, error_messages={"required": _("Say where it was found.")}
    )
    condition = forms.ChoiceField(
        label=_("Condition"), choices=_CONDITIONS, error_messages={
            "required": _("Choose the condition."), "invalid_choice": _("Choose the condition."),
        },
    )  # fmt: skip
    photos = PhotosField(label=_("Photos"), required=False, help_text=_("At most 6, as JPEG, PNG or WebP."))
    form_mark = forms.CharField(required=False, max_length=48, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def refuse(self, refusal: RefusedError) -> None:
        """Show the sentence at the field that it is about, or above all."""
        field = "number" if refusal.code in ("surprise_number_once", "expected") else refusal.code
        self.add_error(field if field in self.fields else None, str(refusal))


class CloseForm(forms.Form):
    """The committee's remarks; and, where something is left, how much: typed, so that nobody closes by mistake."""

    remarks = WordsField(
        label=_("Remarks of the committee"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Printed in the report. Empty: no remarks."),
    )  # fmt: skip
    missing = forms.IntegerField(
        label=_("How many have not been counted"), required=False, min_value=0, max_value=10**9,
        help_text=_("To close although they have not been counted, type the number that stands above."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number."), "min_value": _("Write a number."),
                        "max_value": _("Write a number.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    @property
    def as_missing(self) -> int:
        """How many are reported as missing with the knowledge of whoever sends the form."""
        return self.cleaned_data["missing"] or 0
