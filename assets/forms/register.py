"""Forms of the register: its filter, an asset, how it leaves, its photos, what was scanned or typed."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ita_portal.fiscal import today
from ita_portal.forms import DayField, MoneyField
from ita_portal.thai import numeric_date
from organization.models import Division, User

from ..choices import AssetKind, Condition
from ..errors import SENTENCES
from ..models import Asset, Category, LoanLine, RegisterSettings
from ..models.register import MOST_PIECES, clean_number
from ..services.register import most_held, set_condition
from .photos import PhotosField

MOST_LIFE = 100
"""Longest useful life that is accepted, in years."""
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("What it is"), ("number", "name", "category", "kind", "quantity", "unit", "model", "features")),
    (gettext_lazy("Where it is"), ("division", "place", "custodian")),
    (gettext_lazy("Condition and lending"), ("condition", "broken", "lendable")),
    (
        gettext_lazy("How it was acquired"),
        ("acquired_on", "acquisition", "funds", "document", "unit_price", "life_years", "seller", "seller_address",
         "seller_phone"),
    ),
    (gettext_lazy("Note"), ("note",)),
)  # fmt: skip
"""The asset form in its parts: heading and fields."""


class LongAgoField(DayField):
    """A day on which something may have been acquired: land is old."""

    first_year = 2443


class NumberField(forms.CharField):
    """An asset's number, in whatever digits, dashes and spaces it was typed."""

    def to_python(self, value: Any) -> str:
        """As it is kept."""
        return clean_number(str(super().to_python(value) or ""))


class PersonField(forms.ModelChoiceField):
    """A person with their division."""

    def label_from_instance(self, obj: Any) -> str:
        """`มานะ ใจดี (กองช่าง)`."""
        return f"{obj} ({obj.division})" if obj.division else str(obj)


def people(also: int | None = None) -> Any:
    """Whom one may choose: active people, and the one chosen before."""
    chosen = Q(pk=also) if also else Q()
    return User.objects.filter(Q(is_active=True) | chosen).select_related("division").order_by("first_name", "username")


