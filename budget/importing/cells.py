"""One cell of a budget file as the value of its column. None for an empty one; BadValueError says what is wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from ita_portal.tables.problems import BadValueError
from ita_portal.tables.values import Words, read_code, read_lines, read_money, read_text

from ..models.plans import CODE
from .known import Known
from .words import CATEGORY_WORDS, GROUP_WORDS, METHOD_WORDS, REVENUE_WORDS, SOURCE_WORDS, read_programme

_CODE = re.compile(CODE)
_SLUG = re.compile(r"(?:[a-z-]+(?:-[0-9]{1,2})?)/(?=.)")
WORDS: dict[str, Words] = {
    "group": GROUP_WORDS, "category": CATEGORY_WORDS, "revenue_group": REVENUE_WORDS, "source": SOURCE_WORDS,
    "method": METHOD_WORDS,
}  # fmt: skip
LIMITS = {"work": 200, "item": 500, "place": 300}
SIGNED = frozenset({"net"})


def line_code(value: Any) -> str | None:
    """The code of a line, without the plan's name before it (`ordinance/0001`)."""
    text = read_code(value)
    if text is None or text in ("-", "–"):
        return None
    text = _SLUG.sub("", text, count=1).strip()
    if not _CODE.fullmatch(text):
        raise BadValueError(_("A code has Latin letters, digits, dots and hyphens only, at most 40."))
    return text


def public_code(value: Any) -> str | None:
    """The code of another plan's line, perhaps with the plan's name before it."""
    text = read_code(value, 80)
    return None if text in (None, "-", "–") else text


def amount(key: str, value: Any) -> Decimal | None:
    """An amount of money."""
    return read_money(value, allow_negative=key in SIGNED)


def words_of(key: str, value: Any, known: Known) -> tuple[Any, bool]:
    """The value of a column of words, and whether it was only nearly written so."""
    if key == "programme":
        text = read_text(value)
        return (None, False) if text is None or text in ("-", "–") else read_programme(text)
    if key == "division":
        text = read_text(value)
        return (None, False) if text is None or text in ("-", "–") else known.find(text)
    if key in WORDS:
        return WORDS[key].read(value), False
    if key == "detail":
        return read_lines(value, 8000), False
    text = read_text(value, LIMITS[key])
    return (None if text in ("-", "–") and key != "item" else text), False
