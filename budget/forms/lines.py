"""Forms of what is in a draft: a line, a transfer, the filter of the list."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.forms import DayField, MoneyField, WordsField
from ita_portal.thai import to_arabic_digits
from organization.models import Division

from ..choices import (
    BUDGET_KINDS,
    CATEGORIES_OF,
    Approver,
    Category,
    Group,
    Method,
    PlanKind,
    Programme,
    RevenueGroup,
    Source,
)
from ..desk_reading import month_choices
from ..models import LineVersion, Plan, Revision
from ..models.plans import CODE
from ..services.lines import Approval, in_force
from .plans import BudgetForm, EditsField

QUARTERS = ("q1", "q2", "q3", "q4")
_SPENT = ("programme", "work", "classification", "item", "detail", "division", "source", "original", "place")
FIELDS_OF: dict[str, tuple[str, ...]] = {
    PlanKind.ORDINANCE: _SPENT,
    PlanKind.SUPPLEMENT: _SPENT,
    PlanKind.REVENUE: ("revenue_group", "item", "detail", "original"),
    PlanKind.ACTION: (
        "programme", "item", "detail", "division", "source", "original", "place", "month_from", "month_to", "serves",
    ),
    PlanKind.SPENDING: ("programme", "classification", "item", "division", "original", *QUARTERS, "serves"),
    PlanKind.PROCUREMENT: (
        "programme", "item", "detail", "division", "source", "original", "method", "month_from", "month_to", "serves",
    ),
}  # fmt: skip
"""What a line of each kind of plan says."""


def classifications() -> list[tuple[Any, Any]]:
    """Groups with their categories, as one choice: `investment/equipment`, or `investment/` for the group alone."""
    found: list[tuple[Any, Any]] = [("", gettext_lazy("Not entered"))]
    for group, categories in CATEGORIES_OF.items():
        label = Group(group).label
        found.append((label, [
            (f"{group}/", gettext_lazy("The whole group")),
            *((f"{group}/{category}", Category(category).label) for category in categories),
        ]))  # fmt: skip
    return found


def money_field(label: Any, help_text: Any = "") -> MoneyField:
    """An amount that may be unknown, never below zero."""
    return MoneyField(
        label=label, help_text=help_text, required=False, max_digits=14, decimal_places=2, min_value=Decimal(0)
    )


class LineForm(BudgetForm):
    """A line of a draft; its fields follow the kind of plan. `values()` is what the services take."""

    code = WordsField(
        label=gettext_lazy("Code"), required=False, max_length=40,
        help_text=gettext_lazy("Stands in the line's address. Leave it empty for the next free number."),
    )  # fmt: skip
    programme = forms.ChoiceField(
        label=gettext_lazy("Programme"), choices=[("", gettext_lazy("Choose")), *Programme.choices],
        error_messages={"required": gettext_lazy("Choose the programme.")},
    )  # fmt: skip
    work = WordsField(label=gettext_lazy("Work"), required=False, max_length=200)
    classification = forms.ChoiceField(
        label=gettext_lazy("Expenditure group and category"), required=False, choices=classifications
    )
    revenue_group = forms.ChoiceField(
        label=gettext_lazy("Category of revenue"), choices=[("", gettext_lazy("Choose")), *RevenueGroup.choices],
        error_messages={"required": gettext_lazy("Choose the category of revenue.")},
    )  # fmt: skip
    item = WordsField(
        label=gettext_lazy("Item or project"), max_length=500,
        error_messages={"required": gettext_lazy("Say what the line is for.")},
    )  # fmt: skip
    detail = WordsField(
        label=gettext_lazy("Details"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3})
    )
    division = forms.ModelChoiceField(
        label=gettext_lazy("Responsible division"), required=False, queryset=Division.objects.all(),
        empty_label=gettext_lazy("Not entered"),
    )  # fmt: skip
    source = forms.ChoiceField(label=gettext_lazy("Source of money"), choices=Source.choices, initial=Source.BUDGET)
    original = money_field(
        gettext_lazy("Amount (baht)"), gettext_lazy("Leave it empty where it is not known: that is not zero.")
    )
    q1 = money_field(gettext_lazy("Quarter 1 (October-December)"))
    q2 = money_field(gettext_lazy("Quarter 2 (January-March)"))
    q3 = money_field(gettext_lazy("Quarter 3 (April-June)"))
    q4 = money_field(gettext_lazy("Quarter 4 (July-September)"))
    place = WordsField(label=gettext_lazy("Place"), required=False, max_length=300)
    month_from = forms.TypedChoiceField(
        label=gettext_lazy("From month"), required=False, coerce=int, empty_value=None, choices=month_choices
    )
    month_to = forms.TypedChoiceField(
        label=gettext_lazy("To month"), required=False, coerce=int, empty_value=None, choices=month_choices
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Way of procurement"), required=False,
        choices=[("", gettext_lazy("Not entered")), *Method.choices],
    )  # fmt: skip
    serves = WordsField(
        label=gettext_lazy("Paid from the budget line"), required=False, max_length=60,
        help_text=gettext_lazy("The code of a line in force, such as 0001 of the ordinance, or supplement-1/0003."),
    )  # fmt: skip
    edits = EditsField()

    def __init__(self, *args: Any, draft: Revision, version: LineVersion | None = None, **kwargs: Any) -> None:
        self.draft, self.version = draft, version
        if version is not None:
            kwargs["initial"] = {**_initial(version), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.shown = FIELDS_OF[draft.plan.kind]
        wanted = {*self.shown, "edits", *(() if version is not None else ("code",))}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        if draft.plan.kind == PlanKind.REVENUE:
            self.fields["original"].label = _("Estimate (baht)")
        if draft.based_on_id is not None and draft.plan.kind in BUDGET_KINDS:
            self._keep_original(None if version is None else in_force(draft, version.line_id))

    def _keep_original(self, before: LineVersion | None) -> None:
        """Original amounts of a budget in force stay, but for those that were not known."""
        field = self.fields["original"]
        if before is None:
            field.help_text = _("A new line of a budget in force begins at zero. Its money comes by a transfer.")
            self.initial.setdefault("original", Decimal(0))
        elif before.original is not None:
            field.help_text = _("The original amount of a budget in force stays. Move money by a transfer.")
            field.disabled = True

    def clean_code(self) -> str:
        """In Arabic digits; nothing for the next free number."""
        code = to_arabic_digits(self.cleaned_data["code"])
        if code and not re.fullmatch(CODE, code):
            raise ValidationError(_("A code has Latin letters, digits, dots and hyphens only."))
        if code and LineVersion.objects.filter(revision=self.draft, line__code=code).exists():
            raise ValidationError(_("This code is used by another line of the plan."))
        return code

    def clean_serves(self) -> int | None:
        """The key of a line of the year's budget in force."""
        text = to_arabic_digits(self.cleaned_data["serves"])
        if not text:
            return None
        slug, _sign, code = text.rpartition("/")
        plan = (
            Plan.objects.at(self.draft.plan.year_id, slug or PlanKind.ORDINANCE).filter(kind__in=BUDGET_KINDS).first()
        )
        found = None if plan is None else LineVersion.objects.current().filter(line__plan=plan, line__code=code).first()
        if found is None:
            raise ValidationError(_("There is no line with this code in the budget in force of this year."))
        return int(found.line_id)

    def clean(self) -> dict[str, Any]:
        """What belongs together fits together."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "month_from" in self.shown and not {"month_from", "month_to"} & set(self.errors):
            begin, end = cleaned.get("month_from"), cleaned.get("month_to")
            if (begin is None) != (end is None):
                self.add_error("month_to" if end is None else "month_from", _("Choose both months, or none."))
            elif begin is not None and end is not None and end < begin:
                self.add_error("month_to", _("The last month lies before the first."))
        if "q1" in self.shown and not {"original", *QUARTERS} & set(self.errors):
            self._look_at_quarters(cleaned)
        return cleaned

    def _look_at_quarters(self, cleaned: dict[str, Any]) -> None:
        parts = [cleaned.get(name) for name in QUARTERS]
        if all(part is None for part in parts):
            return
        if any(part is None for part in parts):
            self.add_error("q4", _("Enter all four quarters, with 0 where nothing is planned, or none of them."))
        elif sum(part for part in parts if part is not None) != cleaned.get("original"):
            self.add_error("original", _("The four quarters add up to %(sum)s, not to this amount.")
                           % {"sum": f"{sum(part for part in parts if part is not None):,.2f}"})  # fmt: skip

    def values(self) -> dict[str, Any]:
        """By the names that `services.lines` takes."""
        given = self.cleaned_data
        found: dict[str, Any] = {}
        for name in self.shown:
            if name == "classification":
                found["group"], _sign, found["category"] = given[name].partition("/")
            elif name == "division":
                found["division_id"] = given[name].pk if given[name] else None
            elif name == "serves":
                found["serves_id"] = given[name]
            else:
                found[name] = given[name]
        return found


def _initial(version: LineVersion) -> dict[str, Any]:
    names = ("programme", "work", "revenue_group", "item", "detail", "source", "original", *QUARTERS, "place",
             "month_from", "month_to", "method")  # fmt: skip
    found: dict[str, Any] = {name: getattr(version, name) for name in names}
    found["classification"] = f"{version.group}/{version.category}" if version.group else ""
    found["division"] = version.division_id
    served = version.serves
    found["serves"] = "" if served is None else served.public_id.removeprefix(f"{PlanKind.ORDINANCE}/")
    return found


class LineFilter(forms.Form):
    """Which lines of a draft are shown. What makes no sense is left out."""

    q = WordsField(label=gettext_lazy("Search in the lines"), required=False, max_length=200)
    programme = forms.ChoiceField(
        label=gettext_lazy("Programme"),
        required=False,
        choices=[("", gettext_lazy("Every programme")), *Programme.choices],
    )
    division = forms.ModelChoiceField(
        label=gettext_lazy("Division"), required=False, queryset=Division.objects.all(),
        empty_label=gettext_lazy("Every division"),
    )  # fmt: skip
    missing = forms.ChoiceField(
        label=gettext_lazy("What is missing"), required=False,
        choices=[
            ("", gettext_lazy("All lines")),
            ("division", gettext_lazy("Without a division")),
            ("amount", gettext_lazy("Without an amount")),
            ("serves", gettext_lazy("Without a budget line")),
        ],
    )  # fmt: skip

    def chosen(self) -> dict[str, Any]:
        """The filter by names; nothing where nothing was chosen."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @staticmethod
    def narrow(rows: Any, chosen: dict[str, Any]) -> Any:
        """The lines that fit."""
        if words := chosen.get("q"):
            rows = rows.holding(words)
        if programme := chosen.get("programme"):
            rows = rows.filter(programme=programme)
        if division := chosen.get("division"):
            rows = rows.filter(division=division)
        lacks = {"division": Q(division=None), "amount": Q(original=None), "serves": Q(serves=None)}
        return rows.filter(lacks[chosen["missing"]]) if chosen.get("missing") in lacks else rows


