"""What the assessment of a year asks: indicators, questions and items, their place and weights.

Codes, wordings and numbers change from year to year, so everything is keyed by (fiscal year, instrument, code) and kept
in one data file for each year or run of years (`data/structure-*.yaml`). What is not known is not in the files: a year
without a file has its ten indicators and no question, and the office enters the codes of that year's handbook.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..choices import Instrument
from .choices import Answers, Mark

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class SubItem:
    """A part of a question, answered by itself."""

    text: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Item:
    """A question of IIT or EIT, or an item of OIT, in one year.

    text: its wording, empty where it is not known. mark: how sure the wording is; placed: how sure its place among the
    indicators is. indicator: None where that is not known. sub_indicator: `9.1` for items of OIT, else empty.
    items: its sub-items, empty where it is answered as a whole. note: what stands under the question for who answers.
    """

    instrument: Instrument
    code: str
    text: str
    indicator: int | None
    sub_indicator: str
    answers: Answers
    items: tuple[SubItem, ...]
    mark: Mark
    placed: Mark
    note: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it may be shown without the note to check the handbook of the year."""
        return bool(self.text) and self.mark.is_sure and self.placed.is_sure


@dataclass(frozen=True, slots=True)
class IndicatorOf:
    """One of a year's indicators. is_complete: every question of it is known here, so that its score can be counted."""

    number: int
    instrument: Instrument
    name: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """The assessment of a fiscal year (Buddhist Era). weights: percent by instrument. sub_indicators: names by number.

    is_known: there is a data file for the year; without one the indicators are those of the year before, to be checked.
    """

    fiscal_year: int
    is_known: bool
    weights: Mapping[str, int]
    indicators: tuple[IndicatorOf, ...]
    sub_indicators: Mapping[str, str]
    items: tuple[Item, ...]

    def of(self, instrument: str) -> tuple[Item, ...]:
        """The questions or items of an instrument that are known, in the order of their codes."""
        return tuple(item for item in self.items if item.instrument == instrument)

    def item(self, code: str) -> Item | None:
        """The question or item of that code."""
        return next((item for item in self.items if item.code == code), None)

    def indicator(self, number: int | None) -> IndicatorOf | None:
        """The indicator of that number."""
        return next((found for found in self.indicators if found.number == number), None)


def known_years() -> tuple[int, ...]:
    """The fiscal years with a data file, oldest first."""
    return tuple(sorted(_files()))


def structure(year: int) -> Structure:
    """What the assessment of fiscal year `year` asks, as far as it is known here."""
    return _structure(year)


@functools.cache
def _files() -> dict[int, Path]:
    """The data file of each year; its name holds the first and the last year that it is for."""
    found: dict[int, Path] = {}
    for path in sorted(DATA.glob("structure-*.yaml")):
        years = [int(part) for part in path.stem.split("-")[1:]]
        found.update(dict.fromkeys(range(years[0], years[-1] + 1), path))
    return found


@functools.lru_cache(maxsize=64)
def _structure(year: int) -> Structure:
    files = _files()
    is_known = year in files
    path = files[year if is_known else max([known for known in files if known < year], default=min(files))]
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    indicators = tuple(
        IndicatorOf(one["number"], Instrument(one["instrument"]), one["name"], is_known and one["complete"])
        for one in raw["indicators"]
    )
    return Structure(
        fiscal_year=year,
        is_known=is_known,
        weights=raw["weights"],
        indicators=indicators,
        sub_indicators=raw.get("sub_indicators", {}) if is_known else {},
        items=tuple(map(_item, raw["questions"])) if is_known else (),
    )


def _item(raw: Mapping[str, Any]) -> Item:
    instrument = Instrument.of_code(raw["code"])
    usual = Answers.DISCLOSURE if instrument == Instrument.OIT else Answers.LEVELS
    answers = Answers(raw.get("answers", usual))
    return Item(
        instrument=instrument,
        code=raw["code"],
        text=raw["text"],
        indicator=raw.get("indicator"),
        sub_indicator=raw.get("sub_indicator", ""),
        answers=answers,
        items=tuple(SubItem(part["text"], Answers(part.get("answers", answers))) for part in raw.get("items", ())),
        mark=Mark(raw["mark"]),
        placed=Mark(raw.get("placed", Mark.FOUND if raw.get("indicator") else Mark.UNVERIFIED)),
        note=raw.get("note", ""),
    )