class RegisterFilter(forms.Form):
    """What the list shows. Unknown values are left out, never an error."""

    q = forms.CharField(label=gettext_lazy("Number, name, model or place"), required=False, max_length=100)
    division = forms.ModelChoiceField(
        label=gettext_lazy("Division"), required=False, queryset=Division.objects.all(),
        empty_label=gettext_lazy("Every division"),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Kind of asset"), required=False, queryset=Category.objects.all(),
        empty_label=gettext_lazy("Every kind"),
    )  # fmt: skip
    condition = forms.ChoiceField(
        label=gettext_lazy("Condition"), required=False,
        choices=[("", gettext_lazy("Every condition")), *Condition.choices],
    )  # fmt: skip
    lendable = forms.ChoiceField(
        label=gettext_lazy("Lending"), required=False,
        choices=[("", gettext_lazy("All")), ("yes", gettext_lazy("May be lent")), ("no", gettext_lazy("Is not lent"))],
    )  # fmt: skip
    retired = forms.ChoiceField(
        label=gettext_lazy("In the register"), required=False,
        choices=[
            ("", gettext_lazy("In the register")),
            ("only", gettext_lazy("Left the register")),
            ("all", gettext_lazy("Both")),
        ],
    )  # fmt: skip
    custodian = PersonField(
        label=gettext_lazy("Looked after by"), required=False, queryset=User.objects.none(),
        empty_label=gettext_lazy("Everybody"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["custodian"].queryset = people()  # type: ignore[attr-defined]
        for name in self.fields.keys() - {"q"}:
            self.fields[name].widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, Any]:
        """The filter, with what makes no sense left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


PROMPTS = {
    "category": gettext_lazy("Choose the kind of asset"),
    "division": gettext_lazy("Choose the division"),
    "acquisition": gettext_lazy("Not known"),
    "funds": gettext_lazy("Not known"),
}
"""What the asset form shows where nothing is chosen."""


def _prompt(field: Any, prompt: Any) -> None:
    """Say in words that nothing is chosen, instead of in dashes."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = prompt
    else:
        field.choices = [("", prompt), *((value, label) for value, label in field.choices if value)]


class AssetForm(forms.ModelForm):
    """An asset as the register keeps it. To be validated and saved inside one transaction: it locks the row.

    theirs: after a conflict, the fields that differ from what somebody else saved meanwhile, with their value.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=MOST_PIECES, initial=1,
        help_text=gettext_lazy("1 for a single item."),
        error_messages={
            "min_value": gettext_lazy("It is one piece at least. What is no longer there leaves the register.")
        },
    )  # fmt: skip
    life_years = forms.IntegerField(
        label=gettext_lazy("Useful life in years"), required=False, min_value=0, max_value=MOST_LIFE,
        help_text=gettext_lazy("Empty: as usual for its kind. 0: nothing is written off, as with land."),
    )  # fmt: skip
    custodian = PersonField(
        label=gettext_lazy("Who looks after it"), required=False, queryset=User.objects.none(),
        empty_label=gettext_lazy("Nobody is named"),
    )  # fmt: skip

    class Meta:
        model = Asset
        fields = tuple(name for _heading, names in SECTIONS for name in names)
        field_classes = {"number": NumberField, "acquired_on": LongAgoField, "unit_price": MoneyField}
        widgets = {
            "features": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
            "acquired_on": forms.TextInput(attrs={"autocomplete": "off"}),
            "unit_price": forms.TextInput(attrs={"inputmode": "decimal"}),
        }
        # The words of the asset's page and of register files.
        labels = {
            "name": gettext_lazy("Name of the asset"),
            "category": gettext_lazy("Kind of asset"),
            "division": gettext_lazy("Owning division"),
            "place": gettext_lazy("Place"),
            "unit_price": gettext_lazy("Price of one (baht)"),
        }
        help_texts = {
            "broken": gettext_lazy("Only for several pieces under one number."),
            "acquired_on": gettext_lazy("For example 15/03/2567."),
            "document": gettext_lazy("Number of the receipt, the contract or the delivery note."),
            "lendable": gettext_lazy("Then it is in the list from which staff borrow."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.theirs: list[tuple[Any, str]] = []
        asset = self.instance
        self.fields["custodian"].queryset = people(asset.custodian_id)  # type: ignore[attr-defined]
        for name in ("kind", "category", "division", "custodian", "condition", "acquisition", "funds"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name, prompt in PROMPTS.items():
            _prompt(self.fields[name], prompt)
        if asset.division_id is None:
            self.fields["division"].queryset = Division.objects.filter(active=True)  # type: ignore[attr-defined]
        self.fields["broken"].required = False
        if asset.pk:
            self.initial["seen"] = digest_of(asset)
            self.initial["life_years"] = asset.life_years or 0

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names]) for heading, names in SECTIONS]

    def clean_number(self) -> str:
        """A new number keeps to the municipality's pattern."""
        number: str = self.cleaned_data["number"]
        pattern = RegisterSettings.current().number_pattern
        if pattern and number != self.initial.get("number") and not _fits(pattern, number):
            raise ValidationError(
                _("New numbers are written like this: %(pattern)s"), code="pattern", params={"pattern": pattern}
            )
        return number

    def clean_acquired_on(self) -> dt.date | None:
        """A day that has come."""
        day: dt.date | None = self.cleaned_data["acquired_on"]
        if day and day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        """What belongs together; under the row's lock, what the register and the loans allow."""
        data = super().clean() or {}
        category = data.get("category")
        if "life_years" in data:
            years = data["life_years"]
            data["life_years"] = (category.life_years if category else None) if years is None else years or None
        kind, quantity, condition = data.get("kind"), data.get("quantity"), data.get("condition")
        if kind == AssetKind.SINGLE and quantity not in (None, 1):
            self.add_error("quantity", _("A single item is one piece. Choose “several pieces” for more."))
        data["broken"] = data.get("broken") or 0
        if kind and condition:
            scratch = Asset(kind=kind, broken=data["broken"])
            set_condition(scratch, condition)
            data["broken"] = scratch.broken
        if quantity is not None and data["broken"] > quantity:
            self.add_error("broken", _("No more pieces can be unusable than there are."))
        if self.instance.pk:
            self._compare_with_register(data)
        return data

    def _compare_with_register(self, data: dict[str, Any]) -> None:
        """Lock the row; refuse what was changed meanwhile, and what loans forbid."""
        locked = Asset.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.instance.pk)
        for name in ("retired_on", "retired_reason"):
            setattr(self.instance, name, getattr(locked, name))
        seen = data.get("seen")
        if seen and seen != digest_of(locked):
            self._say_what_differs(data, locked)
        if (
            data.get("kind")
            and data["kind"] != locked.kind
            and LoanLine.objects.holding().filter(asset=locked).exists()
        ):
            self.add_error("kind", str(SENTENCES["asset_held_stays"]))
        quantity = data.get("quantity")
        if quantity is not None and quantity < locked.quantity:
            held = most_held(locked)
            if quantity - data["broken"] < held:
                self.add_error(
                    "quantity",
                    _("%(count)s of them are on loan or promised at the same time; there must be as many usable ones.")
                    % {"count": held},
                )

    def _say_what_differs(self, data: dict[str, Any], locked: Asset) -> None:
        mine = [name for name in AssetForm.Meta.fields if name in data and data[name] != getattr(locked, name)]
        if not mine:
            return
        now = AssetForm(instance=locked)
        self.theirs = [(self.fields[name].label, shown_value(locked, name)) for name in mine]
        self.add_error(
            None,
            _("Somebody changed this asset while you wrote. Compare below, then send again to keep what you wrote."),
        )
        # Whoever sends again has seen what stands there now.
        self.data = {**self.data.dict(), self.add_prefix("seen"): now.initial["seen"]}  # type: ignore[attr-defined]

    def say(self, sentence: Any, field: str | None = None) -> None:
        """Something that the database refused."""
        self.add_error(field, sentence)


