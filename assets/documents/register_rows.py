"""One asset as a line of the register: the columns of the official ทะเบียนคุมทรัพย์สิน, and what else is kept of it.

In Thai at every address: Thai is the language of a Thai agency's documents. What was typed stands under the headings
of `importing.columns`, so that a file reads back; what was calculated is left out there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from ita_portal.spreadsheets import Value

from ..importing.columns import BY_KEY, COLUMNS, row_of
from ..models import Asset

_CALCULATED = {
    "price": "มูลค่ารวม",
    "rate": "อัตราค่าเสื่อมราคา (ร้อยละ)",
    "yearly": "ค่าเสื่อมราคาประจำปี",
    "accumulated": "ค่าเสื่อมราคาสะสม",
    "net": "มูลค่าสุทธิ",
    "label": "รหัสป้าย",
}
_OFFICIAL = (
    "acquired_on", "document", "number", "name", "quantity", "unit", "unit_price", "price", "life_years", "rate",
    "yearly", "accumulated", "net", "note",
)  # fmt: skip
"""The columns of the official table in their order, with the number that makes a line of it one of many."""
KEYS = (*_OFFICIAL, *(column.key for column in COLUMNS if column.key not in _OFFICIAL), "label")
HEADER = tuple(_CALCULATED.get(key) or BY_KEY[key].thai for key in KEYS)
WIDTHS = tuple(BY_KEY[key].width if key in BY_KEY else 16 for key in KEYS)
MONEY = frozenset(KEYS.index(key) for key in ("unit_price", "price", "rate", "yearly", "accumulated", "net"))
"""Columns with two decimals."""
ONE_LINE = 14
"""Letters of a number that fit in one line."""
_PLACES = {column.key: place for place, column in enumerate(COLUMNS)}


def register_rows(
    assets: Iterable[Asset], day: dt.date, *, date: Callable[[dt.date], Value] = lambda day: day
) -> Iterator[list[Value]]:
    """The lines of `assets` (with category, division and custodian), their value being that at the end of `day`.

    date: how a day is written.
    """
    for asset in assets:
        written = row_of(asset, "th")
        value = asset.book_value(min(day, asset.retired_on) if asset.retired_on else day)
        calculated: dict[str, Value] = {"price": asset.price, "label": asset.label}
        if value:
            calculated |= {
                "rate": value.rate, "yearly": value.yearly, "accumulated": value.accumulated, "net": value.net
            }  # fmt: skip
        cells = [calculated.get(key) if key in _CALCULATED else written[_PLACES[key]] for key in KEYS]
        yield [date(cell) if isinstance(cell, dt.date) else cell for cell in cells]
