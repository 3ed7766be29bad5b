"""Fields that every form of the portal uses: words, days and money as people in Thailand type them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .fiscal import BUDDHIST_ERA_OFFSET, FIRST_YEAR, LAST_YEAR
from .tables.problems import BadValueError, in_words
from .tables.values import read_money
from .thai import numeric_date, parse_date

_LONGEST_DAY = 40


class WordsField(forms.CharField):
    """Text as people type or paste it, with plain line ends and without signs that no text has."""

    def to_python(self, value: Any) -> str:
        """The text."""
        text = str(super().to_python(value) or "").encode("utf-8", "ignore").decode()
        return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: browsers cut what is pasted and say nothing."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class DayField(forms.DateField):
    """A day, ISO or as Thai people write it: `2026-11-23`, `23/11/2569`, `23 พ.ย. 69`, in either digits."""

    widget = forms.TextInput
    first_year = FIRST_YEAR
    """Of the Buddhist Era. A day before it is a mistake of the era."""

    def to_python(self, value: Any) -> dt.date | None:
        """The day; None where nothing was written."""
        if isinstance(value, dt.date):
            return value.date() if isinstance(value, dt.datetime) else value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            day = parse_date(text if len(text) <= _LONGEST_DAY else "")
        except (ValueError, OverflowError):
            raise ValidationError(
                _("Write the day as dd/mm/yyyy of the Buddhist Era, such as 23/11/2569."), code="invalid"
            ) from None
        if not self.first_year <= day.year + BUDDHIST_ERA_OFFSET <= LAST_YEAR:
            raise ValidationError(
                _("This year is too far away. Look whether it is of the Buddhist Era."), code="invalid"
            )
        return day

    def prepare_value(self, value: Any) -> Any:
        """`23/11/2569`; what was typed stays as it was typed."""
        return numeric_date(value) if isinstance(value, dt.date) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No list of what was typed last time."""
        return {**super().widget_attrs(widget), "autocomplete": "off"}


class MoneyField(forms.DecimalField):
    """An amount in baht, as tables are read: thousands, ฿, Thai digits; a comma that may mean decimals is refused."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Baht and satang; below zero where `min_value` lets it be."""
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return read_money(value, allow_negative=True)
        except BadValueError as error:
            raise ValidationError(in_words(error.message, error.params), code="invalid") from None
