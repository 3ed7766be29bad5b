"""What people write into a cell of a register, as the value of its column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import (
    fitting,
    is_given,
    plain,
    read_date,
    read_lines,
    read_money,
    read_text,
    read_whole,
)

from ..models import Asset
from ..models.register import MOST_PIECES, clean_number
from .columns import BY_KEY, EXAMPLE_NUMBER, MEANINGS

_LIMITS: dict[str, int | None] = {
    key: 300
    if key in ("category", "division", "custodian")
    else getattr(Asset._meta.get_field(key), "max_length", None)
    for key in BY_KEY
}
"""Letters that a column can hold."""
MOST_YEARS = 200


def read_value(key: str, value: Any) -> Any:
    """The value of a cell of column `key`; None for an empty one. BadValueError says why it cannot be used."""
    return _READERS.get(key, _line)(key, value)


def _line(key: str, value: Any) -> str | None:
    return read_text(value, _LIMITS[key])


def _lines(key: str, value: Any) -> str | None:
    return read_lines(value, _LIMITS[key])


def _number(key: str, value: Any) -> str | None:
    if not is_given(value):
        return None
    if isinstance(value, dt.date | dt.datetime | dt.time | dt.timedelta):
        raise BadValueError(_("The spreadsheet has made a date of this number. Format the column as text."))
    number = fitting(clean_number(plain(value)), _LIMITS[key])
    if not number:
        raise BadValueError(_("The asset number is missing."))
    if number == EXAMPLE_NUMBER:
        raise BadValueError(_("This is the example row of the template: delete it."))
    return number


def _quantity(_key: str, value: Any) -> int | None:
    count = read_whole(value, MOST_PIECES)
    if count == 0:
        raise BadValueError(_("It is one piece at least. What is no longer there leaves the register."))
    return count


def _broken(_key: str, value: Any) -> int | None:
    return read_whole(value, MOST_PIECES)


def _years(_key: str, value: Any) -> int | None:
    return read_whole(value, MOST_YEARS, "ปี", "years", "year")


def _money(_key: str, value: Any) -> Decimal | None:
    return read_money(value)


def _date(_key: str, value: Any) -> dt.date | None:
    return read_date(value)


def _word(key: str, value: Any) -> str | None:
    return MEANINGS[key].read(value)


def _yes(key: str, value: Any) -> bool | None:
    word = _word(key, value)
    return None if word is None else word == "yes"


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "number": _number,
    "features": _lines,
    "note": _lines,
    "quantity": _quantity,
    "broken": _broken,
    "life_years": _years,
    "unit_price": _money,
    "acquired_on": _date,
    "retired_on": _date,
    "kind": _word,
    "condition": _word,
    "acquisition": _word,
    "funds": _word,
    "lendable": _yes,
}