def shown_value(asset: Asset, name: str) -> str:
    """A field of an asset as people read it."""
    display = getattr(asset, f"get_{name}_display", None)
    value = display() if display else getattr(asset, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.date):
        return numeric_date(value)
    return "–" if value in (None, "") else str(value)


def digest_of(asset: Asset) -> str:
    """Of everything in the row: two that look alike are alike."""
    values = [str(getattr(asset, name)) for name in (*_ATTRIBUTES, "retired_on", "retired_reason")]
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:32]


_ATTRIBUTES = tuple(Asset._meta.get_field(name).attname for name in AssetForm.Meta.fields)  # type: ignore[union-attr]


def _fits(pattern: str, number: str) -> bool:
    try:
        return re.fullmatch(pattern, number) is not None
    except re.error:
        return True


class RetireForm(forms.Form):
    """How an asset leaves the register (จำหน่าย)."""

    reason = forms.CharField(
        label=gettext_lazy("Why it leaves the register"), max_length=300,
        help_text=gettext_lazy("With the order or the report, for example: worn out, sold by auction, order 12/2570."),
        error_messages={"required": gettext_lazy("Write why it leaves the register.")},
    )  # fmt: skip
    on = LongAgoField(
        label=gettext_lazy("On which day"), help_text=gettext_lazy("For example 15/03/2567."),
        error_messages={"required": gettext_lazy("Write the day.")},
    )  # fmt: skip

    def __init__(self, *args: Any, asset: Asset, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.asset = asset
        self.fields["on"].initial = today()

    def clean_on(self) -> dt.date:
        """Not before it came, and not in the future."""
        day: dt.date = self.cleaned_data["on"]
        if day > today():
            raise ValidationError(_("This day is still to come. Check the year."))
        if self.asset.acquired_on and day < self.asset.acquired_on:
            raise ValidationError(_("It was acquired after this day. Check the year."))
        return day


class PhotosForm(forms.Form):
    """Photos of an asset."""

    photos = PhotosField(label=gettext_lazy("Photos"), help_text=gettext_lazy("JPEG, PNG or WebP, up to 6 at once."))


class ScanForm(forms.Form):
    """A number, the letters of a label, or the address in its QR code."""

    q = forms.CharField(
        label=gettext_lazy("Asset number, or the letters on the label"), max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Type or paste a number.")},
    )  # fmt: skip
