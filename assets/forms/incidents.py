"""Forms of damage and loss: the filter of the list, and what was decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from ita_portal.forms import DayField, MoneyField, WordsField
from ita_portal.thai import numeric_date
from organization.models import Division

from ..choices import OF_A_COUNT, IncidentKind
from ..errors import RefusedError
from ..models import Incident
from ..services.incidents import REMEDIES, check_decision

UNDECIDED, DECIDED = "undecided", "decided"


class IncidentFilter(forms.Form):
    """What the list shows. Unknown values are left out, never an error."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("Not decided yet")), (DECIDED, _("Decided")), ("all", _("All"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind of incident"), required=False, choices=[("", _("Damage and loss")), *IncidentKind.choices]
    )
    division = forms.ModelChoiceField(
        label=_("Owning division"), required=False, queryset=Division.objects.all(), empty_label=_("Every division")
    )

    def chosen(self) -> dict[str, Any]:
        """The filter, with what makes no sense left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}


class DecisionForm(forms.Form):
    """What damage or loss led to. Names of the fields are the codes of the service's refusals."""

    remedy = forms.ChoiceField(
        label=_("What was decided"), widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": _("Choose what was decided.")},
    )  # fmt: skip
    amount = MoneyField(
        label=_("Paid, in baht"), required=False, max_digits=14, decimal_places=2, min_value=Decimal("0.01"),
        help_text=_("Only where it was paid: at the price at the time of the loan (clause 209)."),
    )  # fmt: skip
    order = WordsField(
        label=_("Order or report of the fact-finding"), required=False, max_length=200,
        help_text=_("Needed where the borrower is not liable, and where pieces leave the register."),
    )  # fmt: skip
    explanation = WordsField(
        label=_("Explanation"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where nobody owes anything."),
    )  # fmt: skip
    decided_on = DayField(
        label=_("Decided on"), help_text=_("Such as 23/11/2569."),
        error_messages={"required": _("Write the day of the decision.")},
    )  # fmt: skip
    usable_again = forms.BooleanField(
        label=_("It can be used again from now on"), required=False,
        help_text=_("Repaired, replaced, or found again: it can then be lent."),
    )  # fmt: skip
    write_off = forms.BooleanField(
        label=_("These pieces leave the register"), required=False,
        help_text=_("The quantity in the register becomes smaller by them."),
    )  # fmt: skip
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.incident = incident
        names = OF_A_COUNT if incident.handover_id is None else {}
        possible = [(value, names.get(value, value.label)) for value in REMEDIES[IncidentKind(incident.kind)]]
        self.fields["remedy"].choices = [("", _("Choose …")), *possible]  # type: ignore[attr-defined]
        if incident.handover_id is None:
            # Nobody has borrowed it: the words speak of nobody who did.
            self.fields["amount"].help_text = _("Only where somebody liable paid for it.")
            self.fields["order"].help_text = _("Needed where nobody is liable, and where pieces leave the register.")
        if incident.kind == IncidentKind.LOST:
            self.fields["explanation"].help_text = _("Needed where nobody owes anything, and where it was found again.")
            self.fields["usable_again"].help_text = _("Replaced: it can then be lent. What was found again always can.")
        self.fields["decided_on"].initial = numeric_date(today())
        if incident.asset.is_single:
            del self.fields["write_off"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        remedy, day = cleaned.get("remedy"), cleaned.get("decided_on")
        if not remedy or not isinstance(day, dt.date) or "amount" in self.errors:
            return cleaned
        try:
            check_decision(
                self.incident, remedy=remedy, usable_again=cleaned.get("usable_again", False), decided_on=day,
                amount=cleaned.get("amount"), write_off=cleaned.get("write_off", False),
                order=cleaned.get("order", ""), explanation=cleaned.get("explanation", ""),
            )  # fmt: skip
        except RefusedError as refused:
            self.say(refused)
        return cleaned

    def say(self, refused: RefusedError) -> None:
        """Show why it was refused, at its field."""
        self.add_error(refused.code if refused.code in self.fields else None, str(refused))


class FoundAgainForm(forms.Form):
    """Things of a count that have turned up: which, and how. keys: those that were ticked."""

    explanation = WordsField(
        label=_("Where they were found, and by whom"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Ticked things can be used from now on. One explanation for all of them."),
    )  # fmt: skip
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    @property
    def keys(self) -> set[int]:
        """Primary keys that were sent; what is none is left out."""
        sent = self.data.getlist("incident") if isinstance(self.data, QueryDict) else []
        return {int(key) for key in sent if key.isascii() and key.isdigit() and len(key) < 19}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("explanation") and "explanation" not in self.errors:
            self.add_error("explanation", _("Write where it was found, and by whom."))
        if not self.keys:
            self.add_error(None, _("Tick at least one thing."))
        return cleaned

    def say(self, refused: RefusedError) -> None:
        """Show why it was refused: at the explanation, or above."""
        self.add_error("explanation" if refused.code == "explanation" else None, str(refused))
