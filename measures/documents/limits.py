"""What a plan file may hold at most, and the sentences that refuse what it may not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from ita_portal.thai import to_arabic_digits

TITLE = NAME = 300
AREA_TITLE = 500
SCHEDULE = 200
INDICATOR = 80
TEXT = 8000
AREA_NUMBER = 999
MEASURE_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
DEFAULT_TITLE = "มาตรการส่งเสริมคุณธรรมและความโปร่งใสภายในหน่วยงาน"
"""The heading under which every agency publishes its plan, where a file does not name one."""

_CODE = re.compile(r"([IEO])\s?-?\s?0*([1-9]\d{0,2})", re.IGNORECASE)
_MISREAD = re.compile(r"[1lL|!ไ]\s?([1-9]\d?)|0\s?([1-9]\d?)")


def code_of(written: str) -> str | None:
    """`I19` for `I19`, `i 19`, `I๑๙`; None for anything else. Nothing is guessed."""
    found = _CODE.fullmatch(to_arabic_digits(written).strip())
    return f"{found[1].upper()}{found[2]}" if found else None


def bad_code(written: str) -> str:
    """Why this is no question code, with a hint where scanning usually misreads one."""
    plain = to_arabic_digits(written).strip()
    if found := _MISREAD.fullmatch(plain):
        guess = f"I{found[1]}" if found[1] else f"O{found[2]}"
        return _("%(code)s: is this %(guess)s?") % {"code": written, "guess": guess}
    return _("“%(code)s” is not a question code, for example I7, E11 or O34") % {"code": written[:40]}


def bad_year(year: int) -> str:
    """A year that cannot be meant."""
    return _("%(year)s is not a fiscal year of the Buddhist Era.") % {"year": year}


def year_mismatch(in_file: int, asked: int) -> str:
    """The file is of another year than it was said to be."""
    return _("the file is of fiscal year %(file)s, but %(asked)s was asked for") % {"file": in_file, "asked": asked}


def year_missing() -> str:
    """Nobody said the year."""
    return _("the file does not say its fiscal year; give it beside the file, or write “ปีงบประมาณ พ.ศ. …” on the cover")


def unknown_schedule(words: str) -> str:
    """A time that names no quarters."""
    return _(
        "“%(words)s” does not say which quarters are meant; write for example"
        " “ทุกไตรมาส”, “ตลอดปีงบประมาณ”, “ไตรมาส 1,2,4” or “ไตรมาส 2-4”"
    ) % {"words": words[:80]}


def unknown_division(name: str, divisions: Mapping[str, str]) -> str:
    """A division that this municipality does not have."""
    known = ", ".join(dict.fromkeys(divisions.values()))
    return _("this municipality has no division “%(name)s”; it has: %(known)s") % {"name": name[:80], "known": known}


def too_long(limit: int) -> str:
    """A text above its limit."""
    return _("this is longer than %(limit)s characters") % {"limit": limit}


def twice(value: object) -> str:
    """A number or code that may stand once only."""
    return _("“%(value)s” stands here twice") % {"value": value}
