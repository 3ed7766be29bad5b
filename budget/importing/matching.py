"""Which line of the plan a row of a file is: by its code, or by its words where it has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from ita_portal.tables.headings import skeleton

Values = Mapping[str, Any]
WORDS = ("programme", "work", "group", "category", "revenue_group", "item", "division_id")
"""What tells lines without codes apart."""
_TEXTS = frozenset({"work", "item"})


def words_key(values: Values, names: Sequence[str]) -> tuple[Hashable, ...]:
    """A line's words, spellings made the same."""
    return tuple(skeleton(values.get(name) or "") if name in _TEXTS else values.get(name) or "" for name in names)


def code_of(text: str, codes: Mapping[str, Any], bare: Mapping[str, list[str]]) -> str | None:
    """The code of the plan that a file's code means: the same, or without the zeros that a spreadsheet has dropped."""
    if text in codes:
        return text
    found = bare.get(text.lstrip("0"), []) if text.isdigit() else []
    return found[0] if len(found) == 1 else None


def without_zeros(codes: Iterable[str]) -> dict[str, list[str]]:
    """Codes of digits by what a spreadsheet makes of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        if code.isdigit():
            found[code.lstrip("0")].append(code)
    return found


def by_words(
    rows: Mapping[int, Values], lines: Mapping[Any, Values], names: Sequence[str], compared: Sequence[str]
) -> tuple[dict[int, Any], set[int]]:
    """Row → line for rows without a code, and the rows for which several lines may be meant.

    names: of the words that the file has. compared: columns that tell lines of the same words apart, where all of them
    are the same, or the first is.
    """
    of_rows: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    of_lines: dict[tuple[Hashable, ...], list[Any]] = defaultdict(list)
    for number, values in rows.items():
        of_rows[words_key(values, names)].append(number)
    for line, values in lines.items():
        of_lines[words_key(values, names)].append(line)
    found: dict[int, Any] = {}
    unclear: set[int] = set()
    for key, same in of_rows.items():
        if key not in of_lines:
            continue
        left, some = _pair((same, of_lines[key]), rows, lines, compared, found, once=False)
        for name in compared:
            if len(left) * len(some) > 1:
                left, some = _pair((left, some), rows, lines, (name,), found, once=True)
        if len(left) == len(some) == 1:
            found[left[0]] = some[0]
        elif left and some:
            unclear.update(left)
    return found, unclear


def _pair(
    both: tuple[Sequence[int], Sequence[Any]], rows: Mapping[int, Values], lines: Mapping[Any, Values],
    compared: Sequence[str], found: dict[int, Any], *, once: bool,
) -> tuple[list[int], list[Any]]:  # fmt: skip
    """Pair rows and lines that say the same in these columns; what is left of both. once: only where no others do.
    Several that are the same in every column are paired in their order."""
    left_rows: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    left_lines: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for number in both[0]:
        left_rows[tuple(rows[number].get(name) for name in compared)].append(number)
    for line in both[1]:
        left_lines[tuple(lines[line].get(name) for name in compared)].append(line)
    for key, group in left_rows.items():
        same = left_lines.get(key, [])
        if len(group) != len(same) or ((once or not compared) and len(group) != 1):
            continue
        pairs = list(zip(group, same, strict=False))
        found.update(pairs)
        del group[: len(pairs)]
        del same[: len(pairs)]
    return [n for group in left_rows.values() for n in group], [x for group in left_lines.values() for x in group]
