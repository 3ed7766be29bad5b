"""Forms of procurement at the desk: a month, "nothing was bought", a purchase, the yearly report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.forms import DayField, MoneyField, WordsField
from ita_portal.masking import masked_tax_id
from organization.models import Division

from ..choices import Method, PurchaseState, Source
from ..desk_reading import month_choices
from ..errors import RefusedError
from ..models import Purchase
from ..procurement_lines import LONGEST_SEARCH, LineChoice, find_lines, line_choice, lines_at
from ..services.procurement import MOST_BIDS, seen_of
from .plans import BudgetForm, EditsField, MarkField, YearField

OFF = "off"
"""The choice that a purchase is not paid from the budget."""
LEAST_BID_ROWS, MORE_BID_ROWS = 3, 2
MOST_POSITION = 2**31 - 1


class SummaryForm(BudgetForm):
    """A month that is begun or corrected."""

    form_mark = MarkField()
    year = YearField(
        label=gettext_lazy("Fiscal year (B.E.)"), error_messages={"required": gettext_lazy("Write the fiscal year.")}
    )
    month = forms.TypedChoiceField(
        label=gettext_lazy("Month of the fiscal year"), coerce=int, choices=month_choices,
        error_messages={"required": gettext_lazy("Choose the month.")},
        help_text=gettext_lazy("The fiscal year begins in October."),
    )  # fmt: skip


class NothingForm(BudgetForm):
    """That nothing was bought in a month; with a note."""

    nothing = forms.BooleanField(label=gettext_lazy("No purchase was made in this month"), required=False)
    note = WordsField(
        label=gettext_lazy("Note for readers"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody reads this beside the purchases."),
    )  # fmt: skip


class PublishSummaryForm(BudgetForm):
    """seen: number of the month's version in force as it was shown, 0 for none. edits: likewise of the draft."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    edits = EditsField()

    def clean(self) -> dict[str, Any]:
        """Where one of them is lost, nothing is published."""
        if self.errors:
            self.add_error(None, _("This form is not complete. Open it again."))
        return super().clean() or {}


