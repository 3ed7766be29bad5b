"""Fields of every form: words, days and money as people type them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from ita_portal.forms import DayField, MoneyField, WordsField


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-23", dt.date(2026, 11, 23)), (" 23/11/2569 ", dt.date(2026, 11, 23)),
        ("๒๓ พ.ย. ๖๙", dt.date(2026, 11, 23)),
        ("", None), ("  ", None), (None, None), (dt.datetime(2026, 11, 23, 1), dt.date(2026, 11, 23)),
    ],
)  # fmt: skip
def test_a_day(typed: Any, day: dt.date | None) -> None:
    assert DayField(required=False).clean(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "x",
        "31/02/2569",
        "0/0/0",
        "23/11/1026",
        "23/11/3000",
        "9" * 5000,
        "23/11/2569" + " " * 40 + "1",
        "23/11/2569\x00",
    ],
)
def test_what_is_no_day(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.messages


def test_a_day_is_shown_as_it_is_typed() -> None:
    field = DayField()
    assert (field.prepare_value(dt.date(2026, 3, 5)), field.prepare_value("5/3/x")) == ("05/03/2569", "5/3/x")
    assert field.has_changed(dt.date(2026, 3, 5), "05/03/2569") is False
    assert field.widget.attrs["autocomplete"] == "off"


@pytest.mark.parametrize(("typed", "baht"), [("๑,๒๓๔.๕ บาท", "1234.50"), ("", None), (Decimal("5"), "5")])
def test_money(typed: Any, baht: str | None) -> None:
    found = MoneyField(required=False, max_digits=14, decimal_places=2).clean(typed)
    assert (None if found is None else str(found)) == baht


@pytest.mark.parametrize("typed", ["12,50", "1.005", "x", "1e5", "NaN", "9" * 400, "-1"])
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValidationError):
        MoneyField(max_digits=14, decimal_places=2, min_value=Decimal(0)).clean(typed)


def test_words() -> None:
    assert WordsField().clean(" ก\r\nข\rค\x00\ud800\x1b\t ") == "ก\nข\nค"
    assert "maxlength" not in WordsField(max_length=5).widget.attrs