class TransferForm(BudgetForm):
    """Money from one line to another, as it was approved."""

    giver = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    taker = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    amount = MoneyField(
        label=gettext_lazy("Amount (baht)"), max_digits=14, decimal_places=2,
        error_messages={"required": gettext_lazy("Write the amount.")},
    )  # fmt: skip
    approver = forms.ChoiceField(
        label=gettext_lazy("Approved by"), choices=[("", gettext_lazy("Choose")), *Approver.choices],
        error_messages={"required": gettext_lazy("Choose who approved it.")},
    )  # fmt: skip
    approved_on = DayField(
        label=gettext_lazy("Approved on"), help_text=gettext_lazy("Such as 23/11/2569."),
        error_messages={"required": gettext_lazy("Write the day of the approval.")},
    )  # fmt: skip
    document_number = WordsField(
        label=gettext_lazy("Number of the document or meeting"), max_length=200,
        error_messages={"required": gettext_lazy("Write the number of the document.")},
    )  # fmt: skip
    reason = WordsField(
        label=gettext_lazy("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody reads this beside the transfer."),
    )  # fmt: skip
    edits = EditsField()

    def clean_amount(self) -> Decimal:
        """More than nothing."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("A transfer is more than zero."))
        return amount

    def clean_approved_on(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["approved_on"]
        if day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        return day

    def approval(self) -> Approval:
        """For the services."""
        given = self.cleaned_data
        return Approval(given["approver"], given["approved_on"], given["document_number"], given["reason"])
