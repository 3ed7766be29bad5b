"""The words in which plans say when a measure is carried out, and the quarters that they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ita_portal.thai import to_arabic_digits

from ..plan_data import QUARTERS
from .text import skeleton, tidy

_WHOLE_YEAR = re.compile(
    r"(?:(?:ทุก|ทั้ง4|ครบ4|ครบทุก)ไตรมาส|(?:ตลอด|ทั้ง|ตลอดทั้ง)(?:ปีงบประมาณ|ปี)|ตลอดงบประมาณ)(?:(?:ใน|ของ)?ปีงบประมาณ)?"
)
_YEAR = re.compile(r"(?:ของ)?(?:ประจำ)?(?:ปีงบประมาณ|ปี)?\s*(?:พ\s*\.\s*ศ\s*\.)?\s*/?\s*(?<!\d)2[45]\d\d(?!\d)")
_QUARTER = re.compile(r"ไตร\s*มาส\s*(?:ที่)?")
_RANGE = re.compile(r"([1-4])\s*(?:-|ถึง)\s*([1-4])")
_BETWEEN = re.compile(r"\s*(?:,|/|และ|กับ|\s)\s*")


class UnknownScheduleError(ValueError):
    """Words that do not say which quarters are meant."""


def quarters_of(words: str) -> tuple[int, ...]:
    """Sorted quarters of `ทุกไตรมาส`, `ไตรมาส 1,2,4`, `ไตรมาสที่ ๑ และ ๓`, `ไตรมาส 2 ถึง 4` …

    UnknownScheduleError for words that do not say them.
    """
    plain = re.sub("[–—−‑~]", "-", to_arabic_digits(tidy(words))).strip(" .()")
    plain = _YEAR.sub(lambda found: " " if "ปี" not in found[0] else " ปีงบประมาณ ", plain).strip(" .()")
    if _WHOLE_YEAR.fullmatch(re.sub(r"\s", "", plain)):
        return QUARTERS
    listed = re.sub(r"ปีงบประมาณ\s*$", "", plain).strip()
    if not _QUARTER.match(listed):
        raise UnknownScheduleError(words)
    chosen: set[int] = set()
    for part in filter(None, _BETWEEN.split(_spread_ranges(_QUARTER.sub(" ", listed)).strip())):
        if part not in ("1", "2", "3", "4"):
            raise UnknownScheduleError(words)
        chosen.add(int(part))
    if not chosen:
        raise UnknownScheduleError(words)
    return tuple(sorted(chosen))


def _spread_ranges(text: str) -> str:
    """`2-4` → `2,3,4`; a range that runs backwards stays, and is then refused."""

    def spread(found: re.Match[str]) -> str:
        first, last = int(found[1]), int(found[2])
        return ",".join(str(number) for number in range(first, last + 1)) if first < last else found[0]

    return _RANGE.sub(spread, text)


def words_for(quarters: Sequence[int]) -> str:
    """The usual wording: `ทุกไตรมาส`, `ไตรมาส 2-4`, `ไตรมาส 1,2,4`."""
    chosen = tuple(quarters)
    if chosen == QUARTERS:
        return "ทุกไตรมาส"
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"ไตรมาส {chosen[0]}-{chosen[-1]}"
    return f"ไตรมาส {','.join(str(number) for number in chosen)}"


def tidy_wording(words: str) -> str:
    """The wording for storing: as typed, but whole-year words without spaces in them and with their `ปี`."""
    bare = skeleton(words)
    if bare == "ตลอดงบประมาณ":
        return "ตลอดปีงบประมาณ"
    return bare if _WHOLE_YEAR.fullmatch(bare) else re.sub(r"ไตร\s+มาส", "ไตรมาส", tidy(words))