class ProcurementReportForm(BudgetForm):
    """What the yearly report says beside its figures."""

    problems = WordsField(
        label=gettext_lazy("Problems and obstacles"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Where there were none, write that there were none."),
    )  # fmt: skip
    suggestions = WordsField(
        label=gettext_lazy("Suggestions for the next year"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    edits = EditsField()


@dataclass(slots=True)
class BidRow:
    """A row of the form: who offered, at what price."""

    number: int
    name: str = ""
    price: str = ""
    error: str = ""


def _money(label: Any, *, required: bool = False, help_text: Any = "") -> MoneyField:
    return MoneyField(
        label=label, required=required, help_text=help_text, max_digits=14, decimal_places=2, min_value=0,
        error_messages={
            "required": gettext_lazy("Write the amount in baht."),
            "min_value": gettext_lazy("An amount is not below zero."),
        },
    )  # fmt: skip


class PurchaseForm(BudgetForm):
    """A purchase in the official columns.

    typed: what was sent, for the rows of bidders (`bid_name_0`, `bid_price_0`, …) and where the form is shown again
    without being looked through. choices: budget lines to choose from.
    """

    title = WordsField(
        label=gettext_lazy("What is bought or hired"), max_length=500,
        error_messages={"required": gettext_lazy("Write what is bought or hired.")},
    )  # fmt: skip
    budget_amount = _money(gettext_lazy("Budget for it (baht)"), required=True)
    reference_price = _money(
        gettext_lazy("Reference price (baht)"), help_text=gettext_lazy("Empty where it is not known.")
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Way of procurement"), choices=[("", gettext_lazy("Choose the way")), *Method.choices],
        error_messages={"required": gettext_lazy("Choose the way of procurement.")},
    )  # fmt: skip
    winner = WordsField(label=gettext_lazy("Chosen bidder"), required=False, max_length=300)
    winner_tax_id = WordsField(
        label=gettext_lazy("Tax number of the chosen bidder"), required=False, max_length=40,
        help_text=gettext_lazy("13 digits. Of a person only the last four digits are kept."),
    )  # fmt: skip
    agreed_price = _money(
        gettext_lazy("Agreed price (baht)"), help_text=gettext_lazy("Empty until it is agreed. Zero means free.")
    )
    reason = WordsField(
        label=gettext_lazy("Reason for the choice, in short"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    contract_number = WordsField(
        label=gettext_lazy("Number of the contract or agreement"), required=False, max_length=200
    )
    contract_date = DayField(
        label=gettext_lazy("Date of the contract or agreement"), required=False,
        help_text=gettext_lazy("Such as 23/11/2569."),
    )  # fmt: skip
    egp_number = WordsField(label=gettext_lazy("Project number in e-GP"), required=False, max_length=40)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=PurchaseState.choices)
    source = forms.ChoiceField(label=gettext_lazy("Source of money"), choices=Source.choices)
    division = forms.ModelChoiceField(
        label=gettext_lazy("Responsible division"), required=False, queryset=Division.objects.all(),
        empty_label=gettext_lazy("Not entered"),
    )  # fmt: skip
    line = forms.CharField(required=False, max_length=60)
    line_words = WordsField(
        label=gettext_lazy("Find a budget line"), required=False, max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Words of the item or project, or the code of the line."),
    )  # fmt: skip
    position = forms.IntegerField(required=False, min_value=1, max_value=MOST_POSITION, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        year: int,
        purchase: Purchase | None = None,
        typed: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.purchase = year, purchase
        self.typed: Mapping[str, str] | None = self.data if self.is_bound else typed
        self.bid_rows = self._typed_bids() if self.typed is not None else self._kept_bids()
        self.chosen: LineChoice | None = None
        self.found: Sequence[LineChoice] = []
        self.has_more = False
        self.bids: list[dict[str, Any]] = []

    @staticmethod
    def initial_of(purchase: Purchase) -> dict[str, Any]:
        """What the form of a purchase shows first."""
        names = [name for name in PurchaseForm.base_fields if name not in ("line", "line_words", "position", "seen")]
        line = OFF if purchase.off_budget else purchase.line.public_id if purchase.line else ""
        return {**{name: getattr(purchase, name) for name in names}, "line": line, "seen": seen_of(purchase)}

    # Bidders ----------------------------------------------------------------------------------------------
    def _kept_bids(self) -> list[BidRow]:
        bids = self.purchase.bids if self.purchase else []
        rows = [BidRow(place, str(bid["name"]), str(bid["price"] or "")) for place, bid in enumerate(bids)]
        more = max(LEAST_BID_ROWS - len(rows), MORE_BID_ROWS)
        return rows + [BidRow(len(rows) + place) for place in range(more)]

    def _typed_bids(self) -> list[BidRow]:
        typed = self.typed or {}
        rows = []
        for place in range(MOST_BIDS):
            name, price = typed.get(f"bid_name_{place}"), typed.get(f"bid_price_{place}")
            if name is None and price is None:
                break
            rows.append(BidRow(place, (name or "")[:1000], (price or "")[:100]))
        while len(rows) < LEAST_BID_ROWS or (len(rows) < MOST_BIDS and rows[-1].name):
            rows.append(BidRow(len(rows)))
        return rows

    def _clean_bids(self) -> None:
        words, money = WordsField(required=False, max_length=300), _money("")
        for row in self.bid_rows:
            try:
                name, price = words.clean(row.name), money.clean(row.price)
            except ValidationError as error:
                row.error = error.messages[0]
                continue
            if price is not None and not name:
                row.error = _("Write who offered this price.")
            elif name:
                self.bids.append({"name": name, "price": price})
        if any(row.error for row in self.bid_rows):
            self.add_error(None, _("Look at the bidders again."))

    # The budget line --------------------------------------------------------------------------------------
    def look_for_lines(self) -> None:
        """Fill the choices: the line that is chosen, and what the words find."""
        source: Mapping[str, Any] = self.typed if self.typed is not None else self.initial
        value, words = str(source.get("line") or "")[:60], str(source.get("line_words") or "")
        if self.purchase is not None and self.purchase.line is not None and not self.is_bound and self.typed is None:
            self.chosen = line_choice(self.year, self.purchase.line)
        elif value not in ("", OFF):
            self.chosen = next(iter(lines_at(self.year, value)), None)
        found, self.has_more = find_lines(self.year, words)
        self.found = [one for one in found if self.chosen is None or one.value != self.chosen.value]

    @property
    def line_value(self) -> str:
        """Which choice is ticked."""
        source: Mapping[str, Any] = self.typed if self.typed is not None else self.initial
        value = str(source.get("line") or "")
        return value if value in ("", OFF) or self.chosen is not None else ""

    @property
    def asked_words(self) -> str:
        """What was looked for."""
        source: Mapping[str, Any] = self.typed if self.typed is not None else self.initial
        return str(source.get("line_words") or "").strip()

    def _clean_line(self, data: dict[str, Any]) -> None:
        value, words = data.get("line") or "", data.get("line_words") or ""
        if value in ("", OFF):
            data["line"], data["off_budget"] = None, value == OFF
            if value == "" and words:
                exact = lines_at(self.year, words)
                if len(exact) == 1:
                    data["line"] = exact[0].line
                else:
                    self.add_error("line_words", _("Choose one of the lines that were found, or clear this field."))
            return
        exact = lines_at(self.year, value)
        data["line"], data["off_budget"] = None, False
        if len(exact) == 1:
            data["line"] = exact[0].line
        else:
            self.add_error("line_words", _("This line is not in the budget in force of that fiscal year."))

    def clean_winner_tax_id(self) -> str:
        """As it is kept."""
        try:
            return masked_tax_id(self.cleaned_data["winner_tax_id"])
        except ValueError:
            raise ValidationError(_("A tax number has 13 digits.")) from None

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        data = super().clean() or {}
        self._clean_bids()
        self._clean_line(data)
        return data

    def values(self) -> dict[str, Any]:
        """As `services.procurement.save_purchase` takes it."""
        given = {**self.cleaned_data, "bids": self.bids}
        for name in ("line_words", "position", "seen"):
            given.pop(name, None)
        return given

    def say(self, refused: RefusedError) -> None:
        """Show why it was refused, at the field it is about."""
        if refused.field == "line":
            self.add_error("line_words", str(refused))
        else:
            super().say(refused)


def shortened(form: PurchaseForm, purchase: Purchase) -> bool:
    """Whether numbers of people were shortened when a form was stored."""
    given = form.values()
    names = ("title", "winner", "reason", "contract_number", "egp_number")
    bids = [" ".join(str(bid["name"]).split()) for bid in given["bids"]]
    return any(given[name] != getattr(purchase, name) for name in names) or bids != [
        bid["name"] for bid in purchase.bids
    ]
