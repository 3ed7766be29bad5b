"""A score and a code as people write them, in forms and in files."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import NOTHING, is_given, plain, read_code
from ita_portal.thai import to_arabic_digits

CODE = re.compile(r"[IEO][1-9][0-9]{0,2}")
"""`I7`, `E11`, `O34`: the letter of the instrument and a number."""
_INDICATOR = re.compile(r"(?:ตัวชี้วัด(?:ที่)?|indicator)?\s*([1-9][0-9]?)", re.I)
_TOTALS = frozenset({"total", "ita", "รวม", "คะแนนรวม", "รวมทั้งหมด", "ภาพรวม"})
_FIGURE = re.compile(r"[0-9]{1,3}(?:\.[0-9]*)?|\.[0-9]+")
_NOISE = Decimal("0.000001")
_TWO = Decimal("0.01")


def read_score(value: Any) -> Decimal | None:
    """A score of 0 to 100 with at most two decimals; None for an empty cell or a dash: not known, never zero.

    BadValueError for anything else. What a spreadsheet has added up may be off by its own noise.
    """
    if not is_given(value):
        return None
    if isinstance(value, bool):
        raise BadValueError(_("Write the score as a number from 0 to 100."))
    text = to_arabic_digits(plain(value)).replace("−", "-").removesuffix("%").strip()
    if text.casefold() in NOTHING or text == "ไม่ทราบ":
        return None
    is_number = isinstance(value, int | float | Decimal)
    if not is_number and not _FIGURE.fullmatch(text.removeprefix("-")):
        raise BadValueError(_("Write the score as a number from 0 to 100, such as 87.50."))
    try:
        number = Decimal(repr(value) if isinstance(value, float) else text)
    except InvalidOperation:
        raise BadValueError(_("Write the score as a number from 0 to 100, such as 87.50.")) from None
    if not number.is_finite() or not 0 <= number <= 100:
        raise BadValueError(_("A score is between 0 and 100."))
    score = number.quantize(_TWO)
    if abs(score - number) > _NOISE:
        raise BadValueError(_("Write two decimals, as the assessor publishes them, such as 97.14."))
    return score


def read_item_score(value: Any) -> Decimal | None:
    """The score of an item of OIT: 100, 0, or not known."""
    score = read_score(value)
    if score is not None and score not in (0, 100):
        raise BadValueError(_("An item of OIT has 100 or 0."))
    return score


def score_reader(code: str) -> Any:
    """How the score of a code is read."""
    return read_item_score if code.startswith("O") and code != "OIT" else read_score


def read_line(value: Any) -> str | None:
    """What a row is about: `total`, `IIT`, the number of an indicator, or the code of a question; None for nothing."""
    text = read_code(value, 60)
    if text is None or text in ("-", "–"):
        return None
    if text.casefold() in _TOTALS:
        return "total"
    whole = text.upper().replace(" ", "")
    if whole in ("IIT", "EIT", "OIT") or CODE.fullmatch(whole):
        return whole
    found = _INDICATOR.fullmatch(text)
    if found is None:
        raise BadValueError(_("There is no such code. Write I7, E11, O34, 1 (indicator), IIT or total."))
    return found[1]
