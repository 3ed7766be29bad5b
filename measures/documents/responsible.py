"""Who is responsible, read from a cell of the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .text import skeleton

_EVERYBODY = re.compile(r"ทุก(?:สำนัก[/,]?(?:และ)?(?:ทุก)?กอง|กอง[/,]?(?:และ)?(?:ทุก)?สำนัก|ส่วนราชการ|ส่วนงาน|หน่วยงาน)")
_SEPARATOR = re.compile(r"(?:[,/;·•-]|และ)+")


def means_everybody(words: str) -> bool:
    """`ทุกสำนัก/กอง`, `ทุกสำนัก / กอง`, `ทุกส่วนราชการ` …"""
    return _EVERYBODY.fullmatch(skeleton(words)) is not None


def official_names(names: Iterable[str], divisions: Mapping[str, str]) -> tuple[str, ...]:
    """The official names, each once, in the municipality's order; unknown ones are left out."""
    bare = {skeleton(spelling): name for spelling, name in divisions.items()}
    found = {bare[skeleton(name)] for name in names if skeleton(name) in bare}
    return tuple(name for name in dict.fromkeys(divisions.values()) if name in found)


def divisions_in(words: str, divisions: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The divisions that a cell names, and what in it is no division (empty where all is understood).

    Spaces do not count: names are found by the longest known spelling, between them anything that parts a list. A
    name may hold `และ` itself (`กองสาธารณสุขและสิ่งแวดล้อม`).
    """
    bare = {skeleton(spelling): name for spelling, name in divisions.items()}
    spellings = sorted((spelling for spelling in bare if spelling), key=len, reverse=True)
    rest = skeleton(words)
    found: list[str] = []
    while rest:
        if separator := _SEPARATOR.match(rest):
            rest = rest[separator.end() :]
            continue
        known = next((spelling for spelling in spellings if rest.startswith(spelling)), None)
        if known is None:
            return official_names(found, divisions), rest
        found.append(bare[known])
        rest = rest[len(known) :]
    return official_names(found, divisions), ""
