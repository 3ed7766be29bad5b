"""Forms of whoever approves: the decision, and who decides in whose place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ita_portal.fiscal import today
from ita_portal.forms import DayField, WordsField
from ita_portal.thai import numeric_date
from organization.models import Division, User

from ..choices import Place
from ..querysets import OFF_SITE
from ..services.delegations import ENTER_ORDERS
from .loans import PeopleField

LONGEST = 2000
"""Letters in a note or a reason."""
APPROVE, REFUSE = "approve", "refuse"


class WaitingFilter(forms.Form):
    """Which requests are shown. Unknown values are left out."""

    place = forms.ChoiceField(
        label=_("Where it is used"), required=False, choices=[("", _("Everywhere")), *Place.choices]
    )
    division = forms.ModelChoiceField(
        label=_("Division of the borrower"), required=False, queryset=Division.objects.all(),
        empty_label=_("Every division"),
    )  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        """The filter, with what makes no sense left out."""
        self.is_valid()
        return {"place": self.cleaned_data.get("place") or "", "division": self.cleaned_data.get("division")}


class DecideForm(forms.Form):
    """Yes or no. revision: of the request that was read; seen: what was shown then, signed."""

    decision = forms.ChoiceField(choices=[(APPROVE, APPROVE), (REFUSE, REFUSE)], widget=forms.HiddenInput)
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    note = WordsField(
        label=_("Note to the borrower"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = WordsField(
        label=_("Why it is refused"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The borrower reads this. Say what they can change."),
    )  # fmt: skip
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == REFUSE and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write why, so that the borrower knows what to change."))
        return cleaned


class DelegationForm(forms.Form):
    """A deputy for some days, on an order. The names of the fields are the codes of the service's refusals."""

    MAYOR = "mayor"

    division = forms.ChoiceField(
        label=_("In place of"), error_messages={"required": _("Choose in whose place.")},
    )  # fmt: skip
    deputy = PeopleField(
        label=_("Who approves instead"), queryset=User.objects.none(), empty_label=_("Choose …"),
        error_messages={"required": _("Choose who approves instead.")},
        help_text=_("They can never approve a loan of their own."),
    )  # fmt: skip
    start_on = DayField(
        label=_("From"), help_text=_("The first day, such as 23/11/2569. Today or later."),
        error_messages={"required": _("Write the first day.")},
    )  # fmt: skip
    end_on = DayField(
        label=_("Until this day"), help_text=_("The last day on which it is valid; it counts as well."),
        error_messages={"required": _("Write the last day.")},
    )  # fmt: skip
    order = WordsField(
        label=_("Order or letter"), max_length=200, help_text=_("For example: order 12/2570"),
        error_messages={"required": _("Write the number of the order or letter.")},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.by = by
        everywhere = by.has_perm(OFF_SITE) or by.has_perm(ENTER_ORDERS)
        self.divisions = {
            str(division.pk): division
            for division in Division.objects.filter(active=True)
            if everywhere or division.pk == by.division_id
        }
        heads = [(pk, _("the head of %(division)s") % {"division": name}) for pk, name in self.divisions.items()]
        mayor = [(self.MAYOR, _("the mayor"))] if everywhere else []
        choices: list[tuple[str, Any]] = [*mayor, *heads]
        self.fields["division"].choices = choices if len(choices) == 1 else [("", _("Choose …")), *choices]  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).exclude(pk=by.pk).select_related("division")
        self.fields["deputy"].queryset = people.order_by("first_name", "last_name", "pk")  # type: ignore[attr-defined]
        self.fields["start_on"].initial = numeric_date(today())

    def clean_division(self) -> Division | None:
        """The division whose head is away; None: the mayor is."""
        return self.divisions.get(self.cleaned_data["division"])
