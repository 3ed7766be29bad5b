"""The words of the budget, explained for everybody; pages link to them as `/budget/words/#obligated`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parent / "data" / "words.yaml"


@dataclass(frozen=True, slots=True)
class Word:
    """A word in both languages. key: its anchor."""

    key: str
    thai: str
    english: str
    thai_text: str
    english_text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Words that belong together. part: its anchor."""

    part: str
    thai: str
    english: str
    words: tuple[Word, ...]


@functools.cache
def glossary() -> tuple[Part, ...]:
    """All words, in the order of the page."""
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(Part(**{**part, "words": tuple(Word(**word) for word in part["words"])}) for part in told)
